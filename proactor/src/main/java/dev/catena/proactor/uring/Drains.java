package dev.catena.proactor.uring;

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
    private static final int SECONDS_AT = 16;

    private final Syscalls syscalls;
    private final int ring;
    private final MemorySegment registration = Arena.ofAuto().allocate(REGISTRATION_BYTES, 8);

    // drained entries that have been written and have not ended
    private final Set<Long> drained = new HashSet<>();

    Drains(Syscalls syscalls, int ring) {
        this.syscalls = syscalls;
        this.ring = ring;
        registration.set(JAVA_INT, FD_AT, -1);
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

    /// Whether an operation has to go beside the queue: a cancel of one other, while there is a drain.
    boolean holdsUp(Op<?> op, int flags) {
        return !drained.isEmpty()
                && flags == 0
                && op instanceof Cancel(var target)
                && target instanceof Cancel.Target.One;
    }

    /// Cancels one operation that the kernel has.
    ///
    /// @return what a cancel in the queue would have given
    int cancel(Cancel.Target.One target) {
        registration.set(JAVA_LONG, 0, target.operation().token());
        return syscalls.register(ring, IORING_REGISTER_SYNC_CANCEL, registration, 1);
    }
}
