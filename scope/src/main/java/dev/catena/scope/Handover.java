package dev.catena.scope;

import dev.catena.ops.spi.Descriptor;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// A descriptor on its way from a loop to a scope of another one.
///
/// It leaves the holdings that it was in before it is sent, and the object that stood for it there is closed for good, so the
/// sender cannot hit a number that is another loop's. Its number is nobody's only while this is in the other loop's inbox, and
/// that is run whatever becomes of that loop: there a scope comes to own it, or, where that has ended, it is closed.
final class Handover implements Runnable {
    private final Holdings from;
    private final LiveScope to;
    private final Descriptor left;
    private final List<byte[]> arrears;
    private final Scope.Receiver receiver;

    // set by whoever decides where it goes: the loop that it was sent to, or the sender that could
    // not send it
    private final AtomicBoolean decided = new AtomicBoolean();

    private Handover(
            Holdings from,
            LiveScope to,
            Descriptor left,
            List<byte[]> arrears,
            Scope.Receiver receiver) {
        this.from = from;
        this.to = to;
        this.left = left;
        this.arrears = arrears;
        this.receiver = receiver;
    }

    /// Sends one on (the loop thread of the holdings).
    static void send(Descriptor fd, Holdings from, LiveScope to, Scope.Receiver receiver) {
        var handover = new Handover(from, to, fd, from.letGo(fd), receiver);
        try {
            to.loop().post(handover);
        } catch (RuntimeException | Error notSent) {
            if (handover.takesBack()) {
                throw notSent;
            }
        }
    }

    /// The other loop could not be woken: unless it has found the message all the same, nothing has happened.
    private boolean takesBack() {
        if (!decided.compareAndSet(false, true)) {
            return false;
        }
        left.reopen();
        from.take(left, arrears);
        return true;
    }

    /// It has come (the loop thread of the scope it was sent to, or, where that loop has ended, whoever runs what came late).
    @Override
    public void run() {
        if (!decided.compareAndSet(false, true)) {
            return;
        }
        if (to.loop().isOnLoop() && to.takesWork()) {
            to.receive(left.number(), arrears, receiver);
        } else {
            to.loop().discard(left.number());
        }
    }
}
