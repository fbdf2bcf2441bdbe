package dev.catena.scope;

import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A multishot operation whose elements are worked on one after the other. Loop thread only.
final class EachRun<E> extends Composite<Long> {
    private final Pipeline.ForEach<E> each;
    private final MultishotSource<E> source;
    private @Nullable PipelineRun<?> body;
    private boolean working;

    // how working on an element went wrong
    private @Nullable Outcome<?> failure;
    private @Nullable Throwable crash;

    EachRun(LiveScope scope, Pipeline.ForEach<E> each, int shields, int depth) {
        super(scope, shields, depth);
        this.each = each;
        source = new MultishotSource<>(this, each.source(), this::work);
    }

    @Override
    void begin() {
        source.begin();
    }

    /// Works on what waits, until there is nothing, or something runs.
    private void work() {
        if (working || hasEnded()) {
            return;
        }
        working = true;
        while (body == null && !source.isEmpty() && !isBroken()) {
            startBody(Objects.requireNonNull(source.poll()));
        }
        if (isBroken()) {
            source.stop(why());
        } else {
            source.resume();
        }
        working = false;
        if (source.isOver() && body == null && source.isEmpty()) {
            finish();
        }
    }

    private boolean isBroken() {
        return failure != null
                || crash != null
                || stop() != null
                || (source.isOver() && !isCompleted(source.ending()));
    }

    private static boolean isCompleted(@Nullable Outcome<?> outcome) {
        return outcome != null && outcome.isCompleted();
    }

    private Stop why() {
        return stop() != null ? stop() : new Stop.Asked("working on an element did not complete");
    }

    private void startBody(E element) {
        PipelineRun<?> run;
        try {
            run = new PipelineRun<>(scope(), each.body().apply(element), shields(), depth() + 1);
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
            failure = run.verdict();
        }
        work();
    }

    /// The first that went wrong is what it ends with.
    private void finish() {
        if (crash != null) {
            end(null, crash);
        } else if (failure != null) {
            end(failure, null);
        } else {
            end(source.ending(), source.crash());
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
