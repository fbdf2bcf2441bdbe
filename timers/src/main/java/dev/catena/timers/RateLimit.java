package dev.catena.timers;

import dev.catena.ops.Deadline;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.Ops;
import dev.catena.ops.Pipeline;
import dev.catena.scope.Scope;
import io.vavr.Tuple0;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Lets so many things happen in so much time: a token bucket, filled steadily, that holds a limited burst.
///
/// Those who wait are served in the order in which they came: each takes the next free instant and sleeps until then. One that
/// is cancelled while it waits, or runs into a deadline, has used its permit up. All methods may be called from any thread.
public final class RateLimit {
    // 73 years: sums of a few of them fit into a long
    private static final long LONGEST_NANOS = 1L << 61;

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
        if (permits > LONGEST_NANOS) {
            throw new InvalidValueException(
                    "a rate limit has at most " + LONGEST_NANOS + " permits: " + permits);
        }
        long perNanos = Math.min(LONGEST_NANOS, Deadline.after(0, per).nanos());
        this.scope = scope;
        this.nanosPerPermit = Math.ceilDiv(perNanos, permits);
        this.burstNanos = nanosPerPermit * permits;
        this.fullAtNanos = new AtomicLong(scope.proactor().nanoTime());
    }

    /// Waits for a permit and takes it, in the scope the limit was made in; to wait in another scope, with its deadline, await
    /// [#permit] there.
    ///
    /// @throws IOException if the scope's deadline passed first
    /// @throws dev.catena.ops.OperationCancelledException if the scope was cancelled
    public void acquire() throws IOException {
        scope.await(permit());
    }

    /// A permit as a part of a pipeline, `limit.permit().then(_ -> send(socket, buffer))`: each run of it waits for one and takes
    /// it. It may run in any scope of the proactor.
    public Pipeline<Tuple0> permit() {
        return Ops.now().then(now -> Ops.sleep(new Deadline(take(now.nanos(), Long.MAX_VALUE))));
    }

    /// Takes a permit if there is one now.
    public boolean tryAcquire() {
        return take(scope.proactor().nanoTime(), 0) != Long.MAX_VALUE;
    }

    /// Takes the next permit and gives the instant from which it counts; [Long#MAX_VALUE], and takes none, if that is more
    /// than `mostNanos` away or beyond the clock's range.
    private long take(long now, long mostNanos) {
        while (true) {
            long fullAt = fullAtNanos.get();
            long from = Math.max(fullAt, now);
            long next = from + nanosPerPermit;
            long free = next - burstNanos;
            if (next < 0 || free - now > mostNanos) {
                return Long.MAX_VALUE;
            }
            if (fullAtNanos.compareAndSet(fullAt, next)) {
                return free;
            }
        }
    }
}
