package dev.catena.benchmarks;

import java.util.Random;

/// What timers are to do in a round, and what they did. The timers of a contender all fire in one thread, which writes; the others
/// read after it is done.
final class Ledger {
    /// How long the timers take, in the order in which they are armed.
    final long[] delayNanos;

    /// Which of them are cancelled, in that order: every second one.
    final int[] cancelled;

    private final long[] dueNanos;
    private volatile int fired;
    private int early;

    Ledger(int timers, long shortestNanos, long longestNanos, long seed) {
        var random = new Random(seed);
        delayNanos = random.longs(timers, shortestNanos, longestNanos).toArray();
        dueNanos = new long[timers];
        cancelled = new int[timers / 2];
        for (int i = 0; i < cancelled.length; i++) {
            int to = random.nextInt(i + 1);
            cancelled[i] = cancelled[to];
            cancelled[to] = 2 * i + random.nextInt(2);
        }
    }

    /// Notes that all timers count from here at the earliest.
    long start() {
        long now = System.nanoTime();
        for (int i = 0; i < dueNanos.length; i++) {
            dueNanos[i] = now + delayNanos[i];
        }
        return now;
    }

    int timers() {
        return delayNanos.length;
    }

    long dueNanos(int timer) {
        return dueNanos[timer];
    }

    int fired(int timer) {
        if (System.nanoTime() < dueNanos[timer]) {
            early++;
        }
        int count = fired + 1; // one writer
        fired = count;
        return count;
    }

    int fired() {
        return fired;
    }

    int early() {
        return early;
    }
}
