package dev.catena.timers;

import dev.catena.ops.Deadline;
import dev.catena.ops.InvalidValueException;
import java.time.Duration;

/// The arithmetic of intervals: when the next tick is due. A value.
///
/// Ticks are absolute instants, so that they do not drift however long each is worked on. A tick that is worked on longer
/// than the period makes the next ones late; what happens to those is the policy's.
///
/// @param periodNanos the time between two ticks, at least 1
/// @param missed what happens to ticks that come late
/// @param number the number of the next tick, counted from 0; those left out are counted, too
/// @param due when the next tick is due
record Ticks(long periodNanos, MissedTicks missed, long number, Deadline due) {

    // a tick that comes less late than this is on time: otherwise the delays of waking up would add
    // up to a drift
    private static final long ON_TIME_NANOS = 5_000_000;

    static Ticks from(Deadline first, Duration period, MissedTicks missed) {
        if (period.isNegative() || period.isZero()) {
            throw new InvalidValueException(
                    "the period of an interval must be more than zero: " + period);
        }
        return new Ticks(Deadline.after(0, period).nanos(), missed, 0, first);
    }

    /// The next tick, as its user sees it.
    Tick tick() {
        return new Tick(number, due);
    }

    /// What is left when the next tick was given at `now`.
    Ticks after(Deadline now) {
        long late = Math.max(0, now.nanos() - due.nanos());
        return switch (missed) {
            case BURST -> forward(1);
            case SKIP -> forward(1 + late / periodNanos);
            case DELAY ->
                    late < Math.min(periodNanos, ON_TIME_NANOS)
                            ? forward(1)
                            : new Ticks(periodNanos, missed, number + 1, plus(now, periodNanos));
        };
    }

    private Ticks forward(long ticks) {
        return new Ticks(periodNanos, missed, number + ticks, plus(due, ticks * periodNanos));
    }

    private static Deadline plus(Deadline instant, long nanos) {
        return instant.plus(Duration.ofNanos(nanos));
    }
}
