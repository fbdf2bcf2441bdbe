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
        return new Ticks(period(period), missed, 0, first);
    }

    /// A period in nanoseconds; more than 292 years count as 292 years.
    static long period(Duration period) {
        if (period.isNegative() || period.isZero()) {
            throw new InvalidValueException(
                    "the period of an interval must be more than zero: " + period);
        }
        return Deadline.after(0, period).nanos();
    }

    /// The instant `delay` after `now`, for the first tick.
    static Deadline after(Deadline now, Duration delay) {
        return now.plus(notNegative("the time until the first tick", delay));
    }

    static Duration notNegative(String what, Duration duration) {
        if (duration.isNegative()) {
            throw new InvalidValueException(what + " cannot be negative: " + duration);
        }
        return duration;
    }

    /// The next tick, as its user sees it.
    Tick tick() {
        return new Tick(number, due);
    }

    /// The same, the next tick at another instant.
    Ticks at(Deadline instant) {
        return new Ticks(periodNanos, missed, number, instant);
    }

    /// What is left when the next tick was given at `now`.
    Ticks after(Deadline now) {
        long late = lateNanos(now);
        return switch (missed) {
            case BURST -> forward(1);
            case SKIP -> forward(late / periodNanos).forward(1); // together they may not fit
            case DELAY ->
                    late < Math.min(periodNanos, ON_TIME_NANOS)
                            ? forward(1)
                            : new Ticks(periodNanos, missed, number + 1, plus(now, periodNanos));
        };
    }

    /// How late the next tick is at `now`: 0 if it is early, and no more than there are nanoseconds.
    private long lateNanos(Deadline now) {
        long late = now.nanos() - due.nanos();
        return now.compareTo(due) <= 0 ? 0 : late < 0 ? Long.MAX_VALUE : late;
    }

    private Ticks forward(long ticks) {
        long nanos = Math.multiplyHigh(ticks, periodNanos) == 0 ? ticks * periodNanos : -1;
        var instant = nanos < 0 ? Deadline.NEVER : plus(due, nanos);
        return new Ticks(periodNanos, missed, number + ticks, instant);
    }

    private static Deadline plus(Deadline instant, long nanos) {
        return instant.plus(Duration.ofNanos(nanos));
    }
}
