package dev.catena.ops;

import java.time.Duration;
import java.time.Instant;

/// One absolute instant of the monotonic clock (`CLOCK_MONOTONIC`), in the driver's time.
///
/// @param nanos nanoseconds on that clock; only differences mean anything
public record Deadline(long nanos) implements Comparable<Deadline> {

    /// The deadline that never comes.
    public static final Deadline NEVER = new Deadline(Long.MAX_VALUE);

    /// The instant `duration` after `nowNanos`; [#NEVER] if that is beyond the clock's range.
    public static Deadline after(long nowNanos, Duration duration) {
        long length = Limits.saturatedNanos(duration);
        long sum = nowNanos + length;
        return new Deadline(((nowNanos ^ sum) & (length ^ sum)) < 0 ? Long.MAX_VALUE : sum);
    }

    /// A time of day, for [Clock#REALTIME]; saturated to the years 1677 to 2262.
    public static Deadline ofRealtime(Instant time) {
        return new Deadline(Limits.saturatedNanos(Duration.between(Instant.EPOCH, time)));
    }

    /// The instant `duration` after this one; [#NEVER] if that is beyond the clock's range.
    public Deadline plus(Duration duration) {
        return isNever() ? this : after(nanos, duration);
    }

    /// The earlier of the two.
    public Deadline earliest(Deadline other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /// Whether it is never reached.
    public boolean isNever() {
        return nanos == Long.MAX_VALUE;
    }

    @Override
    public int compareTo(Deadline other) {
        return Long.compare(nanos, other.nanos);
    }

    @Override
    public String toString() {
        return isNever() ? "never" : "monotonic " + nanos + " ns";
    }
}
