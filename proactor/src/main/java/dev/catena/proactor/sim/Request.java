package dev.catena.proactor.sim;

import dev.catena.ops.Op;
import dev.catena.ops.Sqe;
import org.jspecify.annotations.Nullable;

/// An entry that the kernel has taken, from its submission to its last completion. Guarded by the kernel's lock.
final class Request implements Waiter {

    /// Where it is on its way.
    enum State {
        /// Behind others of its chain, or behind a drain: nothing finds it.
        UNSTARTED,
        /// It may start, and will soon. A cancel can still end it.
        QUEUED,
        /// Time passes while a disk works on it: nothing interrupts it.
        WORKING,
        /// It waits for something to change. A cancel ends it.
        WAITING,
        /// What became of it is settled, and its completion is on its way: a cancel comes too late.
        ENDING,
        /// Its final completion was posted.
        ENDED
    }

    final SimulatedDriver ring;
    final Op<?> op;
    final int flags;
    final long token;
    final long pushedNanos;
    final long number;
    State state = State.UNSTARTED;

    // its chain: what is behind it, and the link timeout that bounds it; of a link timeout, what it
    // bounds
    @Nullable Request next;
    @Nullable Request bound;
    @Nullable Request bounded;

    // what was found wrong with it as it was submitted: a negative error number
    int refusal;

    // what it works on, and what is to happen to it
    @Nullable Description file;
    @Nullable Description otherFile;
    Agenda.@Nullable Entry event;
    Treatment treatment = Treatment.NONE;
    boolean started;

    // bytes moved by a transfer that goes on until all are
    int moved;

    // whether it runs on a thread of its own, where no bound reaches it
    boolean blocksThread;

    // whether that thread was told to give up
    boolean interrupted;

    // of a zero-copy send: what was sent, until the notification
    byte @Nullable [] lent;

    // of a timeout: after which completion it ends, or 0
    long endsAfter;

    // what became of it
    int result;
    int resultFlags;
    boolean breaksLink;

    Request(SimulatedDriver ring, Op<?> op, int flags, long token, long pushedNanos, long number) {
        this.ring = ring;
        this.op = op;
        this.flags = flags;
        this.token = token;
        this.pushedNanos = pushedNanos;
        this.number = number;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /// Whether more of its chain follows.
    boolean isLinked() {
        return has(Sqe.LINK | Sqe.HARDLINK);
    }

    /// Whether it may start or has started, and nothing has become of it.
    boolean isUnsettled() {
        return state == State.QUEUED || state == State.WAITING;
    }

    void callOff() {
        if (event != null) {
            event.callOff();
            event = null;
        }
    }

    @Override
    public boolean waits() {
        return state == State.WAITING;
    }

    @Override
    public void stirred(int events) {
        if (waits()) {
            ring.execution().stirred(this, events);
        }
    }

    @Override
    public String toString() {
        return "#" + number + " " + op;
    }
}
