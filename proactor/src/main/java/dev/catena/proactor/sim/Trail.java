package dev.catena.proactor.sim;

import dev.catena.ops.Op;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a simulated kernel was asked to do and what it did, in order: to assert on, to compare two runs, to see what
/// happened when a test fails.
///
/// May be used from any thread, while the program runs or afterwards.
public final class Trail {
    private static final int MOST = 1_000_000;

    /// Kinds of events.
    public enum Kind {
        /// The kernel took an entry of the submission queue.
        SUBMITTED,
        /// The kernel took less than it was given, or nothing.
        REFUSED,
        /// A completion was posted.
        COMPLETED,
        /// The kernel was asked to end an operation, by a cancel or by a bound that fired.
        CANCELLED,
        /// A descriptor was made.
        OPENED,
        /// A descriptor was closed.
        CLOSED,
        /// A fault rule or the schedule interfered.
        FAULT,
        /// A scripted peer did something.
        PEER,
        /// The program broke the kernel's contract.
        VIOLATION
    }

    /// An event.
    ///
    /// @param at how long the kernel had been running, in its own time
    /// @param kind what happened
    /// @param operation the kind of operation it happened to, or null
    /// @param result of a completion; the number of a descriptor; else 0
    /// @param what it in words
    public record Event(
            Duration at, Kind kind, @Nullable Class<?> operation, int result, String what) {
        /// One line.
        @Override
        public String toString() {
            return "+"
                    + at.toSeconds()
                    + String.format(java.util.Locale.ROOT, ".%09d", at.toNanosPart())
                    + " "
                    + kind
                    + " "
                    + what;
        }
    }

    private final KernelLock lock;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private int most = MOST;
    private long dropped;

    Trail(KernelLock lock) {
        this.lock = lock;
    }

    /// All events, the oldest first.
    public List<Event> events() {
        try (var _ = lock.hold()) {
            return List.copyOf(events);
        }
    }

    /// The events of one kind.
    public List<Event> of(Kind kind) {
        return events().stream().filter(event -> event.kind() == kind).toList();
    }

    /// The events that happened to operations of one kind.
    public List<Event> of(Class<? extends Op<?>> operation) {
        return events().stream().filter(event -> event.operation() == operation).toList();
    }

    /// How many operations of a kind the kernel took.
    public int submitted(Class<? extends Op<?>> operation) {
        return (int) of(operation).stream().filter(e -> e.kind() == Kind.SUBMITTED).count();
    }

    /// The results of the completions of a kind of operation, in order: 0 or more, or negative error numbers.
    public List<Integer> results(Class<? extends Op<?>> operation) {
        return of(operation).stream()
                .filter(event -> event.kind() == Kind.COMPLETED)
                .map(Event::result)
                .toList();
    }

    /// One line for each event: equal for two runs that were the same.
    public List<String> lines() {
        return events().stream().map(Event::toString).toList();
    }

    /// Keeps the newest events only.
    ///
    /// @param count how many; 0 for none; a million unless given
    public Trail keep(int count) {
        try (var _ = lock.hold()) {
            most = count;
            trim();
        }
        return this;
    }

    /// How many events are gone since they were not kept.
    public long dropped() {
        try (var _ = lock.hold()) {
            return dropped;
        }
    }

    /// All lines, to be read.
    @Override
    public String toString() {
        return String.join("\n", lines());
    }

    boolean isKept() {
        return most > 0;
    }

    void add(long runningNanos, Kind kind, @Nullable Op<?> op, int result, String what) {
        events.add(
                new Event(
                        Duration.ofNanos(runningNanos),
                        kind,
                        op == null ? null : op.getClass(),
                        result,
                        what));
        trim();
    }

    private void trim() {
        while (events.size() > most) {
            events.remove();
            dropped++;
        }
    }
}
