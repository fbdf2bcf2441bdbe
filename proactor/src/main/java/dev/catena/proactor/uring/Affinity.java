package dev.catena.proactor.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.catena.ops.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.BitSet;

/// Which processors a thread runs on (`sched_setaffinity(2)`, Linux). Acts on the platform thread that calls, or carries
/// the caller.
///
/// A thread that is started by a pinned one is pinned too, since the kernel copies the mask. Threads that the library starts
/// for work that is not the loop's call [#release] first.
public final class Affinity {
    private static final int MASK_BYTES = 128; // 1024 processors, glibc's cpu_set_t
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    // whether a thread has been pinned
    private static volatile boolean pins;

    private Affinity() {}

    /// The calls, linked when they are needed first.
    @SuppressWarnings("restricted") // calling the kernel is what this class is for
    private static final class Calls {
        private static final MethodHandle GET = link("sched_getaffinity");
        private static final MethodHandle SET = link("sched_setaffinity");

        private static MethodHandle link(String name) {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    Linker.Option.captureCallState("errno"));
        }
    }

    /// What the process was allowed before any thread was pinned.
    private static final class Before {
        private static final BitSet MASK = get();
    }

    /// Whether threads can be pinned here: on Linux.
    public static boolean isKnown() {
        return System.getProperty("os.name").equals("Linux");
    }

    /// The processors that the process may use, by number, as they were before a thread was pinned.
    public static BitSet allowed() {
        return (BitSet) Before.MASK.clone();
    }

    /// The processors that the calling thread may run on.
    public static BitSet current() {
        return get();
    }

    /// Has the calling thread run on these processors only.
    ///
    /// @throws IllegalStateException if the process may use none of them
    public static void pin(BitSet processors) {
        var allowed = Before.MASK; // first, so that it is what it says
        pins = true;
        set(processors, allowed);
    }

    /// Undoes [#pin] for the calling thread, whether it was inherited or not. Does nothing if no thread has been pinned.
    public static void release() {
        if (pins) {
            set(Before.MASK, Before.MASK);
        }
    }

    private static BitSet get() {
        try (var arena = Arena.ofConfined()) {
            var mask = arena.allocate(MASK_BYTES, 8);
            call(Calls.GET, mask, arena, "sched_getaffinity");
            return BitSet.valueOf(mask.toArray(JAVA_BYTE));
        }
    }

    private static void set(BitSet processors, BitSet allowed) {
        try (var arena = Arena.ofConfined()) {
            var mask = arena.allocate(MASK_BYTES, 8);
            var bytes = processors.toByteArray();
            MemorySegment.copy(bytes, 0, mask, JAVA_BYTE, 0, Math.min(bytes.length, MASK_BYTES));
            call(
                    Calls.SET,
                    mask,
                    arena,
                    "pinning to the processors " + processors + " of " + allowed);
        }
    }

    private static void call(MethodHandle function, MemorySegment mask, Arena arena, String what) {
        var state = arena.allocate(STATE);
        int result;
        try {
            result = (int) function.invokeExact(state, 0, (long) MASK_BYTES, mask);
        } catch (Throwable e) {
            throw new IllegalStateException("a system call could not be made", e);
        }
        if (result < 0) {
            throw new IllegalStateException(
                    what + " failed: " + Errno.of(-(int) ERRNO.get(state, 0L)));
        }
    }
}
