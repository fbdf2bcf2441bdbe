package dev.catena.scope;

import dev.catena.ops.OperationId;
import dev.catena.ops.Outcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Something made of operations that runs on the loop without a thread: begun once, stopped at most once, ended once.
/// Loop thread only.
abstract sealed class Composite<R> implements Running<R>
        permits PipelineRun, WholeRun, Group, EachRun, FeedRun, Nap {
    private final LiveScope scope;
    private final Watchers watchers = new Watchers();
    private @Nullable Stop stop;
    private @Nullable Outcome<?> outcome;
    private @Nullable Throwable crash;
    private boolean ended;
    private final @Nullable Throwable site;

    Composite(LiveScope scope) {
        this.scope = scope;
        this.site = scope.loop().site();
    }

    /// Starts it.
    abstract void begin();

    /// It was asked to end, for the first time.
    abstract void stopped(Stop why);

    /// Ends it with an outcome, or with what a function of it threw.
    final void end(@Nullable Outcome<?> with, @Nullable Throwable thrown) {
        outcome = with;
        crash = thrown;
        ended = true;
        scope.ended(this);
        watchers.tell();
    }

    final @Nullable Stop stop() {
        return stop;
    }

    @Override
    public final void stop(Stop why) {
        if (stop == null && !ended) {
            stop = why;
            stopped(why);
        }
    }

    @Override
    public final LiveScope scope() {
        return scope;
    }

    @Override
    public final boolean hasEnded() {
        return ended;
    }

    @Override
    public final Watchers watchers() {
        return watchers;
    }

    @Override
    @SuppressWarnings("unchecked") // what ends it gives an R
    public final Outcome<R> verdict() {
        return (Outcome<R>) Objects.requireNonNull(outcome, "it has not ended");
    }

    @Override
    public final @Nullable Throwable site() {
        return site;
    }

    @Override
    public final @Nullable Throwable crash() {
        return crash;
    }

    @Override
    public OperationId id() {
        throw new UnsupportedOperationException(
                this + " is many operations and has no name in the kernel");
    }
}
