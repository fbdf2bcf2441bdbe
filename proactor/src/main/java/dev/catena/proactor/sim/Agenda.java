package dev.catena.proactor.sim;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// What will happen, ordered by time, then by the schedule's choice, then by when it was added.
///
/// Guarded by the kernel's lock.
final class Agenda {

    /// Something that will happen unless it is called off.
    static final class Entry implements Comparable<Entry> {
        private final long atNanos;
        private final int rank;
        private final long sequence;
        private final Runnable action;
        private boolean calledOff;

        private Entry(long atNanos, int rank, long sequence, Runnable action) {
            this.atNanos = atNanos;
            this.rank = rank;
            this.sequence = sequence;
            this.action = action;
        }

        void callOff() {
            calledOff = true;
        }

        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            int byRank = byTime != 0 ? byTime : Integer.compare(rank, other.rank);
            return byRank != 0 ? byRank : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long sequence;

    Entry add(long atNanos, int rank, Runnable action) {
        var entry = new Entry(atNanos, rank, sequence++, action);
        entries.add(entry);
        return entry;
    }

    /// When the next thing happens; [Long#MAX_VALUE] if nothing does.
    long nextNanos() {
        var next = peek();
        return next == null ? Long.MAX_VALUE : next.atNanos;
    }

    /// Does the next thing that is due.
    ///
    /// @return whether there was one
    boolean runNext(long nowNanos) {
        var next = peek();
        if (next == null || next.atNanos > nowNanos) {
            return false;
        }
        entries.remove();
        next.action.run();
        return true;
    }

    private @Nullable Entry peek() {
        var next = entries.peek();
        while (next != null && next.calledOff) {
            entries.remove();
            next = entries.peek();
        }
        return next;
    }
}
