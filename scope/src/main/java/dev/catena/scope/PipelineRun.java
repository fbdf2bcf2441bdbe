package dev.catena.scope;

import dev.catena.ops.Chain;
import dev.catena.ops.Deadline;
import dev.catena.ops.Op;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.ops.Pipeline.Both;
import dev.catena.ops.Pipeline.Broken;
import dev.catena.ops.Pipeline.Done;
import dev.catena.ops.Pipeline.Ensured;
import dev.catena.ops.Pipeline.ForEach;
import dev.catena.ops.Pipeline.Mapped;
import dev.catena.ops.Pipeline.Now;
import dev.catena.ops.Pipeline.Race;
import dev.catena.ops.Pipeline.Recovered;
import dev.catena.ops.Pipeline.Repeated;
import dev.catena.ops.Pipeline.Sleep;
import dev.catena.ops.Pipeline.Then;
import dev.catena.ops.Pipeline.Whole;
import dev.catena.ops.Pipeline.Within;
import dev.catena.ops.Step;
import dev.catena.proactor.loop.LoopTimer;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A pipeline being interpreted on the loop, without a thread.
///
/// The interpreter goes down to the leftmost part that runs by itself (an operation, a chain, a race, …), keeping what is to
/// be done with its outcome on a stack of frames, starts it, and goes on when it has ended. It never recurses along a
/// pipeline, which can be as long as it likes. Everything here is the loop thread's.
final class PipelineRun<R> extends Composite<R> implements Runnable {
    private final Pipeline<R> pipeline;

    // what is to be done with outcomes, innermost first, each with what is to be done after it;
    // each
    // Within among them has a clock
    private @Nullable Frame frames;
    private @Nullable Clock clocks;

    // either what to run next, or what the last one gave, or a part that is running
    private @Nullable Pipeline<?> next;
    private @Nullable Outcome<?> last;
    private @Nullable Running<?> current;

    // how many clean-ups it is in, with those that it is part of
    private int shields;

    /// What is to be done with an outcome.
    private sealed interface Frame {
        /// What is to be done afterwards; null for nothing.
        @Nullable Frame outer();

        /// What a part of the pipeline says.
        record Of(Pipeline<?> pipeline, @Nullable Frame outer) implements Frame {}

        /// A clean-up has ended: the outcome from before it stands, unless only the clean-up failed.
        record Restore(Outcome<?> before, @Nullable Frame outer) implements Frame {}

        /// A clean-up has ended: what was thrown before it goes on.
        record Rethrow(Throwable thrown, @Nullable Frame outer) implements Frame {}
    }

    /// The deadline of a part of the pipeline.
    private final class Clock extends LoopTimer {
        private final Stop.Expired expired;

        // it reaches what runs between as many clean-ups, and not a clean-up within
        private final int level = shields;
        private final @Nullable Clock outer = clocks;
        private boolean passed;

        Clock(Within<?> within) {
            expired = new Stop.Expired(this, "within(" + within.duration() + ")");
            scope().loop()
                    .arm(
                            this,
                            Deadline.after(scope().loop().nanoTime(), within.duration()).nanos());
        }

        @Override
        protected void expired() {
            passed = true;
            if (current != null && shields == level) {
                current.stop(expired);
            }
        }
    }

    /// @param shields how many clean-ups it is part of
    /// @param depth how many composites it is part of
    PipelineRun(LiveScope scope, Pipeline<R> pipeline, int shields, int depth) {
        super(scope, shields, depth);
        this.pipeline = pipeline;
        this.next = pipeline;
        this.shields = shields;
    }

    /// Goes on until a part is running or the end is reached.
    @Override
    public void run() {
        Throwable crash = null;
        boolean goesOn = true;
        while (goesOn) {
            try {
                interpret();
                if (current != null) {
                    return;
                }
                goesOn = false;
            } catch (RuntimeException | Error thrown) {
                crash = unwind(thrown);
                goesOn = crash == null;
            }
        }
        end(last, crash);
    }

    private void interpret() {
        takeOutcome();
        while (current == null && (next != null || frames != null)) {
            var part = next;
            next = null;
            if (part == null) {
                ascend(pop());
            } else {
                descend(part);
            }
        }
    }

    /// A function has thrown: nothing more is done but the clean-ups, the next of which is run. Gives what the pipeline ends
    /// with if there is none.
    private @Nullable Throwable unwind(Throwable latest) {
        var thrown = latest;
        next = null;
        while (frames != null) {
            switch (pop()) {
                case Frame.Restore _ -> shields--;
                case Frame.Rethrow(var earlier, _) -> {
                    shields--;
                    earlier.addSuppressed(thrown);
                    thrown = earlier;
                }
                case Frame.Of(Within<?> _, _) -> endClock();
                case Frame.Of(Ensured<?>(_, var cleanup, _), _) -> {
                    frames = new Frame.Rethrow(thrown, frames);
                    shields++;
                    next = cleanup;
                    return null;
                }
                case Frame.Of _ -> {}
            }
        }
        return thrown;
    }

