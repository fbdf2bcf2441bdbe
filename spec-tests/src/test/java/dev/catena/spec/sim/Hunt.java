package dev.catena.spec.sim;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// Runs the [Workload] of one seed after the other, on two threads or more, until its time is up or one fails. A run that
/// makes no progress has failed, too.
///
/// As a program it is how faults are looked for (`mutations/run`): it ends with 1 and the problem when it has found one.
final class Hunt {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// What it has seen.
    ///
    /// @param seeds how many programs it ran
    /// @param operations entries that were published
    /// @param deviations how often kernels did not take their default
    /// @param failure the first problem, or null
    record Result(long seeds, long operations, long deviations, String failure) {}

    private final AtomicLong next;
    private final AtomicLong seeds = new AtomicLong();
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong deviations = new AtomicLong();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private volatile boolean stopped;

    private Hunt(long from) {
        next = new AtomicLong(from);
    }

    /// Runs from a seed on.
    static Result run(long from, int threads, Duration duration, Duration patience)
            throws InterruptedException {
        var hunt = new Hunt(from);
        long until = System.nanoTime() + duration.toNanos();
        var lanes = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            lanes[i] = Thread.ofPlatform().daemon().name("hunt-" + i).start(hunt::work);
        }
        long seen = -1;
        long seenAt = System.nanoTime();
        while (System.nanoTime() < until && hunt.failure.get() == null) {
            lanes[0].join(Duration.ofMillis(50));
            if (hunt.seeds.get() != seen) {
                seen = hunt.seeds.get();
                seenAt = System.nanoTime();
            } else if (System.nanoTime() - seenAt > patience.toNanos()) {
                hunt.failure.compareAndSet(
                        null,
                        "seeds up to "
                                + (hunt.next.get() - 1)
                                + ": no run ended within "
                                + patience);
            }
        }
        hunt.stopped = true;
        for (var lane : lanes) {
            lane.join(patience);
        }
        return new Result(
                hunt.seeds.get(), hunt.operations.get(), hunt.deviations.get(), hunt.failure.get());
    }

    private void work() {
        while (!stopped && failure.get() == null) {
            long seed = next.getAndIncrement();
            try {
                var report =
                        Workload.run(
                                StackProperties.kernel(seed), seed, StackProperties.actors(seed));
                if (!report.problems().isEmpty()) {
                    failure.compareAndSet(null, "seed " + seed + ": " + report.problems());
                }
                operations.addAndGet(report.operations());
                deviations.addAndGet(report.answers());
            } catch (RuntimeException | Error thrown) {
                failure.compareAndSet(null, "seed " + seed + " threw " + thrown);
            }
            seeds.incrementAndGet();
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        var result =
                run(0, 2, Duration.ofSeconds(Long.parseLong(arguments[0])), Duration.ofSeconds(8));
        System.out.println(
                result.failure() == null
                        ? "nothing in " + result.seeds() + " programs"
                        : result.failure());
        Runtime.getRuntime().halt(result.failure() == null ? 0 : 1);
    }

    static Duration patience() {
        return PATIENCE;
    }
}
