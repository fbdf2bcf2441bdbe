package dev.catena.scope;

import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Pipelines that run at the same time: a race, of which the first to complete wins, or a pair, of which both must. Once
/// that is decided the others are stopped; the end comes when all have ended. Loop thread only.
final class Group<R> extends Composite<R> {
    private final Pipeline<R> pipeline;
    private final List<PipelineRun<?>> runs = new ArrayList<>();
    private final boolean isRace;
    private final @Nullable BiFunction<Object, Object, Object> together;
    private int ended;
    private @Nullable PipelineRun<?> decided;
    private @Nullable PipelineRun<?> latest;

    private Group(
            LiveScope scope,
            Pipeline<R> pipeline,
            List<? extends Pipeline<?>> parts,
            int shields,
            int depth,
            @Nullable BiFunction<Object, Object, Object> together) {
        super(scope, shields, depth);
        this.pipeline = pipeline;
        this.isRace = together == null;
        this.together = together;
        parts.forEach(part -> runs.add(new PipelineRun<>(scope, part, shields, depth + 1)));
    }

    static <R> Group<R> of(LiveScope scope, Pipeline.Race<R> race, int shields, int depth) {
        return new Group<>(scope, race, race.contestants(), shields, depth, null);
    }

    @SuppressWarnings("unchecked") // the parts give what the function takes
    static <A, B, R> Group<R> of(
            LiveScope scope, Pipeline.Both<A, B, R> both, int shields, int depth) {
        return new Group<>(
                scope,
                both,
                List.of(both.first(), both.second()),
                shields,
                depth,
                (BiFunction<Object, Object, Object>) (BiFunction<?, ?, ?>) both.together());
    }

    @Override
    void begin() {
        for (var run : runs) {
            if (decided != null) {
                run.stop(why());
            }
            run.whenEnded(() -> partEnded(run));
            step(run::begin);
        }
    }

    private void partEnded(PipelineRun<?> run) {
        int place =
                ++ended; // stopping the others may end them at once, and the last of them finishes
        latest = run;
        boolean completed = run.crash() == null && run.verdict().isCompleted();
        if (decided == null && (completed == isRace || run.crash() != null)) {
            decided = run;
            runs.forEach(other -> other.stop(why()));
        }
        if (place == runs.size()) {
            finish();
        }
    }

    private Stop why() {
        return new Stop.Asked(
                isRace
                        ? "another contestant of the race was first"
                        : "the other of the two did not complete");
    }

    private void finish() {
        var deciding = decided != null ? decided : isRace ? Objects.requireNonNull(latest) : null;
        if (deciding != null) {
            end(deciding.crash() == null ? deciding.verdict() : null, deciding.crash());
            return;
        }
        try {
            var values = runs.stream().map(run -> value(run.verdict())).toList();
            end(
                    new Outcome.Completed<>(
                            Objects.requireNonNull(together).apply(values.get(0), values.get(1))),
                    null);
        } catch (RuntimeException | Error thrown) {
            end(null, thrown);
        }
    }

    private static Object value(Outcome<?> outcome) {
        return ((Outcome.Completed<?>) outcome).value();
    }

    @Override
    void stopped(Stop why) {
        step(() -> runs.forEach(run -> run.stop(why)));
    }

    @Override
    public String toString() {
        return pipeline.toString();
    }
}
