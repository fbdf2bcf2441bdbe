package dev.catena.spec.portable;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// A program that becomes another one, for which a seccomp filter answers the three system calls of io_uring with an error,
/// as those of containers do: `java RingFilter ERRNO /path/to/program arguments…`.
@SuppressWarnings("restricted") // calling the kernel is what it is for
final class RingFilter {
    // prctl(2)
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_SET_SECCOMP = 22;
    private static final long SECCOMP_MODE_FILTER = 2;

    // linux/seccomp.h
    private static final int RETURN_ERRNO = 0x00050000;
    private static final int RETURN_ALLOW = 0x7fff0000;

    // linux/bpf_common.h: load a word; jump if at least; jump if greater; return
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_AT_LEAST = 0x35;
    private static final int JUMP_GREATER = 0x25;
    private static final int RETURN = 0x06;

    private static final int IO_URING_SETUP = 425;
    private static final int IO_URING_REGISTER = 427;

    private RingFilter() {}

    public static void main(String[] arguments) throws Throwable {
        int errno = Integer.parseInt(arguments[0]);
        try (var arena = Arena.ofConfined()) {
            var prctl =
                    libc(
                            "prctl",
                            FunctionDescriptor.of(
                                    JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                                    JAVA_LONG));
            check(
                    "no new privileges",
                    (int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
            long filter = filter(arena, errno).address();
            check(
                    "the filter",
                    (int) prctl.invokeExact(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0L, 0L));
            var words = arena.allocate(ADDRESS, arguments.length); // the last stays null
            for (int i = 1; i < arguments.length; i++) {
                words.setAtIndex(ADDRESS, i - 1, arena.allocateFrom(arguments[i]));
            }
            var execv = libc("execv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
            check(arguments[1], (int) execv.invokeExact(words.get(ADDRESS, 0), words));
        }
    }

    /// A `struct sock_fprog` of five instructions.
    private static MemorySegment filter(Arena arena, int errno) {
        var code = arena.allocate(5 * 8L, 8);
        instruction(code, 0, LOAD_WORD, 0, 0, 0); // the number of the call
        instruction(code, 1, JUMP_AT_LEAST, 0, 2, IO_URING_SETUP);
        instruction(code, 2, JUMP_GREATER, 1, 0, IO_URING_REGISTER);
        instruction(code, 3, RETURN, 0, 0, RETURN_ERRNO | errno);
        instruction(code, 4, RETURN, 0, 0, RETURN_ALLOW);
        var program = arena.allocate(16, 8);
        program.set(JAVA_SHORT, 0, (short) 5);
        program.set(ADDRESS, 8, code);
        return program;
    }

    /// A `struct sock_filter`.
    private static void instruction(
            MemorySegment code, int index, int operation, int ifTrue, int ifFalse, int value) {
        long at = index * 8L;
        code.set(JAVA_SHORT, at, (short) operation);
        code.set(JAVA_BYTE, at + 2, (byte) ifTrue);
        code.set(JAVA_BYTE, at + 3, (byte) ifFalse);
        code.set(JAVA_INT, at + 4, value);
    }

    private static MethodHandle libc(String name, FunctionDescriptor type) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    private static void check(String what, int result) {
        if (result < 0) {
            throw new IllegalStateException(what + " was refused");
        }
    }
}
