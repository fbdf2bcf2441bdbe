package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.median;
import static dev.catena.benchmarks.Figures.write;

import dev.catena.ops.Deadline;
import dev.catena.ops.Ops;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Where a loop's timers should wait: in a heap, in a wheel, or in the kernel, by their number.
final class TimerQueuesBenchmark implements Benchmark {
    private static final long SECOND = 1_000_000_000;

    /// Nanoseconds a timer: to arm, to cancel one and arm another while all of them stand, to let one fire.
    private record Cost(double arm, double exchange, double fire) {}

    @Override
    public String name() {
        return "timer-queues";
    }

    @Override
    public String about() {
        return "where timers should wait: heap, wheel or kernel, by their number";
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int[] numbers = smoke ? new int[] {100} : new int[] {1_000, 10_000, 100_000, 1_000_000};
        int rounds = smoke ? 1 : 5;
        var rows = new ArrayList<List<String>>();
        rows.add(
                List.of(
                        "timers",
                        "structure",
                        "arm, ns",
                        "cancel one and arm another, ns",
                        "fire, ns"));
        for (int i = 0; i < 5 && !smoke; i++) {
            var _ = kernel(numbers[0], smoke); // the compiler's rounds
        }
        for (int number : numbers) {
            int structures = QueueContender.all(1).size();
            var costs = new Cost[structures][rounds];
            var names = new String[structures];
            for (int round = smoke ? 0 : -1; round < rounds; round++) {
                for (int i = 0; i < structures; i++) {
                    int turn = (i + round + structures) % structures;
                    var contender = QueueContender.all(number).get(turn).get();
                    names[turn] = contender.name();
                    var cost = measure(contender, number, smoke ? 100 : 300_000, round);
                    if (round >= 0) {
                        costs[turn][round] = cost;
                    }
                }
            }
            for (int i = 0; i < structures; i++) {
                rows.add(row(number, names[i], costs[i]));
            }
            rows.add(kernel(number, smoke));
        }
        return new Report("Where timers wait")
                .says(
                        "So many timers of 0 to 60 s stand in a structure. Heaps and wheel are"
                                + " measured by themselves, with a clock that is turned by hand in"
                                + " steps of 1 ms, medians of "
                                + rounds
                                + " interleaved rounds; the wheel has ticks of 1 ms, about 16"
                                + " timers a bucket, and a map from its ids to the timers. In the"
                                + " kernel each is an `IORING_OP_TIMEOUT` of its own, with all that"
                                + " Catena does for an operation; there, cancelling includes the"
                                + " way to the kernel and back, and is measured on a sample, since"
                                + " each walks the kernel's list.")
                .table(rows);
    }

    private static Cost measure(QueueContender queue, int number, int exchanges, long seed) {
        var random = new Random(seed);
        long start = System.nanoTime();
        for (int i = 0; i < number; i++) {
            queue.arm(i, 1 + random.nextLong(60 * SECOND));
        }
        long armed = System.nanoTime();
        for (int i = 0; i < exchanges; i++) {
            int timer = random.nextInt(number);
            queue.cancel(timer);
            queue.arm(timer, 1 + random.nextLong(60 * SECOND));
        }
        long exchanged = System.nanoTime();
        int fired = 0;
        for (long now = 0; now <= 60 * SECOND + 2_000_000; now += 1_000_000) {
            fired += queue.expire(now);
            if (queue.delayNanos(now) < 0) {
                throw new IllegalStateException(queue.name() + " would not sleep");
            }
        }
        long ended = System.nanoTime();
        if (fired != number) {
            throw new IllegalStateException(queue.name() + " fired " + fired + " of " + number);
        }
        return new Cost(
                (armed - start) / (double) number,
                (exchanged - armed) / (double) exchanges,
                (ended - exchanged) / (double) number);
    }

    private static List<String> row(int number, String name, Cost[] costs) {
        return List.of(
                String.format(Locale.ROOT, "%,d", number),
                name,
                write(median(Arrays.stream(costs).mapToDouble(Cost::arm).toArray())),
                write(median(Arrays.stream(costs).mapToDouble(Cost::exchange).toArray())),
                write(median(Arrays.stream(costs).mapToDouble(Cost::fire).toArray())));
    }

    private static List<String> kernel(int number, boolean smoke) throws Exception {
        int sample = smoke ? 10 : Math.min(number / 2, 20_000_000 / number);
        var found = new double[2];
        try (var proactor = Proactor.open()) {
            Scope.run(
                    proactor,
                    scope -> {
                        var random = new Random(1);
                        var pending = new Pending<?>[number];
                        long start = System.nanoTime();
                        for (int i = 0; i < number; i++) {
                            pending[i] = scope.start(Ops.timeout(due(start, random, number)));
                        }
                        scope.await(Ops.nop());
                        long armed = System.nanoTime();
                        for (int i = 0; i < sample; i++) {
                            int timer = random.nextInt(number);
                            pending[timer].cancel("another");
                            var _ = pending[timer].outcome();
                            pending[timer] = scope.start(Ops.timeout(due(start, random, number)));
                        }
                        long ended = System.nanoTime();
                        found[0] = (armed - start) / (double) number;
                        found[1] = (ended - armed) / (double) sample;
                    });
        }
        return List.of(
                String.format(Locale.ROOT, "%,d", number),
                "the kernel, one timeout each",
                write(found[0]),
                write(found[1]),
                "");
    }

    /// Not before all are measured, and then soon.
    private static Deadline due(long start, Random random, int number) {
        long least = number <= 10_000 ? SECOND / 4 : number < 1_000_000 ? 4 * SECOND : 15 * SECOND;
        return new Deadline(start + least + random.nextLong(SECOND / 4));
    }
}
