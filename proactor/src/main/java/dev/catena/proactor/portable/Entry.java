package dev.catena.proactor.portable;

import dev.catena.ops.Op;
import dev.catena.ops.Sqe;
import dev.catena.proactor.driver.Payload;
import org.jspecify.annotations.Nullable;

/// One operation on its way through the driver. Loop thread only, but for [#payload], which is handed over with the result.
final class Entry {
    /// Where it is on its way.
    enum State {
        /// It waits for the link before it, or for the ring to drain.
        WAITING,
        /// It runs, or waits for what it needs to go on.
        RUNNING,
        /// Its final completion has been posted.
        ENDED
    }

    /// Where a running operation waits.
    @FunctionalInterface
    interface Place {
        /// Takes the operation away.
        ///
        /// @return false if it cannot be interrupted any more
        boolean leave();
    }

    final Op<?> op;
    final int flags;
    final long token;

    // the time at which its chain was submitted
    final long nowNanos;

    State state = State.WAITING;

    // the link behind it, and the link timeout that bounds it
    @Nullable Entry next;
    @Nullable Entry bound;

    // of a timeout and of a link timeout
    Alarms.@Nullable Alarm alarm;

    @Nullable Place place;

    // what it has moved so far: that is its result if it is then cut short
    int moved;

    // what it gives besides a number
    @Nullable Payload payload;

    Entry(Op<?> op, int flags, long token, long nowNanos) {
        this.op = op;
        this.flags = flags;
        this.token = token;
        this.nowNanos = nowNanos;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /// Whether another entry follows it in its chain.
    boolean isLinked() {
        return has(Sqe.LINK | Sqe.HARDLINK);
    }

    @Override
    public String toString() {
        return op.toString();
    }
}
