package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.IoUring.IORING_CQE_BUFFER_SHIFT;
import static dev.catena.proactor.uring.IoUring.IORING_CQE_F_BUF_MORE;
import static dev.catena.proactor.uring.IoUring.IORING_REGISTER_PBUF_RING;
import static dev.catena.proactor.uring.IoUring.IOU_PBUF_RING_INC;
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
/// that names one makes it ours until it is put back. Where the ring is incremental (`IOU_PBUF_RING_INC`, Linux 6.12) a completion
/// makes ours what it has filled, behind what those before it have, and the kernel goes on filling the rest as long as completions
/// say so (`IORING_CQE_F_BUF_MORE`): the buffer is put back when the kernel is done with it and every part has been given back. Loop
/// thread only.
final class ProvidedBuffers {
    static final int GROUP = 0;

    private static final VarHandle SHORT = JAVA_SHORT.varHandle();

    // struct io_uring_buf, and the tail in the first one's last field
    private static final int ENTRY_BYTES = 16;
    private static final int TAIL_AT = 14;

    // struct io_uring_buf_reg
    private static final int REGISTRATION_BYTES = 40;
    private static final int FLAGS_AT = 14;

    private final int count;
    private final int size;
    private final MemorySegment ring;
    private final MemorySegment memory;
    private final boolean incremental;
    private short tail;

    // of each buffer of an incremental ring: the bytes that are filled, the parts that are out, and
    // whether the kernel fills no
    // more
    private final int[] filled;
    private final int[] out;
    private final boolean[] done;

    /// Registers `count` buffers, a power of two, of `size` bytes each.
    ///
    /// @param incremental whether parts are to be filled one after the other, if the kernel can
    ProvidedBuffers(Syscalls syscalls, int ringFd, int count, int size, boolean incremental) {
        this.count = count;
        this.size = size;
        ring = Arena.ofAuto().allocate((long) count * ENTRY_BYTES, 4096);
        memory = Arena.ofAuto().allocate((long) count * size, 4096);
        this.incremental = incremental && register(syscalls, ringFd, IOU_PBUF_RING_INC) >= 0;
        if (!this.incremental) {
            int result = register(syscalls, ringFd, 0);
            if (result < 0) {
                throw new UnsupportedOperationException(
                        "provided buffers cannot be registered: "
                                + Errno.of(result)
                                + " ("
                                + Errno.of(result).sentence()
                                + "); Linux 5.19 has them");
            }
        }
        filled = new int[count];
        out = new int[count];
        done = new boolean[count];
        for (int id = 0; id < count; id++) {
            put(id);
        }
    }

    private int register(Syscalls syscalls, int ringFd, int flags) {
        try (var arena = Arena.ofConfined()) {
            var registration = arena.allocate(REGISTRATION_BYTES, 8);
            registration.set(JAVA_LONG, 0, ring.address());
            registration.set(JAVA_INT, 8, count);
            registration.set(JAVA_SHORT, 12, (short) GROUP);
            registration.set(JAVA_SHORT, FLAGS_AT, (short) flags);
            return syscalls.register(ringFd, IORING_REGISTER_PBUF_RING, registration, 1);
        }
    }

    /// Whether several completions share a buffer.
    boolean isIncremental() {
        return incremental;
    }

    /// What a completion that names a buffer has filled of it. Once for each.
    MemorySegment filled(int flags, int bytes) {
        int id = id(flags);
        var part = memory.asSlice((long) id * size + filled[id], bytes);
        if (incremental) {
            filled[id] += bytes;
            out[id]++;
            done[id] = (flags & IORING_CQE_F_BUF_MORE) == 0;
        }
        return part;
    }

    /// Gives what a completion has filled back.
    void giveBack(int flags) {
        int id = id(flags);
        if (!incremental) {
            put(id);
        } else if (--out[id] == 0 && done[id]) {
            filled[id] = 0;
            done[id] = false;
            put(id);
        }
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