    private void takeOutcome() {
        var finished = current;
        if (finished != null) {
            current = null;
            take(finished);
        }
    }

    private void take(Running<?> finished) {
        finished.throwCrash();
        last = finished.verdict();
        if (finished instanceof Operation<?> operation && operation.isSingle()) {
            scope().admission().reuseLater(operation);
        }
    }

    private void descend(Pipeline<?> part) {
        switch (part) {
            case Done<?>(var value) -> last = new Outcome.Completed<>(value);
            case Broken<?>(var outcome) -> last = outcome;
            case Mapped<?, ?>(var source, _) -> push(part, source);
            case Then<?, ?>(var source, _) -> push(part, source);
            case Recovered<?>(var source, _) -> push(part, source);
            case Repeated<?>(var source, _) -> push(part, source);
            case Ensured<?>(var source, _, _) -> push(part, source);
            case Within<?> within -> {
                push(part, within.source());
                clocks = new Clock(within);
            }
            case Op<?> op -> launch(scope().admission().reused(op));
            case Step<?> step -> launch(scope().admission().of(step));
            case Chain<?> chain -> launch(scope().admission().of(chain));
            case Now _ -> last = new Outcome.Completed<>(new Deadline(scope().loop().nanoTime()));
            case Whole<?> _, Both<?, ?, ?> _, Race<?> _, ForEach<?> _, Sleep _ ->
                    start(scope().composite(part, shields, depth() + 1));
        }
    }

    private void push(Pipeline<?> frame, Pipeline<?> source) {
        frames = new Frame.Of(frame, frames);
        next = source;
    }

    private Frame pop() {
        var inner = Objects.requireNonNull(frames);
        frames = inner.outer();
        return inner;
    }

    private void endClock() {
        var inner = Objects.requireNonNull(clocks);
        clocks = inner.outer;
        scope().loop().disarm(inner);
    }

    private void launch(Operation<?> operation) {
        admit(operation, stopped(), shields);
        wait(operation);
    }

    private void start(Composite<?> part) {
        var why = stopped();
        if (why != null) {
            part.stop(why);
        }
        part.begin();
        wait(part);
    }

    private void wait(Running<?> part) {
        if (part.hasEnded()) {
            take(part);
        } else {
            current = part;
            part.whenEnded(this);
        }
    }

    /// Why nothing more is to be started: the pipeline's own end, or the clock of a part that is still open.
    private @Nullable Stop stopped() {
        if (stop() != null && shields == shields()) {
            return stop();
        }
        for (var clock = clocks; clock != null; clock = clock.outer) {
            if (clock.passed && clock.level == shields) {
                return clock.expired;
            }
        }
        return null;
    }

    private void ascend(Frame frame) {
        var outcome = Objects.requireNonNull(last);
        switch (frame) {
            case Frame.Of(var part, _) -> ascend(part, outcome);
            case Frame.Restore(var before, _) -> {
                shields--;
                last = before.isCompleted() && !outcome.isCompleted() ? outcome : before;
            }
            case Frame.Rethrow(var thrown, _) -> {
                shields--;
                switch (thrown) {
                    case Error error -> throw error;
                    case RuntimeException exception -> throw exception;
                    default -> throw new IllegalStateException("not thrown by a function", thrown);
                }
            }
        }
    }

    @SuppressWarnings("unchecked") // a part takes what its source gives
    private void ascend(Pipeline<?> part, Outcome<?> outcome) {
        switch (part) {
            case Mapped<?, ?>(_, var change) ->
                    last = outcome.map(value -> ((Function<Object, Object>) change).apply(value));
            case Then<?, ?>(_, var then) -> {
                if (outcome instanceof Outcome.Completed<?>(Object value)) {
                    next = ((Function<Object, Pipeline<?>>) (Function<?, ?>) then).apply(value);
                }
            }
            case Recovered<?>(_, var remedy) -> {
                if (!outcome.isCompleted()
                        && stopped() == null
                        && (shields > 0 || !scope().isStopped())) {
                    next = ((Function<Object, Pipeline<?>>) (Function<?, ?>) remedy).apply(outcome);
                }
            }
            case Repeated<?>(_, var again) -> {
                if (outcome instanceof Outcome.Completed<?>(Object value)
                        && ((Predicate<Object>) again).test(value)) {
                    next = part;
                }
            }
            case Ensured<?>(_, var cleanup, var always) -> {
                if (always || !outcome.isCompleted()) {
                    frames = new Frame.Restore(outcome, frames);
                    shields++;
                    next = cleanup;
                }
            }
            case Within<?> _ -> endClock();
            default -> throw new IllegalStateException("not a frame: " + part);
        }
    }

    @Override
    void begin() {
        run();
    }

    @Override
    void stopped(Stop why) {
        if (current != null && shields == shields()) {
            current.stop(why);
        }
    }

    @Override
    String doing() {
        return current instanceof Composite<?> part ? part.doing() : super.doing();
    }

    @Override
    public String toString() {
        return pipeline.toString();
    }
}
