package dev.catena.spec.sim;

import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.proactor.Metrics;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A random program over the whole stack, on a simulated kernel: [Actor]s that run at the same time in one scope, each of
/// which checks what it sees. What may be said of any program is checked at the end.
///
/// A seed makes the program; with the kernel's schedule it makes the run. All of it runs on the loop.
final class Workload {

    /// What is seen to happen, so that one knows that it does.
    enum Sight {
        SHORT,
        FAILED,
        TIMED_OUT,
        CANCELLED,
        SKIPPED,
        COMPLETED_AFTER_CANCEL,
        OVERFLOW,
        REFUSED_ACCESS
    }

    /// What came of a run.
    ///
    /// @param operations entries that were published
    /// @param answers how often the kernel did not take its default
    record Report(List<String> problems, long operations, int answers, Map<Sight, Integer> sights) {
        boolean saw(Sight sight) {
            return sights.getOrDefault(sight, 0) > 0;
        }
    }

    final SimulatedKernel sim;
    final Proactor proactor;

    // how much later than asked for anything may be
    final Duration slack;

    // whether there is one actor only
    final boolean alone;

    private final List<String> problems = new ArrayList<>();
    private final Map<Sight, Integer> sights = new EnumMap<>(Sight.class);

    private Workload(SimulatedKernel sim, Proactor proactor, int actors) {
        this.sim = sim;
        this.proactor = proactor;
        alone = actors == 1;
        slack =
                sim.schedule().equals(dev.catena.proactor.sim.Schedule.calm())
                        ? Duration.ZERO
                        : Duration.ofSeconds(2);
    }

    /// Runs the program of a seed on a proactor of a kernel, and closes the proactor.
    ///
    /// @param actors how many
    static Report run(SimulatedKernel sim, Proactor proactor, long seed, int actors) {
        var workload = new Workload(sim, proactor, actors);
        workload.perform(new Random(seed), actors);
        workload.checkScopes(proactor.metrics());
        proactor.close();
        var metrics = proactor.metrics();
        workload.checkEnd(metrics);
        workload.see(Sight.COMPLETED_AFTER_CANCEL, metrics.completedAfterCancel());
        workload.see(Sight.OVERFLOW, metrics.overflows());
        var answers = sim.replay().answers();
        return new Report(
                List.copyOf(workload.problems),
                metrics.published(),
                answers == null ? 0 : answers.size(),
                workload.sights);
    }

    /// Runs it on a kernel of its own, and closes that.
    static Report run(SimulatedKernel kernel, long seed, int actors) {
        Report report;
        var problems = new ArrayList<String>();
        try (var sim = kernel) {
            report =
                    run(
                            sim,
                            sim.proactor(
                                    Proactor.builder()
                                            .name("workload")
                                            .strictBuffers((seed & 1) == 0)
                                            .inboxInterval(1 + (int) (seed & 31))),
                            seed,
                            actors);
        } catch (IllegalStateException broken) {
            return new Report(List.of(String.valueOf(broken.getMessage())), 0, 0, Map.of());
        }
        problems.addAll(report.problems());
        kernel.openDescriptors()
                .forEach(left -> problems.add("X3: left open when all was closed: " + left));
        return new Report(problems, report.operations(), report.answers(), report.sights());
    }

    private void perform(Random random, int actors) {
        try {
            Scope.run(
                    proactor,
                    scope -> {
                        for (int i = 0; i < actors; i++) {
                            var actor = Actor.values()[random.nextInt(Actor.values().length)];
                            long seed = random.nextLong();
                            int number = i;
                            scope.fork(() -> act(actor, number, scope, new Random(seed)));
                        }
                    });
        } catch (IOException | RuntimeException | Error thrown) {
            problem("the scope of all actors threw " + thrown);
        }
    }

    private void act(Actor actor, int number, Scope scope, Random random) {
        try {
            scope.child(
                    ScopeOptions.of(actor + "-" + number),
                    inner -> {
                        actor.act(new Stage(this, actor + "-" + number, inner, random));
                        return 0;
                    });
        } catch (IOException ended) {
            see(Sight.FAILED); // an operation failed or was cancelled, as the schedule wanted
        } catch (RuntimeException | Error thrown) {
            problem(actor + "-" + number + " threw " + thrown + " at " + at(thrown));
        }
    }

    private static String at(Throwable thrown) {
        var trace = thrown.getStackTrace();
        return trace.length == 0 ? "?" : trace[0].toString();
    }

    /// What holds when all scopes have ended; the answer to a cancel may still be on its way.
    private void checkScopes(Metrics metrics) {
        expect(0, metrics.leases(), "S8: leases out");
        expect(0, metrics.descriptors(), "X3: descriptors owned");
        expect(0, metrics.scopes(), "S1: scopes open");
    }

    /// What holds when the proactor is closed.
    private void checkEnd(Metrics metrics) {
        expect(metrics.published(), metrics.terminal(), "L1: published = terminal");
        expect(0, metrics.stale(), "L4: stale completions");
        expect(0, metrics.quarantined(), "L6: quarantined");
        sim.violations().forEach(violation -> problem("the kernel's contract: " + violation));
    }

    // ---------------------------------------------------------------- for the actors

    void expect(long expected, long found, String what) {
        if (expected != found) {
            problem(what + ": expected " + expected + ", found " + found);
        }
    }

    void problem(String what) {
        if (problems.size() < 20) {
            problems.add(what);
        }
    }

    void see(Sight sight) {
        see(sight, 1);
    }

    private void see(Sight sight, long times) {
        if (times > 0) {
            sights.merge(sight, (int) times, Integer::sum);
        }
    }

    /// Counts what an outcome is.
    <R> Outcome<R> seen(Outcome<R> outcome) {
        switch (outcome) {
            case Outcome.Completed<?> _ -> {}
            case Outcome.Short<?> _ -> see(Sight.SHORT);
            case Outcome.Failed<?> _ -> see(Sight.FAILED);
            case Outcome.TimedOut<?> _ -> see(Sight.TIMED_OUT);
            case Outcome.Cancelled<?> _ -> see(Sight.CANCELLED);
            case Outcome.Skipped<?> _ -> see(Sight.SKIPPED);
        }
        return outcome;
    }

    /// Where an actor acts.
    record Stage(Workload workload, String name, Scope scope, Random random) {

        <R> Outcome<R> attempt(Pipeline<R> work) {
            return workload.seen(scope.attempt(work));
        }

        void check(boolean holds, String what) {
            if (!holds) {
                workload.problem(name + ": " + what);
            }
        }

        long now() {
            return workload.proactor.nanoTime();
        }

        boolean chance(int percent) {
            return random.nextInt(100) < percent;
        }

        Duration millis(int most) {
            return Duration.ofMillis(1 + random.nextInt(most));
        }
    }
}
