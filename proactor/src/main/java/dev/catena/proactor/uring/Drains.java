package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.IoUring.IORING_ASYNC_CANCEL_ALL;
import static dev.catena.proactor.uring.IoUring.IORING_ASYNC_CANCEL_ANY;
import static dev.catena.proactor.uring.IoUring.IORING_ASYNC_CANCEL_FD;
import static dev.catena.proactor.uring.IoUring.IORING_ASYNC_CANCEL_FD_FIXED;
import static dev.catena.proactor.uring.IoUring.IORING_REGISTER_SYNC_CANCEL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.catena.ops.Cancel;
import dev.catena.ops.Op;
import dev.catena.ops.Sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/// Cancels while the ring drains. Every entry behind a drained one waits until all before that have ended, a cancel among them:
/// one that is to end what the drain waits for would wait for ever. It goes beside the queue then, as a call of its own
/// (`IORING_REGISTER_SYNC_CANCEL`, Linux 6.0). Loop thread only.
final class Drains {
    private static final int REGISTRATION_BYTES = 64; // struct io_uring_sync_cancel_reg
    private static final int FD_AT = 8;
    private static final int FLAGS_AT = 12;
    private static final int SECONDS_AT = 16;

    private final Syscalls syscalls;
    private final int ring;
    private final MemorySegment registration = Arena.ofAuto().allocate(REGISTRATION_BYTES, 8);

    // drained entries that have been written and have not ended
    private final Set<Long> drained = new HashSet<>();

    Drains(Syscalls syscalls, int ring) {
        this.syscalls = syscalls;
        this.ring = ring;
        registration.set(JAVA_LONG, SECONDS_AT, 0); // asks, and does not wait for the end
    }

    /// An entry is written.
    void pushed(int flags, long token) {
        if ((flags & Sqe.DRAIN) != 0) {
            drained.add(token);
        }
    }

    /// An entry has ended.
    void ended(long token) {
        if (!drained.isEmpty()) {
            drained.remove(token);
        }
    }

    /// Whether a drained entry has not ended, so that what is written now waits for all before it.
    boolean isDraining() {
        return !drained.isEmpty();
    }

    /// Whether an operation has to go beside the queue: a cancel by itself, while there is a drain.
    boolean holdsUp(Op<?> op, int flags) {
        return isDraining() && (flags & ~Sqe.FIXED_FILE) == 0 && op instanceof Cancel;
    }

    /// Cancels what the kernel has of the target.
    ///
    /// @return what a cancel in the queue would have given
    int cancel(Cancel.Target target) {
        long token = 0;
        int fd = -1;
        int flags = 0;
        switch (target) {
            case Cancel.Target.One(var operation) -> token = operation.token();
            case Cancel.Target.On(var on) -> {
                fd = on.number();
                flags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_FD;
                flags |= on.isSlot() ? IORING_ASYNC_CANCEL_FD_FIXED : 0;
            }
            case Cancel.Target.Everything _ ->
                    flags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY;
        }
        registration.set(JAVA_LONG, 0, token);
        registration.set(JAVA_INT, FD_AT, fd);
        registration.set(JAVA_INT, FLAGS_AT, flags);
        return syscalls.register(ring, IORING_REGISTER_SYNC_CANCEL, registration, 1);
    }
}
