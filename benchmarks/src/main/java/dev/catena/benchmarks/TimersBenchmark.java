package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.median;
import static dev.catena.benchmarks.Figures.medianRatio;
import static dev.catena.benchmarks.Figures.write;

import java.util.ArrayList;
import java.util.List;

/// A million timers, half of them cancelled at random.
final class TimersBenchmark implements Benchmark {
    private static final long MILLI = 1_000_000;

    /// What a round of a contender took, in nanoseconds a timer armed or cancelled, or altogether.
    private record Round(
            double arm, double cancel, double both, double cpu, int fired, int early, int lost) {}

    @Override
    public String name() {
        return "timers";
    }

    @Override
    public String about() {
        return "a million sleeping timers, half of them cancelled at random, beside the JDK's and"
                + " Netty's";
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int timers = smoke ? 1000 : 1_000_000;
        int rounds = smoke ? 1 : 5;
        var contenders = TimerContender.all();
        var results = new ArrayList<List<Round>>();
        var bytes = new ArrayList<Double>();
        for (var contender : contenders) {
            results.add(new ArrayList<>());
            if (!smoke) {
                measure(contender, ledger(timers / 4, smoke, 0)); // the compiler's round
            }
            bytes.add(bytes(contender, timers));
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                int turn = (i + round) % contenders.size();
                results.get(turn)
                        .add(measure(contenders.get(turn), ledger(timers, smoke, round + 1)));
            }
        }
        return report(timers, rounds, contenders, results, bytes);
    }

    private static Ledger ledger(int timers, boolean smoke, long seed) {
        return smoke
                ? new Ledger(timers, 50 * MILLI, 150 * MILLI, seed)
                : new Ledger(timers, 2500 * MILLI, 3500 * MILLI, seed);
    }

    private static Round measure(TimerContender contender, Ledger ledger) throws Exception {
        System.gc();
        var found = new Round[1];
        contender.with(
                ledger,
                handles -> {
                    int timers = ledger.timers();
                    ledger.start();
                    long cpu = Figures.cpuNanos();
                    long start = System.nanoTime();
                    for (int i = 0; i < timers; i++) {
                        handles.arm(i);
                    }
                    long armed = System.nanoTime();
                    int cancelled = 0;
                    for (int timer : ledger.cancelled) {
                        cancelled += handles.cancel(timer) ? 1 : 0;
                    }
                    long ended = System.nanoTime();
                    long giveUp = ended + 60_000 * MILLI;
                    while (ledger.fired() + cancelled < timers && System.nanoTime() < giveUp) {
                        handles.rest();
                    }
                    found[0] =
                            new Round(
                                    (armed - start) / (double) timers,
                                    (ended - armed) / (double) ledger.cancelled.length,
                                    (ended - start) / (double) (timers + ledger.cancelled.length),
                                    (Figures.cpuNanos() - cpu) / (double) timers,
                                    ledger.fired(),
                                    ledger.early(),
                                    timers - ledger.fired() - cancelled);
                });
        if (found[0].early > 0 || found[0].lost != 0 || found[0].fired < ledger.timers() / 2) {
            throw new IllegalStateException(contender.name() + ": " + found[0]);
        }
        return found[0];
    }

    /// What a timer occupies of the heap while it waits, with what it does and the reference to it.
    private static double bytes(TimerContender contender, int timers) throws Exception {
        var ledger = new Ledger(timers, 3_600_000 * MILLI, 7_200_000 * MILLI, 1);
        var found = new double[1];
        contender.with(
                ledger,
                handles -> {
                    ledger.start();
                    long before = Figures.heapBytes();
                    for (int i = 0; i < timers; i++) {
                        handles.arm(i);
                    }
                    handles.rest();
                    found[0] = (Figures.heapBytes() - before) / (double) timers;
                    for (int i = 0; i < timers; i++) {
                        var _ = handles.cancel(i);
                    }
                });
        return found[0];
    }

    private static Report report(
            int timers,
            int rounds,
            List<TimerContender> contenders,
            List<List<Round>> results,
            List<Double> bytes) {
        var rows = new ArrayList<List<String>>();
        rows.add(
                List.of(
                        "",
                        "arm, ns",
                        "cancel, ns",
                        "both, ns an operation",
                        "… beside Netty's",
                        "CPU of all threads, to the end, ns a timer",
                        "early",
                        "lost",
                        "bytes a timer"));
        for (int i = 0; i < contenders.size(); i++) {
            var mine = results.get(i);
            rows.add(
                    List.of(
                            contenders.get(i).name(),
                            write(median(all(mine, Round::arm))),
                            write(median(all(mine, Round::cancel))),
                            write(median(all(mine, Round::both))),
                            write(
                                            medianRatio(
                                                    all(mine, Round::both),
                                                    all(results.getLast(), Round::both)))
                                    + " ×",
                            write(median(all(mine, Round::cpu))),
                            String.valueOf(mine.stream().mapToInt(Round::early).sum()),
                            String.valueOf(mine.stream().mapToInt(Round::lost).sum()),
                            write(bytes.get(i))));
        }
        return new Report("A million timers, half of them cancelled")
                .says(
                        ("%,d timers of 2.5 to 3.5 s are armed, then every second one is cancelled,"
                                        + " in random order, and the rest is waited for. Medians of %d"
                                        + " interleaved rounds; ratios within a round. Times are those of the"
                                        + " thread that arms and cancels; Netty's wheel does part of the work"
                                        + " afterwards in its own thread, which the processor time shows. A"
                                        + " timer is early if it fires before its nanosecond, and lost if it"
                                        + " neither fires nor was cancelled. Bytes: the heap after garbage"
                                        + " collection, with the action and the reference to the timer.")
                                .formatted(timers, rounds))
                .table(rows);
    }

    private static double[] all(
            List<Round> rounds, java.util.function.ToDoubleFunction<Round> figure) {
        return rounds.stream().mapToDouble(figure).toArray();
    }
}
