package dev.catena.scope;

import dev.catena.ops.Accept;
import dev.catena.ops.AcceptEach;
import dev.catena.ops.Buffer;
import dev.catena.ops.Close;
import dev.catena.ops.Deadline;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.Multishot;
import dev.catena.ops.Op;
import dev.catena.ops.Outcome;
import dev.catena.ops.Poll;
import dev.catena.ops.PollEach;
import dev.catena.ops.Recv;
import dev.catena.ops.RecvEach;
import dev.catena.proactor.loop.LoopTimer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The one kind of [Feed].
///
/// The source is a multishot operation as long as the kernel has one and buffers for it. When it ends with `ENOBUFS`, what waits
/// here is taken first; then, since others may hold the buffers, one element is received into a lease, which cannot be starved. The
/// composite ends with its source; what waits then is taken afterwards. Loop thread only, but for the methods of [Feed].
final class FeedRun<E> extends Composite<Long> implements Feed<E> {
    private static final int MOST_WAITING = 16;
    private static final int FEW_WAITING = 4;
    private static final int SINGLE_BYTES = 16384;

    private final Multishot<E> multishot;
    private final ArrayDeque<E> waiting = new ArrayDeque<>();
    private final Limit limit = new Limit();
    private @Nullable Operation<?> source;
    private @Nullable Buffer taken;
    private @Nullable Latch taker;
    private @Nullable Outcome<?> ending;
    private boolean paused;
    private boolean lacking;
    private boolean starved;
    private boolean closed;
    private boolean late;
    private long count;

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
        super(scope, 0);
        this.multishot = multishot;
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
                            discardWaiting();
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
        var element = waiting.poll();
        if (element != null) {
            taken = element instanceof Buffer buffer ? buffer : null;
            resumeIfFew();
            return new Found<>(element, null);
        }
        if (closed) {
            return new Found<>(null, null);
        }
        if (crash() != null) {
            throw new IllegalStateException(this + " could not go on", crash());
        }
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
        return late && waiting.isEmpty() && !hasEnded() && !closed
                ? new Found<>(
                        null, new Outcome.TimedOut<>(multishot, "the time given for one element"))
                : null;
    }

    private void giveBackTaken() {
        if (taken != null) {
            var buffer = taken;
            scope().release(buffer);
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
        submit();
        if (multishot instanceof RecvEach(var socket) && !hasEnded()) {
            takeArrears(socket);
        }
    }

    /// What came before and nobody has taken comes first.
    private void takeArrears(Fd socket) {
        for (var buffer = scope().arrears(socket);
                buffer != null;
                buffer = scope().arrears(socket)) {
            arrived(buffer);
        }
    }

    private void submit() {
        paused = false;
        var why = stop() != null ? stop() : scope().refusal();
        if (hasEnded()) { // the refusal was the scope's stop, which has just reached it
            return;
        }
        if (why != null) {
            finish(why.outcome(multishot));
        } else if (lacking || starved) {
            starved = false;
            submitSingle();
        } else {
            submitMultishot();
        }
    }

    /// From the loop, which what it throws would end, or from a taker that has its element.
    private void submitAgain() {
        try {
            submit();
        } catch (RuntimeException | Error thrown) {
            if (hasEnded()) {
                throw thrown;
            }
            end(null, thrown);
            wakeTaker();
        }
    }

    private void submitMultishot() {
        var operation = scope().admission().of(multishot).withSink(this::arrived);
        try {
            scope().admission().admit(operation);
        } catch (UnsupportedOperationException kernelLacksIt) {
            lacking = true;
            submitSingle();
            return;
        }
        source = operation;
        operation.whenEnded(() -> multishotEnded(operation));
    }

    private void multishotEnded(Operation<Long> operation) {
        source = null;
        var outcome = operation.verdict();
        boolean endOfStream = multishot instanceof RecvEach && operation.lastResult() == 0;
        if (stop() != null) {
            finish(stop().outcome(multishot));
        } else if (outcome instanceof Outcome.Failed<Long>(var errno, _, _)
                && errno == Errno.ENOBUFS) {
            starved = true;
            paused = true;
            resumeIfFew();
        } else if ((outcome.isCompleted() && !endOfStream)
                || (paused && outcome instanceof Outcome.Cancelled)) {
            paused = true;
            resumeIfFew();
        } else {
            finish(outcome.isCompleted() ? new Outcome.Completed<>(count) : outcome);
        }
    }

    /// One element, with an operation that gives one.
    private void submitSingle() {
        switch (multishot) {
            case RecvEach(var socket) -> {
                var buffer = scope().lease(SINGLE_BYTES);
                submitSingle(new Recv(socket, buffer, false), buffer);
            }
            case AcceptEach(var listener) -> submitSingle(new Accept(listener), null);
            case PollEach(var fd, var events) -> submitSingle(new Poll(fd, events), null);
        }
    }

    private <R> void submitSingle(Op<R> op, @Nullable Buffer buffer) {
        var operation = scope().admission().of(op);
        scope().admission().admit(operation);
        source = operation;
        operation.whenEnded(
                () -> {
                    source = null;
                    singleEnded(operation.verdict(), buffer);
                });
    }

    private void singleEnded(Outcome<?> outcome, @Nullable Buffer buffer) {
        Object element =
                !(outcome instanceof Outcome.Completed<?>(var value))
                        ? null
                        : buffer == null
                                ? value
                                : value.equals(0) ? null : buffer.first((Integer) value);
        if (buffer != null && element == null) {
            scope().release(buffer);
        }
        if (element != null) {
            paused = true;
            arrived(element);
        }
        if (stop() != null) {
            finish(stop().outcome(multishot));
        } else if (element != null) {
            resumeIfFew();
        } else {
            finish(outcome.isCompleted() ? new Outcome.Completed<>(count) : outcome);
        }
    }

    @SuppressWarnings("unchecked") // the source gives Es
    private void arrived(Object element) {
        count++;
        if (stop() != null) {
            discard((E) element);
            return;
        }
        waiting.add((E) element);
        if (waiting.size() >= MOST_WAITING && !paused && source != null) {
            paused = true;
            source.stop(new Stop.Asked("its elements are waiting to be taken"));
        }
        wakeTaker();
    }

    private void resumeIfFew() {
        int few = lacking || starved ? 0 : FEW_WAITING;
        if (paused && source == null && !hasEnded() && waiting.size() <= few) {
            submitAgain();
        }
    }

    private void finish(Outcome<?> outcome) {
        ending = outcome;
        end(outcome, null);
        wakeTaker();
    }

    @Override
    void stopped(Stop why) {
        discardWaiting();
        if (source != null) {
            source.stop(why);
        } else {
            finish(why.outcome(multishot));
        }
    }

    private void discardWaiting() {
        for (var element = waiting.poll(); element != null; element = waiting.poll()) {
            discard(element);
        }
    }

    private void discard(E element) {
        switch (element) {
            case Fd fd ->
                    scope().admission().admit(new Operation<>(scope(), new Close(fd)).shield());
            case Buffer buffer -> scope().giveBack(buffer, Objects.requireNonNull(multishot.fd()));
            default -> {}
        }
    }

    @Override
    public String toString() {
        return "feed(" + multishot + ")";
    }
}
