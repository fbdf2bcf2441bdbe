package dev.catena.scope;

import dev.catena.ops.Cancel;
import dev.catena.ops.Op;
import dev.catena.ops.Sqe;
import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.loop.LoopTimer;
import dev.catena.proactor.loop.Submission;
import java.util.List;

/// Makes descriptors ready to be closed: they take no more operations, what is in flight on them is cancelled, and when
/// the last of it has ended something follows. Loop thread only.
///
/// The cancel is repeated as long as something is in flight: a link that had not started when it came was not found. It is
/// repeated only once it has ended itself.
final class DescriptorDrain extends LoopTimer {
    private static final long REPEAT_NANOS = 1_000_000;

    private final EventLoop loop;
    private final List<Cancelling> cancellings;
    private final Runnable then;
    private int busy;

    DescriptorDrain(EventLoop loop, List<Descriptor> descriptors, Runnable then) {
        this.loop = loop;
        this.cancellings = descriptors.stream().map(Cancelling::new).toList();
        this.then = then;
    }

    void begin() {
        busy = cancellings.size();
        for (var cancelling : cancellings) {
            cancelling.fd.closing(this::drained);
        }
        if (busy > 0) {
            expired();
        }
    }

    private void drained() {
        if (--busy == 0) {
            loop.disarm(this);
            then.run();
        }
    }

    @Override
    protected void expired() {
        for (var cancelling : cancellings) {
            if (cancelling.fd.inFlight() > 0 && !cancelling.asked) {
                cancelling.asked = true;
                loop.submit(new CancelOn(cancelling));
            }
        }
        loop.arm(this, loop.nanoTime() + REPEAT_NANOS);
    }

    /// A descriptor, and whether a cancel for it is on its way.
    private static final class Cancelling {
        private final Descriptor fd;
        private boolean asked;

        Cancelling(Descriptor fd) {
            this.fd = fd;
        }
    }

    /// The cancel of everything on a descriptor. Its result is telemetry: the operations' own completions are waited for.
    private static final class CancelOn extends Submission {
        private final Cancelling cancelling;
        private final Cancel op;

        CancelOn(Cancelling cancelling) {
            this.cancelling = cancelling;
            op = new Cancel(new Cancel.Target.On(cancelling.fd));
        }

        @Override
        protected int entries() {
            return 1;
        }

        @Override
        protected Op<?> op(int entry) {
            return op;
        }

        @Override
        protected int flags(int entry) {
            return Sqe.flagsOf(op);
        }

        @Override
        protected void completed(int entry, int result, int flags, boolean isFinal) {}

        @Override
        protected void terminal() {
            cancelling.asked = false;
        }
    }
}
