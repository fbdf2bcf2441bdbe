package dev.catena.scope;

import dev.catena.ops.Buffer;
import dev.catena.ops.Close;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.ops.RecvEach;
import dev.catena.proactor.loop.LoopTimer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A multishot operation whose elements are worked on one after the other.
///
/// Elements wait in a queue while one is worked on. When [#MOST_WAITING] wait, the kernel is asked to stop, and the operation
/// is submitted again when few are left: nothing is dropped, and memory is bounded. It is submitted again, too, when the
/// kernel ended it by itself (its completion queue was full, or no provided buffer was free). Loop thread only.
final class EachRun<E> extends Composite<Long> {
    private static final int MOST_WAITING = 64;
    private static final int FEW_WAITING = 16;
    private static final long RETRY_NANOS = 1_000_000;

    private final Pipeline.ForEach<E> each;
    private final int shields;
    private final ArrayDeque<E> waiting = new ArrayDeque<>();
    private final Retry retry = new Retry();
    private @Nullable Operation<Long> source;
    private @Nullable PipelineRun<?> body;
    private boolean paused;
    private boolean working;

    // whether elements were given back that should have been worked on
    private boolean dropped;
    private long count;

    // how it ends when the queue is empty: the source's outcome, or at once when the body failed
    private @Nullable Outcome<?> ending;
    private @Nullable Throwable crash;

    /// Submits the source again when buffers may have come back.
    private final class Retry extends LoopTimer {
        @Override
        protected void expired() {
            submitAgain();
        }
    }

    EachRun(LiveScope scope, Pipeline.ForEach<E> each, int shields, int depth) {
        super(scope, depth);
        this.each = each;
        this.shields = shields;
    }

    @Override
    void begin() {
        submit();
        if (each.source() instanceof RecvEach(var socket) && !hasEnded() && ending == null) {
            takeArrears(socket);
        }
    }

    /// What came before and was not worked on comes first.
    @SuppressWarnings("unchecked") // the source gives buffers
    private void takeArrears(Fd socket) {
        for (var buffer = scope().arrears(socket);
                buffer != null;
                buffer = scope().arrears(socket)) {
            count++;
            waiting.add((E) buffer);
        }
        work();
    }

    /// From the loop, which what it throws would end.
    private void submitAgain() {
        try {
            submit();
        } catch (RuntimeException | Error thrown) {
            if (hasEnded()) {
                throw thrown;
            }
            crash = thrown;
            work();
        }
    }

    /// There is one source at a time: whoever comes first, the retry or the end of a pause, submits it.
    private void submit() {
        if (source != null) {
            return;
        }
        scope().loop().disarm(retry);
        paused = false;
        var operation = scope().admission().of(each.source()).withSink(this::arrived);
        var why = stop();
        if (why != null) {
            operation.refuse(why);
        } else {
            scope().admission().admit(shields > 0 ? operation.shield() : operation);
        }
        source = operation;
        operation.whenEnded(() -> sourceEnded(operation));
    }

    @SuppressWarnings("unchecked") // the source gives Es
    private void arrived(Object element) {
        count++;
        waiting.add((E) element);
        if (waiting.size() >= MOST_WAITING && !paused && source != null) {
            paused = true;
            source.stop(new Stop.Asked("its elements are waiting to be worked on"));
        }
        work();
    }

    private void sourceEnded(Operation<Long> operation) {
        source = null;
        var outcome = operation.verdict();
        if (ending != null || crash != null) {
            work();
            return;
        }
        boolean endOfStream = each.source() instanceof RecvEach && operation.lastResult() == 0;
        boolean noBuffers =
                outcome instanceof Outcome.Failed<Long>(var errno, _, _) && errno == Errno.ENOBUFS;
        boolean kernelEnded = outcome.isCompleted() && !endOfStream;
        boolean pauseEnded = paused && outcome instanceof Outcome.Cancelled;
        var why = stop();
        if (why == null && noBuffers) {
            paused = false; // the retry takes it up again, however few wait by then
            scope().loop().arm(retry, scope().loop().nanoTime() + RETRY_NANOS);
        } else if (why == null && (kernelEnded || pauseEnded)) {
            paused = true; // taken up again by work()
        } else if (why != null && (kernelEnded || noBuffers || wasCut(outcome))) {
            ending = why.outcome(each.source());
        } else {
            ending = outcome.isCompleted() ? new Outcome.Completed<>(count) : outcome;
        }
        work();
    }

    /// Whether it is not to be told of, since what ended the whole did it: the first reason that the source was given may
    /// have been the pause.
    private boolean wasCut(Outcome<Long> outcome) {
        return outcome instanceof Outcome.Cancelled || (outcome.isCompleted() && dropped);
    }

    /// Works on what waits, until there is nothing, or something runs.
    private void work() {
        if (working) {
            return;
        }
        working = true;
        while (body == null && crash == null && !waiting.isEmpty() && !isBroken()) {
            startBody(waiting.remove());
        }
        working = false;
        if (crash != null || isBroken()) {
            abandon();
            if (hasEnded()) { // stopping the source may have been the last thing
                return;
            }
        }
        boolean over = ending != null || crash != null;
        if (over && source == null && body == null && waiting.isEmpty()) {
            scope().loop().disarm(retry);
            end(crash == null ? ending : null, crash);
        } else if (!over && paused && source == null && waiting.size() <= FEW_WAITING) {
            submitAgain();
        }
    }

    private boolean isBroken() {
        return (ending != null && !ending.isCompleted()) || stop() != null;
    }

    private void startBody(E element) {
        PipelineRun<?> run;
        try {
            run = new PipelineRun<>(scope(), each.body().apply(element), shields, depth() + 1);
        } catch (RuntimeException | Error thrown) {
            crash = thrown;
            return;
        }
        body = run;
        run.whenEnded(() -> bodyEnded(run));
        run.begin();
    }

    private void bodyEnded(PipelineRun<?> run) {
        body = null;
        if (run.crash() != null) {
            crash = run.crash();
        } else if (!run.verdict().isCompleted()) {
            ending = run.verdict();
        }
        work();
    }

    /// Nothing more is worked on: what waits is given back (connections are closed, bytes stay with their socket), and the
    /// source stopped.
    private void abandon() {
        scope().loop().disarm(retry);
        boolean drops = !waiting.isEmpty();
        dropped |= drops;
        for (var element = waiting.poll(); element != null; element = waiting.poll()) {
            switch (element) {
                case Fd fd ->
                        scope().admission().admit(new Operation<>(scope(), new Close(fd)).shield());
                case Buffer buffer ->
                        scope().giveBack(buffer, Objects.requireNonNull(each.source().fd()));
                default -> {}
            }
        }
        if (source != null) {
            var why = stop();
            source.stop(
                    why != null ? why : new Stop.Asked("working on an element did not complete"));
        } else if (crash == null && (ending == null || (ending.isCompleted() && drops))) {
            ending = Objects.requireNonNull(stop()).outcome(each.source());
        }
    }

    @Override
    void stopped(Stop why) {
        if (body != null) {
            body.stop(why);
        }
        work();
    }

    @Override
    public String toString() {
        return each.toString();
    }
}
