package dev.catena.scope;

import dev.catena.ops.Buffer;
import dev.catena.ops.Deadline;
import dev.catena.ops.Multishot;
import dev.catena.ops.Outcome;
import dev.catena.proactor.loop.LoopTimer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The one kind of [Feed]. It ends with its source; what waits then is taken afterwards. Loop thread only, but for the methods of
/// [Feed].
final class FeedRun<E> extends Composite<Long> implements Feed<E> {
    private final Multishot<E> multishot;
    private final MultishotSource<E> source;
    private final Limit limit = new Limit();
    private @Nullable Buffer taken;
    private @Nullable Latch taker;
    private boolean closed;
    private boolean late;

    /// Ends a wait that was too long.
    private final class Limit extends LoopTimer {
        @Override
        protected void expired() {
            late = true;
            wakeTaker();
        }
    }

    /// What a taker finds; nothing at all if it has to wait.
    private record Found<E>(@Nullable E element, @Nullable Outcome<?> failure) {}

    FeedRun(LiveScope scope, Multishot<E> multishot) {
        super(scope, 0, 0);
        this.multishot = multishot;
        source = new MultishotSource<>(this, multishot, this::changed);
    }

    // ---------------------------------------------------------------- taking (any thread)

    @Override
    public @Nullable E take() throws IOException {
        return take((Duration) null);
    }

    @Override
    public @Nullable E take(@Nullable Duration within) throws IOException {
        var loop = scope().loop();
        loop.checkMayWait();
        var found = loop.call(() -> next(null, null));
        while (found == null) {
            var latch = new Latch();
            found = loop.call(() -> next(latch, within));
            if (found == null) {
                latch.await(scope()::interrupted);
                found = loop.call(this::awoken);
            }
        }
        if (found.failure() != null) {
            var _ = found.failure().get();
        }
        return found.element();
    }

    @Override
    public void close() {
        scope().loop()
                .perform(
                        () -> {
                            closed = true;
                            source.giveBackWaiting();
                            stop(new Stop.Asked("the feed was closed"));
                            wakeTaker();
                        });
        try {
            var _ = outcome();
        } finally { // the last thing: it is refused if the kernel still uses it
            scope().loop().perform(this::giveBackTaken);
        }
    }

    private @Nullable Found<E> next(@Nullable Latch latch, @Nullable Duration within) {
        if (taker != null) {
            throw new IllegalStateException("another thread is waiting at " + this);
        }
        var until =
                within == null ? Deadline.NEVER : Deadline.after(scope().loop().nanoTime(), within);
        giveBackTaken();
        var element = source.poll();
        if (element != null) {
            taken = element instanceof Buffer buffer ? buffer : null;
            source.resume();
            return new Found<>(element, null);
        }
        if (closed) {
            return new Found<>(null, null);
        }
        if (crash() != null) {
            throw new IllegalStateException(this + " could not go on", crash());
        }
        var ending = source.ending();
        if (ending != null) {
            return new Found<>(null, ending.isCompleted() ? null : ending);
        }
        if (latch != null) {
            taker = latch;
            late = false;
            if (!until.isNever()) {
                scope().loop().arm(limit, until.nanos());
            }
        }
        return null;
    }

    /// After a wait: whether it was too long. What came in the same moment is not lost, but taken next.
    private @Nullable Found<E> awoken() {
        scope().loop().disarm(limit);
        return late && source.isEmpty() && !hasEnded() && !closed
                ? new Found<>(
                        null, new Outcome.TimedOut<>(multishot, "the time given for one element"))
                : null;
    }

    private void giveBackTaken() {
        if (taken != null) {
            var buffer = taken;
            scope().giveBack(buffer);
            taken = null;
        }
    }

    private void wakeTaker() {
        var latch = taker;
        if (latch != null) {
            taker = null;
            latch.run();
        }
    }

    // ---------------------------------------------------------------- the source (loop thread)

    @Override
    void begin() {
        source.begin();
    }

    /// It ends with its source, whatever still waits.
    private void changed() {
        if (source.isOver() && !hasEnded()) {
            end(source.ending(), source.crash());
        }
        wakeTaker();
    }

    @Override
    void stopped(Stop why) {
        source.stop(why);
    }

    @Override
    public String toString() {
        return "feed(" + multishot + ")";
    }
}
