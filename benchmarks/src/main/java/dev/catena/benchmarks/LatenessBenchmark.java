package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.quantile;
import static dev.catena.benchmarks.Figures.write;

import dev.catena.ops.Ops;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.timers.Timers;
import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// How late a sleep is.
final class LatenessBenchmark implements Benchmark {
    private static final long LONGEST_NANOS = 5_000_000;

    /// A way to sleep.
    private record Sleeper(String name, Sleeping sleeping) {}

    /// Sleeps so long, one after the other, and notes how late each was.
    private interface Sleeping {
        void sleep(long[] lengthsNanos, double[] lateMicros) throws Exception;
    }

    private static final List<Sleeper> SLEEPERS =
            List.of(
                    new Sleeper("Catena, at rest", (length, late) -> catena(length, late, 0, 0)),
                    new Sleeper(
                            "Catena, the loop busy with 8 threads that await no-ops all the time",
                            (length, late) -> catena(length, late, 8, 0)),
                    new Sleeper(
                            "Catena, the loop busy with a thread that computes 100 µs at a time",
                            (length, late) -> catena(length, late, 1, 100_000)),
                    new Sleeper("`Thread.sleep`, platform thread", LatenessBenchmark::thread),
                    new Sleeper("`ScheduledThreadPoolExecutor`", LatenessBenchmark::executor),
                    new Sleeper(
                            "Netty `HashedWheelTimer`, ticks of 1 ms", LatenessBenchmark::netty));

    @Override
    public String name() {
        return "lateness";
    }

    @Override
    public String about() {
        return "how late a sleep is, at rest and with a busy loop";
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int sleeps = smoke ? 10 : 1000;
        int rounds = smoke ? 1 : 5;
        var late = new double[SLEEPERS.size()][sleeps * rounds];
        for (int round = 0; round < rounds; round++) {
            var lengths = new Random(round).longs(sleeps, 0, LONGEST_NANOS).toArray();
            for (int i = 0; i < SLEEPERS.size(); i++) {
                var micros = new double[sleeps];
                SLEEPERS.get(i).sleeping.sleep(lengths, micros);
                System.arraycopy(micros, 0, late[i], round * sleeps, sleeps);
            }
        }
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("", "median, µs", "p99, µs", "most, µs"));
        for (int i = 0; i < late.length; i++) {
            if (i < 3 && quantile(0, late[i]) < 0) {
                throw new IllegalStateException(SLEEPERS.get(i).name + " was early");
            }
            rows.add(
                    List.of(
                            SLEEPERS.get(i).name,
                            write(quantile(0.5, late[i])),
                            write(quantile(0.99, late[i])),
                            write(quantile(1, late[i]))));
        }
        return new Report("How late a sleep is")
                .says(
                        String.format(
                                "%,d sleeps of 0 to 5 ms, one after the other, in %d interleaved"
                                        + " rounds: from the nanosecond that was asked for to the first"
                                        + " instruction afterwards. Linux rounds what a thread waits"
                                        + " for to its timer slack (50 µs unless `prctl(2)` changed"
                                        + " it).",
                                sleeps * rounds, rounds))
                .table(rows);
    }

    private static void catena(long[] lengths, double[] late, int busy, long computedNanos)
            throws Exception {
        try (var proactor = Proactor.open()) {
            Scope.run(
                    proactor,
                    scope -> {
                        boolean[] done = new boolean[1]; // all run on the loop
                        for (int i = 0; i < busy; i++) {
                            scope.fork(
                                    () -> {
                                        while (!done[0]) {
                                            long until = System.nanoTime() + computedNanos;
                                            while (System.nanoTime() < until) {
                                                Thread.onSpinWait();
                                            }
                                            scope.await(Ops.nop());
                                        }
                                    });
                        }
                        for (int i = 0; i < lengths.length; i++) {
                            long start = System.nanoTime();
                            Timers.sleep(scope, Duration.ofNanos(lengths[i]));
                            late[i] = (System.nanoTime() - start - lengths[i]) / 1e3;
                        }
                        done[0] = true;
                    });
        }
    }

    private static void thread(long[] lengths, double[] late) throws Exception {
        for (int i = 0; i < lengths.length; i++) {
            long start = System.nanoTime();
            Thread.sleep(Duration.ofNanos(lengths[i]));
            late[i] = (System.nanoTime() - start - lengths[i]) / 1e3;
        }
    }

    private static void executor(long[] lengths, double[] late) throws Exception {
        try (var executor = Executors.newScheduledThreadPool(1)) {
            for (int i = 0; i < lengths.length; i++) {
                long length = lengths[i];
                long start = System.nanoTime();
                late[i] =
                        executor.schedule(
                                        () -> (System.nanoTime() - start - length) / 1e3,
                                        length,
                                        TimeUnit.NANOSECONDS)
                                .get();
            }
        }
    }

    private static void netty(long[] lengths, double[] late) throws Exception {
        var wheel = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
        for (int i = 0; i < lengths.length; i++) {
            int sleep = i;
            var done = new CountDownLatch(1);
            long start = System.nanoTime();
            wheel.newTimeout(
                    _ -> {
                        late[sleep] = (System.nanoTime() - start - lengths[sleep]) / 1e3;
                        done.countDown();
                    },
                    lengths[i],
                    TimeUnit.NANOSECONDS);
            done.await();
        }
        var _ = wheel.stop();
    }
}
