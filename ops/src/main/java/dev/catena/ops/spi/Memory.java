package dev.catena.ops.spi;

import dev.catena.ops.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Native memory and who may touch it.
///
/// The kernel's use of a range is a *hold*, taken as an operation is admitted and given back at its terminal
/// completion. A range has one kernel writer or many kernel readers; holds of one owner (the links of one chain, which
/// run in order) do not exclude each other, and one that only watches excludes nobody. A lease that ended leaves a memory that refuses everything, so that a
/// buffer kept too long fails instead of reading what now belongs to someone else.
///
/// Holds are taken and given back by one thread, the loop's. The accessors' checks may run on any thread: they read the
/// list of holds with acquire, and what they see is exact for the thread that submitted the operation.
public final class Memory {
    private static final VarHandle HOLDS;

    static {
        try {
            HOLDS = MethodHandles.lookup().findVarHandle(Memory.class, "holds", Hold.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The kernel's use of the range `from` (inclusive) to `to` (exclusive).
    private static final class Hold {
        private @Nullable Object owner;
        private @Nullable Op<?> op;
        private int from;
        private int to;
        private boolean writes;
        private boolean watches;
        private @Nullable Hold next;

        /// Whether it keeps a reader of the range out.
        boolean excludesReader(int otherFrom, int otherTo) {
            return writes && excludesWriter(otherFrom, otherTo);
        }

        /// Whether it keeps a writer of the range out.
        boolean excludesWriter(int otherFrom, int otherTo) {
            return !watches && from < otherTo && otherFrom < to;
        }
    }

    private final MemorySegment segment;
    private final int size;
    private final @Nullable Object lender;

    // loop-owned; published with release
    @SuppressWarnings("unused") // through HOLDS
    private @Nullable Hold holds;

    // loop-owned: a hold to use again, so that a buffer in steady use allocates nothing
    private @Nullable Hold spare;
    private volatile @Nullable String ended;

    private Memory(MemorySegment segment, @Nullable Object lender) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException(
                    "heap memory can move: the kernel needs native memory, got " + segment);
        }
        if (segment.byteSize() == 0 || segment.byteSize() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a buffer holds 1 to "
                            + Integer.MAX_VALUE
                            + " bytes, got "
                            + segment.byteSize());
        }
        this.segment = segment;
        this.lender = lender;
        this.size = (int) segment.byteSize();
    }

    /// Memory that a lease hands out; its lender keeps the segment alive until after [#end].
    public static Memory lent(MemorySegment segment, Object lender) {
        return new Memory(segment, lender);
    }

    /// Memory that cannot be closed, or that lives as long as it is reachable.
    public static Memory provable(MemorySegment segment) {
        var scope = segment.scope();
        if (!scope.equals(Arena.global().scope()) && segment.isNative() && !isAutomatic(segment)) {
            throw new IllegalArgumentException(
                    "the lifetime of this segment is not provable: its arena can be closed while the kernel uses it."
                            + " Lease a buffer from a scope, use Arena.global() or Arena.ofAuto(), or say Buffer.unsafe(...)");
        }
        return new Memory(segment, null);
    }

    /// Memory that the caller vouches for.
    public static Memory unproven(MemorySegment segment) {
        return new Memory(segment, null);
    }

    // The API does not tell the kinds of arena apart. An automatic one is accessible from every
    // thread, like a shared
    // one, but only the scopes of closeable arenas are sessions that can be closed; the class is
    // the JDK's own name.
    private static boolean isAutomatic(MemorySegment segment) {
        return segment.scope().getClass().getSimpleName().equals("ImplicitSession");
    }

    /// The size in bytes.
    public int size() {
        return size;
    }

    /// Who lent it, compared by identity; null if nobody did.
    public @Nullable Object lender() {
        return lender;
    }

    /// The bytes, unguarded: for drivers.
    public MemorySegment segment() {
        return segment;
    }

    /// The region of all bytes.
    public Region whole() {
        return new Region(this, 0, size);
    }

    /// Takes a hold for `owner` (loop thread).
    ///
    /// @param op says whether the kernel writes the range, reads it, or only watches it
    /// @throws IllegalStateException if the lease ended or another owner's hold excludes this one; nothing changed then
    public void hold(Object owner, Op<?> op, int from, int length) {
        checkAlive();
        int to = from + length;
        boolean writes = op.fillsRegions();
        boolean watches = op.watchesRegions();
        var first = holds();
        for (var held = first; held != null; held = held.next) {
            boolean excluded =
                    writes ? held.excludesWriter(from, to) : held.excludesReader(from, to);
            if (excluded && !watches && held.owner != owner) {
                throw new IllegalStateException(
                        "the kernel still "
                                + (held.writes ? "writes" : "reads")
                                + " this memory for "
                                + held.op
                                + "; "
                                + op
                                + " may use it when that has ended");
            }
        }
        var hold = spare == null ? new Hold() : spare;
        spare = null;
        hold.owner = owner;
        hold.op = op;
        hold.from = from;
        hold.to = to;
        hold.writes = writes;
        hold.watches = watches;
        hold.next = first;
        HOLDS.setRelease(this, hold);
    }

    /// Gives back every hold of `owner` (loop thread).
    public void release(Object owner) {
        Hold kept = null;
        for (var held = holds(); held != null; ) {
            var next = held.next;
            if (held.owner == owner) {
                held.owner = null;
                held.op = null;
                held.next = null;
                spare = held;
            } else {
                held.next = kept;
                kept = held;
            }
            held = next;
        }
        HOLDS.setRelease(this, kept);
    }

    /// Whether the kernel may be using any of it.
    public boolean isHeld() {
        return holds() != null;
    }

    /// Ends the lease: from here on everything is refused with `why`.
    ///
    /// @throws IllegalStateException if the kernel still holds it
    public void end(String why) {
        var held = holds();
        if (held != null) {
            throw new IllegalStateException("the kernel still holds this memory for " + held.op);
        }
        ended = why;
    }

    MemorySegment readable(int from, int length) {
        checkAlive();
        for (var held = holds(); held != null; held = held.next) {
            if (held.excludesReader(from, from + length)) {
                throw new IllegalStateException(
                        "the kernel may be writing this memory for "
                                + held.op
                                + "; it can be read when that operation has ended");
            }
        }
        return segment;
    }

    MemorySegment writable(int from, int length) {
        checkAlive();
        for (var held = holds(); held != null; held = held.next) {
            if (held.excludesWriter(from, from + length)) {
                throw new IllegalStateException(
                        "the kernel may be "
                                + (held.writes ? "writing" : "reading")
                                + " this memory for "
                                + held.op
                                + "; it can be written when that operation has ended");
            }
        }
        return segment;
    }

    private @Nullable Hold holds() {
        return (@Nullable Hold) HOLDS.getAcquire(this);
    }

    private void checkAlive() {
        var why = ended;
        if (why != null) {
            throw new IllegalStateException("this buffer's lease has ended: " + why);
        }
    }
}
