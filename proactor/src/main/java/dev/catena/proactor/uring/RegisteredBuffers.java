package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.IoUring.IORING_REGISTER_BUFFERS;
import static dev.catena.proactor.uring.IoUring.IORING_REGISTER_BUFFERS2;
import static dev.catena.proactor.uring.IoUring.IORING_REGISTER_BUFFERS_UPDATE;
import static dev.catena.proactor.uring.IoUring.IORING_RSRC_REGISTER_SPARSE;
import static dev.catena.proactor.uring.IoUring.IORING_UNREGISTER_BUFFERS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The slabs that the kernel may be told of beforehand: their pages stay pinned, and a transfer of a file need not look them up
/// (`IORING_OP_READ_FIXED`).
///
/// A slab is registered when the first transfer at an offset uses it, since only files gain and the limit of locked memory is
/// narrow. When the kernel refuses one, that slab and all later ones are used as they are. What is registered is kept from the
/// collector: the kernel would go on using the old pages.
///
/// Source: `io_uring_register(2)`, `IORING_REGISTER_BUFFERS2` and `IORING_REGISTER_BUFFERS_UPDATE`, Linux 5.19 for sparse tables. Loop
/// thread only.
final class RegisteredBuffers {
    static final int MOST = 16;

    private final Syscalls syscalls;
    private final int ring;
    private final MemorySegment[] slabs = new MemorySegment[MOST];
    private final boolean[] registered = new boolean[MOST];
    private final MemorySegment argument = Arena.ofAuto().allocate(32 + 16, 8);
    private int count;
    private boolean hasTable;
    private boolean refused;

    RegisteredBuffers(Syscalls syscalls, int ring) {
        this.syscalls = syscalls;
        this.ring = ring;
    }

    /// The most memory, up to `most`, that the kernel registers with a ring that has none; tries sizes four times smaller each.
    static long largest(Syscalls syscalls, int ring, long most) {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(most, 4096);
            var vector = arena.allocate(16, 8); // struct iovec
            vector.set(JAVA_LONG, 0, memory.address());
            for (long size = most; size >= 4096; size /= 4) {
                vector.set(JAVA_LONG, 8, size);
                if (syscalls.register(ring, IORING_REGISTER_BUFFERS, vector, 1) == 0) {
                    syscalls.register(ring, IORING_UNREGISTER_BUFFERS, MemorySegment.NULL, 0);
                    return size;
                }
            }
        }
        return 0;
    }

    /// A slab that leases are cut from, and that is never freed.
    void add(MemorySegment slab) {
        if (count < MOST && !refused) {
            slabs[count++] = slab;
        }
    }

    /// The number of the registered buffer that a range lies in, or -1.
    int find(long address, int bytes) {
        for (int i = 0; i < count; i++) {
            long from = address - slabs[i].address();
            if (from >= 0 && from + bytes <= slabs[i].byteSize()) {
                return registered[i] || register(i) ? i : -1;
            }
        }
        return -1;
    }

    /// How many slabs are registered.
    int registered() {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += registered[i] ? 1 : 0;
        }
        return sum;
    }

    private boolean register(int index) {
        if (refused || !makeTable()) {
            return false;
        }
        long vector = argument.address() + 32; // struct iovec
        argument.set(JAVA_LONG, 32, slabs[index].address());
        argument.set(JAVA_LONG, 40, slabs[index].byteSize());
        argument.set(JAVA_INT, 0, index); // struct io_uring_rsrc_update2
        argument.set(JAVA_INT, 4, 0);
        argument.set(JAVA_LONG, 8, vector);
        argument.set(JAVA_LONG, 16, 0);
        argument.set(JAVA_INT, 24, 1);
        argument.set(JAVA_INT, 28, 0);
        registered[index] =
                syscalls.register(ring, IORING_REGISTER_BUFFERS_UPDATE, argument, 32) == 1;
        refused = !registered[index];
        return registered[index];
    }

    private boolean makeTable() {
        if (!hasTable) {
            argument.fill((byte) 0);
            argument.set(JAVA_INT, 0, MOST); // struct io_uring_rsrc_register
            argument.set(JAVA_INT, 4, IORING_RSRC_REGISTER_SPARSE);
            hasTable = syscalls.register(ring, IORING_REGISTER_BUFFERS2, argument, 32) == 0;
            refused = !hasTable;
        }
        return hasTable;
    }
}
