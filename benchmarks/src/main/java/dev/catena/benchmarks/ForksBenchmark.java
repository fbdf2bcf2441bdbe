package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.median;
import static dev.catena.benchmarks.Figures.medianRatio;
import static dev.catena.benchmarks.Figures.write;

import com.sun.management.ThreadMXBean;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import java.lang.management.ManagementFactory;
import java.util.List;

/// Forks and joins of threads that do next to nothing.
final class ForksBenchmark implements Benchmark {
    private static final int ROUNDS = 5;

    /// What a fork and its join take.
    private static final class Costs {
        private final double[] nanos;
        private final double[] bytes;

        Costs(int rounds) {
            nanos = new double[rounds];
            bytes = new double[rounds];
        }
    }

    /// Forks and joins so many threads, one after the other, and says how many have run.
    @FunctionalInterface
    private interface Contender {
        long run(int forks) throws Exception;
    }

    @Override
    public String name() {
        return "forks";
    }

    @Override
    public String about() {
        return "1,000,000 forks and joins against bare virtual threads: time and bytes each";
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int forks = smoke ? 1_000 : 1_000_000;
        int rounds = smoke ? 1 : ROUNDS;
        try (var proactor = Proactor.open()) {
            Contender ours = count -> Scope.open(proactor, scope -> forked(scope, count));
            Contender bareOnLoop = count -> Scope.open(proactor, _ -> bare(count));
            Contender bare = ForksBenchmark::bareOutside;
            var costs = List.of(new Costs(rounds), new Costs(rounds), new Costs(rounds));
            var contenders = List.of(ours, bareOnLoop, bare);
            if (!smoke) {
                for (var contender : contenders) {
                    contender.run(forks / 2); // to warm up
                }
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < contenders.size(); i++) {
                    measure(contenders.get(i), forks, costs.get(i), round);
                }
            }
            return new Report("Forks and joins")
                    .says(
                            String.format(
                                    "%,d threads, each started and joined before the next, by one thread; medians of %d rounds, ratios"
                                            + " within each round. Bytes are those allocated by all threads of the JVM.",
                                    forks, rounds))
                    .table(
                            List.of(
                                    List.of("", "ns each", "bytes each", "time against the first"),
                                    row("`scope.fork`, `task.await`", costs.get(0), costs.get(0)),
                                    row(
                                            "bare virtual threads, on the loop",
                                            costs.get(1),
                                            costs.get(0)),
                                    row(
                                            "bare virtual threads, on the JDK's scheduler",
                                            costs.get(2),
                                            costs.get(0))));
        }
    }

    private static List<String> row(String name, Costs costs, Costs first) {
        return List.of(
                name,
                write(median(costs.nanos)),
                write(median(costs.bytes)),
                write(medianRatio(costs.nanos, first.nanos)));
    }

    private static void measure(Contender contender, int forks, Costs costs, int round)
            throws Exception {
        System.gc();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = threads.getTotalThreadAllocatedBytes();
        long start = System.nanoTime();
        long ran = contender.run(forks);
        costs.nanos[round] = (System.nanoTime() - start) / (double) forks;
        costs.bytes[round] = (threads.getTotalThreadAllocatedBytes() - bytes) / (double) forks;
        if (ran != forks) {
            throw new IllegalStateException(ran + " of " + forks + " threads have run");
        }
    }

    private static long forked(Scope scope, int forks) throws java.io.IOException {
        long ran = 0;
        for (int i = 0; i < forks; i++) {
            ran += scope.fork(() -> 1).await();
        }
        return ran;
    }

    private static long bareOutside(int forks) throws InterruptedException {
        var ran = new long[1];
        var outer = Thread.ofVirtual().start(() -> ran[0] = bare(forks));
        outer.join();
        return ran[0];
    }

    private static long bare(int forks) {
        var ran = new long[1];
        for (int i = 0; i < forks; i++) {
            var thread = Thread.ofVirtual().start(() -> ran[0]++);
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return ran[0];
    }
}
