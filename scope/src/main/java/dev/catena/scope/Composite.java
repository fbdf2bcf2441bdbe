package dev.catena.scope;

import dev.catena.ops.OperationId;
import dev.catena.ops.Outcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Something made of operations that runs on the loop without a thread: begun once, stopped at most once, ended once.
/// Loop thread only.
abstract sealed class Composite<R> implements Running<R>
        permits PipelineRun, WholeRun, Group, EachRun, FeedRun, Nap {
    private static final int STACKED = 64;

    private final LiveScope scope;
    // made when somebody asks for them: most of what a scope has a million of is never waited for
    private @Nullable Watchers watchers;
    private @Nullable Stop stop;
    private @Nullable Outcome<?> outcome;
    private @Nullable Throwable crash;
    private boolean ended;
    private final @Nullable Throwable site;

    // how many clean-ups, and how many composites, it is part of
    private final int shields;
    private final int depth;

    // the scope's list of those that run, if it is not a part of another
    @Nullable Composite<?> older;
    @Nullable Composite<?> newer;
    boolean isListed;

    // whether its failure is the scope's unless somebody asks for it
    private boolean expected;

    /// @param shields how many clean-ups it is part of
    /// @param depth how many composites it is part of
    Composite(LiveScope scope, int shields, int depth) {
        this.scope = scope;
        this.shields = shields;
        this.depth = depth;
        this.site = scope.loop().site();
    }

    /// Starts it.
    abstract void begin();

    final int depth() {
        return depth;
    }

    final int shields() {
        return shields;
    }

    /// Why nothing more is begun in it, if so: it was asked to end, or its scope was and it is no part of a clean-up.
    final @Nullable Stop refusal() {
        return stop != null || shields > 0 ? stop : scope.refusal();
    }

    /// Publishes an operation for it, or ends the operation at once if nothing more is begun in it.
    final void admit(Operation<?> operation) {
        admit(operation, stop, shields);
    }

    /// Publishes an operation for a part of it that has a reason of its own to refuse it, or clean-ups of its own around it.
    final void admit(Operation<?> operation, @Nullable Stop why, int shields) {
        if (why != null) {
            operation.refuse(why);
        } else {
            scope.admission().admit(shields > 0 ? operation.shield() : operation);
        }
    }

    /// Does something to the parts or to the whole of it: soon instead of at once at every [#STACKED]th level, so that
    /// pipelines within pipelines do not need the loop's stack, however many. Levels come in twos, a group and the run of
    /// a part of it, and either may be the one that steps.
    final void step(Runnable action) {
        if (depth % STACKED >= STACKED - 2) {
            scope.loop().execute(action);
        } else {
            action.run();
        }
    }

    /// What it is about, for people.
    String doing() {
        return stop == null ? "runs" : "ends, " + stop;
    }

    /// It was asked to end, for the first time.
    abstract void stopped(Stop why);

    /// Ends it with an outcome, or with what a function of it threw.
    final void end(@Nullable Outcome<?> with, @Nullable Throwable thrown) {
        outcome = with;
        crash = thrown;
        ended = true;
        scope.ended(this);
        if (watchers != null) {
            step(watchers::tell);
        }
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
        var made = watchers;
        if (made == null) {
            made = new Watchers();
            watchers = made;
        }
        return made;
    }

    @Override
    public final boolean isExpected() {
        return expected;
    }

    @Override
    public final void expect(boolean whether) {
        expected = whether;
    }

    @Override
    @SuppressWarnings("unchecked") // what ends it gives an R
    public Outcome<R> verdict() {
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
