package dev.catena.proactor.portable;

import java.util.TreeSet;

/// What is to be done at a time. Loop thread only.
final class Alarms {
    /// Something to be done at a time; equal times in the order in which they were set.
    ///
    /// @param deadlineNanos when
    /// @param number tells alarms apart
    /// @param action what
    record Alarm(long deadlineNanos, long number, Runnable action) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            int byTime = Long.compare(deadlineNanos, other.deadlineNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final TreeSet<Alarm> set = new TreeSet<>();
    private long last;

    Alarm set(long deadlineNanos, Runnable action) {
        var alarm = new Alarm(deadlineNanos, ++last, action);
        set.add(alarm);
        return alarm;
    }

    void cancel(Alarm alarm) {
        set.remove(alarm);
    }

    /// Nanoseconds until the first is due; [Long#MAX_VALUE] if there is none.
    long delayNanos(long nowNanos) {
        long first = set.isEmpty() ? Long.MAX_VALUE : set.first().deadlineNanos();
        if (first == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        return first <= nowNanos ? 0 : first - nowNanos;
    }

    boolean isEmpty() {
        return set.isEmpty();
    }

    /// Does everything whose time has come.
    void ring(long nowNanos) {
        while (!set.isEmpty() && set.first().deadlineNanos() <= nowNanos) {
            set.removeFirst().action().run();
        }
    }
}
