package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.quantile;
import static dev.catena.benchmarks.Figures.write;

import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.timers.MissedTicks;
import dev.catena.timers.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// An interval of a millisecond for a minute.
final class IntervalBenchmark implements Benchmark {
    private static final Duration PERIOD = Duration.ofMillis(1);

    /// When the ticks came, in nanoseconds from the start, and what that took.
    private static final class Ticks {
        private final String name;
        private final long[] atNanos;
        private final long cpuNanos;

        Ticks(String name, long[] atNanos, long cpuNanos) {
            this.name = name;
            this.atNanos = atNanos;
            this.cpuNanos = cpuNanos;
        }
    }

    @Override
    public String name() {
        return "interval";
    }

    @Override
    public String about() {
        return "an interval of 1 ms for a minute: ticks, drift, CPU";
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int ticks = smoke ? 100 : 60_000;
        var rows = new ArrayList<List<String>>();
        rows.add(
                List.of(
                        "",
                        "ticks in the time",
                        "drift, µs",
                        "late, median, µs",
                        "late, p99, µs",
                        "late, most, µs",
                        "CPU of all threads, ms",
                        "CPU a tick, µs"));
        rows.add(row(catena(ticks)));
        rows.add(row(executor(ticks)));
        return new Report("An interval of 1 ms")
                .says(
                        String.format(
                                "%,d ticks with `MissedTicks.BURST`, after the one at the start,"
                                        + " and the same with `scheduleAtFixedRate` of a"
                                        + " `ScheduledThreadPoolExecutor`. Ticks in the time: those"
                                        + " that came until the last was due and a period more. Drift:"
                                        + " how late, in the median, the last hundredth was against the"
                                        + " first.",
                                ticks))
                .table(rows);
    }

    private static Ticks catena(int ticks) throws Exception {
        var at = new long[ticks];
        var cpu = new long[1];
        try (var proactor = Proactor.open()) {
            Scope.run(
                    proactor,
                    scope -> {
                        var interval = Timers.interval(scope, PERIOD, MissedTicks.BURST);
                        long before = Figures.cpuNanos();
                        long start = interval.next().due().nanos();
                        for (int i = 0; i < ticks; i++) {
                            var tick = interval.next();
                            at[i] = System.nanoTime() - start;
                            if (tick.number() != i + 1) {
                                throw new IllegalStateException(i + 1 + " is " + tick);
                            }
                        }
                        cpu[0] = Figures.cpuNanos() - before;
                    });
        }
        return new Ticks("Catena `Timers.interval`", at, cpu[0]);
    }

    private static Ticks executor(int ticks) throws Exception {
        var at = new long[ticks];
        var done = new CountDownLatch(ticks + 1);
        var executor = Executors.newScheduledThreadPool(1);
        long before = Figures.cpuNanos();
        long start = System.nanoTime();
        var _ =
                executor.scheduleAtFixedRate(
                        () -> {
                            int tick = (int) (ticks - done.getCount());
                            if (tick >= 0 && tick < ticks) {
                                at[tick] = System.nanoTime() - start;
                            }
                            done.countDown();
                        },
                        0,
                        PERIOD.toNanos(),
                        TimeUnit.NANOSECONDS);
        done.await();
        executor.shutdownNow();
        long origin = Long.MAX_VALUE; // it does not tell when a tick was due
        for (int i = 0; i < ticks; i++) {
            origin = Math.min(origin, at[i] - (i + 1) * PERIOD.toNanos());
        }
        for (int i = 0; i < ticks; i++) {
            at[i] -= origin;
        }
        return new Ticks("`ScheduledThreadPoolExecutor`", at, Figures.cpuNanos() - before);
    }

    private static List<String> row(Ticks ticks) {
        int number = ticks.atNanos.length;
        var lateMicros = new double[number];
        int inTime = 0;
        for (int i = 0; i < number; i++) {
            lateMicros[i] = (ticks.atNanos[i] - (i + 1) * PERIOD.toNanos()) / 1000.0;
            inTime += ticks.atNanos[i] <= (number + 1) * PERIOD.toNanos() ? 1 : 0;
            if (lateMicros[i] < 0 && ticks.name.startsWith("Catena")) {
                throw new IllegalStateException("tick " + i + " was early: " + lateMicros[i]);
            }
        }
        int part = Math.max(1, number / 100);
        double drift =
                Figures.median(Arrays.copyOfRange(lateMicros, number - part, number))
                        - Figures.median(Arrays.copyOf(lateMicros, part));
        return List.of(
                ticks.name,
                String.format("%,d of %,d", inTime, number),
                String.format("%.1f", drift),
                write(quantile(0.5, lateMicros)),
                write(quantile(0.99, lateMicros)),
                write(quantile(1, lateMicros)),
                write(ticks.cpuNanos / 1e6),
                write(ticks.cpuNanos / 1e3 / number));
    }
}
