package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.IoUring.IORING_CQE_BUFFER_SHIFT;
import static dev.catena.proactor.uring.IoUring.IORING_REGISTER_PBUF_RING;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.catena.ops.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/// Buffers that the kernel picks from, in a ring that it shares (`IORING_REGISTER_PBUF_RING`, Linux 5.19).
///
/// The kernel owns the buffers between the ring's head, which it keeps to itself, and its tail, which is ours; a completion
/// that names one makes it ours until it is put back. Loop thread only.
final class ProvidedBuffers {
    static final int GROUP = 0;

    private static final VarHandle SHORT = JAVA_SHORT.varHandle();

    // struct io_uring_buf, and the tail in the first one's last field
    private static final int ENTRY_BYTES = 16;
    private static final int TAIL_AT = 14;
    private static final int REGISTRATION_BYTES = 40; // struct io_uring_buf_reg

    private final int count;
    private final int size;
    private final MemorySegment ring;
    private final MemorySegment memory;
    private short tail;

    /// Registers `count` buffers, a power of two, of `size` bytes each.
    ProvidedBuffers(Syscalls syscalls, int ringFd, int count, int size) {
        this.count = count;
        this.size = size;
        ring = Arena.ofAuto().allocate((long) count * ENTRY_BYTES, 4096);
        memory = Arena.ofAuto().allocate((long) count * size, 4096);
        try (var arena = Arena.ofConfined()) {
            var registration = arena.allocate(REGISTRATION_BYTES, 8);
            registration.set(JAVA_LONG, 0, ring.address());
            registration.set(JAVA_INT, 8, count);
            registration.set(JAVA_SHORT, 12, (short) GROUP);
            int result = syscalls.register(ringFd, IORING_REGISTER_PBUF_RING, registration, 1);
            if (result < 0) {
                throw new UnsupportedOperationException(
                        "provided buffers cannot be registered: "
                                + Errno.of(result)
                                + " ("
                                + Errno.of(result).sentence()
                                + "); Linux 5.19 has them");
            }
        }
        for (int id = 0; id < count; id++) {
            put(id);
        }
    }

    /// The filled part of the buffer that a completion names.
    MemorySegment filled(int flags, int bytes) {
        return memory.asSlice((long) id(flags) * size, bytes);
    }

    /// Gives the buffer that a completion named back to the kernel.
    void giveBack(int flags) {
        put(id(flags));
    }

    private void put(int id) {
        long at = (long) (tail & (count - 1)) * ENTRY_BYTES;
        ring.set(JAVA_LONG, at, memory.address() + (long) id * size);
        ring.set(JAVA_INT, at + 8, size);
        ring.set(JAVA_SHORT, at + 12, (short) id);
        SHORT.setRelease(ring, (long) TAIL_AT, ++tail);
    }

    private static int id(int flags) {
        return flags >>> IORING_CQE_BUFFER_SHIFT;
    }
}
