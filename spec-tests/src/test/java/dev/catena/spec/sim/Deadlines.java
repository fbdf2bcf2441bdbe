package dev.catena.spec.sim;

import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.poll;
import static dev.catena.ops.Ops.timeout;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipe;
import dev.catena.ops.PollEvent;
import dev.catena.ops.Step;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.sim.Workload.Sight;
import dev.catena.spec.sim.Workload.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;

/// What a [Workload] does against the clock. Its times are seconds, so that what a schedule delays does not matter.
final class Deadlines {
    private Deadlines() {}

    /// Timers that follow one another, and then a wait without end, in a scope that lasts less long than they would.
    static void chainInAScope(Stage stage, Pipe.Ends silent) throws IOException {
        var limit = Duration.ofSeconds(5 + stage.random().nextInt(20));
        var steps = new ArrayList<Step<?>>();
        int timers = 1 + stage.random().nextInt(3);
        for (int i = 0; i < timers; i++) {
            steps.add(timeout(limit.dividedBy(timers + 1).plus(stage.millis(10))));
        }
        steps.add(poll(silent.reading(), PollEvent.READABLE));
        boolean own = stage.chance(50);
        var chain = own ? linkAll(steps).within(limit) : linkAll(steps);
        long began = stage.now();
        var options = ScopeOptions.of("limited");
        try {
            stage.scope()
                    .child(
                            own ? options : options.within(limit),
                            inner -> {
                                var outcomes = inner.await(chain.each());
                                check(stage, outcomes.getLast(), began, limit);
                                return 0;
                            });
        } catch (DeadlineExceededException passed) {
            stage.workload().see(Sight.TIMED_OUT);
        }
        inTime(stage, began, limit, "D2: a chain");
    }

    private static void check(Stage stage, Outcome<?> last, long began, Duration limit) {
        stage.workload().seen(last);
        if (last instanceof Outcome.TimedOut) {
            stage.check(stage.now() - began >= limit.toNanos(), "D1: timed out before its time");
        } else {
            stage.check(!last.isCompleted(), "D2: an endless wait completed: " + last);
        }
        stage.check(!(last instanceof Outcome.Cancelled), "D3: cancelled, not timed out: " + last);
    }

    /// One operation with a bound of its own.
    static void boundedOperation(Stage stage, Pipe.Ends silent) {
        var limit = Duration.ofSeconds(3 + stage.random().nextInt(5));
        long began = stage.now();
        var outcome = stage.attempt(poll(silent.reading(), PollEvent.READABLE).within(limit));
        check(stage, outcome, began, limit);
        inTime(stage, began, limit, "D2: an operation");
    }

    /// A scope whose deadline has passed starts nothing.
    static void expiredScope(Stage stage) {
        var limit = stage.millis(40);
        long began = stage.now();
        try {
            stage.scope()
                    .child(
                            ScopeOptions.of("expired").within(limit),
                            inner -> {
                                inner.attempt(timeout(limit.multipliedBy(2)));
                                stage.check(
                                        stage.now() - began >= limit.toNanos(),
                                        "D1: the scope's time was up early");
                                var late = inner.attempt(nop());
                                stage.check(
                                        late instanceof Outcome.TimedOut,
                                        "D3: an expired scope published something: " + late);
                                return 0;
                            });
        } catch (DeadlineExceededException passed) {
            stage.workload().see(Sight.TIMED_OUT);
        } catch (IOException failed) {
            stage.check(false, "D3: an expired scope failed otherwise: " + failed);
        }
    }

    private static void inTime(Stage stage, long began, Duration limit, String what) {
        long took = stage.now() - began;
        stage.check(
                took <= limit.plus(stage.workload().slack).toNanos(),
                what + " took " + Duration.ofNanos(took) + " of " + limit);
    }
}
