package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.IoUring.IORING_REGISTER_PROBE;
import static dev.catena.proactor.uring.IoUring.IO_URING_OP_SUPPORTED;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.catena.ops.Errno;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// The operations that the kernel of a ring has.
final class Supported {
    private static final int MOST = 256;

    private final boolean[] opcodes;

    private Supported(boolean[] opcodes) {
        this.opcodes = opcodes;
    }

    /// Asks the kernel (`IORING_REGISTER_PROBE`).
    ///
    /// @throws dev.catena.proactor.RingUnavailableException if it does not say
    static Supported by(Syscalls syscalls, int ring) {
        var probe = Arena.ofAuto().allocate(16 + 8L * MOST, 8);
        int result = syscalls.register(ring, IORING_REGISTER_PROBE, probe, MOST);
        if (result < 0) {
            throw RingAdvice.explain("io_uring_register", Errno.of(result));
        }
        var has = new boolean[Byte.toUnsignedInt(probe.get(JAVA_BYTE, 1))];
        for (int op = 0; op < has.length; op++) {
            has[op] = (probe.get(JAVA_BYTE, 16 + 8L * op + 2) & IO_URING_OP_SUPPORTED) != 0;
        }
        return new Supported(has);
    }

    boolean has(int opcode) {
        return opcode < opcodes.length && opcodes[opcode];
    }

    /// What is missing without an operation, or null if it is there.
    ///
    /// @param kernel the version of Linux that brought it
    @Nullable String unless(int opcode, String kernel) {
        return has(opcode)
                ? null
                : "this kernel's io_uring does not have it; Linux " + kernel + " does";
    }
}
