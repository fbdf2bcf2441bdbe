package dev.catena.timers;

import dev.catena.ops.Deadline;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Lets so many things happen in so much time: a token bucket, filled steadily, that holds a limited burst.
///
/// Those who wait are served in the order in which they came: each takes the next free instant and sleeps until then. All
/// methods may be called from any thread.
public final class RateLimit {
    private final Scope scope;
    private final long nanosPerPermit;
    private final long burstNanos;

    // the instant at which the bucket will be full; a permit moves it on
    private final AtomicLong fullAtNanos;

    /// @param permits how many permits there are `per` that time, and in a burst at most
    RateLimit(Scope scope, long permits, Duration per) {
        if (permits < 1 || per.isNegative() || per.isZero()) {
            throw new InvalidValueException(
                    "a rate limit needs at least one permit in a time of more than zero: "
                            + permits
                            + " per "
                            + per);
        }
        this.scope = scope;
        this.nanosPerPermit = Math.max(1, Deadline.after(0, per).nanos() / permits);
        this.burstNanos = Math.multiplyExact(nanosPerPermit, permits);
        this.fullAtNanos = new AtomicLong(scope.proactor().nanoTime());
    }

    /// Waits for a permit and takes it.
    ///
    /// @throws IOException if the scope's deadline passed first; the permit is used up all the same
    public void acquire() throws IOException {
        long free = take(Long.MAX_VALUE);
        if (free - scope.proactor().nanoTime() > 0) {
            scope.await(Ops.sleep(new Deadline(free)));
        }
    }

    /// Takes a permit if there is one now.
    public boolean tryAcquire() {
        return take(0) != Long.MAX_VALUE;
    }

    /// Takes the next permit and gives the instant from which it counts; [Long#MAX_VALUE], and takes none, if that is more
    /// than `mostNanos` away.
    private long take(long mostNanos) {
        while (true) {
            long now = scope.proactor().nanoTime();
            long fullAt = fullAtNanos.get();
            long from = Math.max(fullAt, now);
            long free = from + nanosPerPermit - burstNanos;
            if (free - now > mostNanos) {
                return Long.MAX_VALUE;
            }
            if (fullAtNanos.compareAndSet(fullAt, from + nanosPerPermit)) {
                return free;
            }
        }
    }
}
