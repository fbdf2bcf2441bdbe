package dev.catena.timers;

import dev.catena.ops.Deadline;
import dev.catena.ops.Ops;
import dev.catena.ops.Pipeline;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;

/// Ticks in a steady rhythm, without end: leave the loop over it to stop. For one thread at a time.
///
/// A wait for a tick that is cancelled, or runs into a deadline, loses none: the tick is still the next one.
public final class Interval implements Iterable<Tick> {
    private final Scope scope;

    // written by its one user, and on the loop while that waits for a tick
    private volatile Ticks ticks;

    Interval(Scope scope, Ticks ticks) {
        this.scope = scope;
        this.ticks = ticks;
    }

    /// Waits for the next tick, in the scope it was made in; to wait in another scope, with its deadline, await [#tick] there.
    ///
    /// @throws IOException if the scope's deadline passed
    /// @throws dev.catena.ops.OperationCancelledException if the scope was cancelled
    public Tick next() throws IOException {
        return scope.await(tick());
    }

    /// The next tick as a part of a pipeline: each run of it waits for one more. It may run in any scope of the proactor.
    public Pipeline<Tick> tick() {
        return Ops.now()
                .then(_ -> Ops.sleep(ticks.due()))
                .then(_ -> Ops.now())
                .repeatWhile(now -> now.compareTo(ticks.due()) < 0)
                .map(this::take);
    }

    private Tick take(Deadline now) {
        var tick = ticks.tick();
        ticks = ticks.after(now);
        return tick;
    }

    /// Starts anew: the next tick is due a period from now, and those after it in that rhythm.
    public void reset() {
        ticks = ticks.at(plusPeriod(ticks.periodNanos()));
    }

    /// Starts anew: the next tick is due at once.
    public void resetImmediately() {
        resetAt(now());
    }

    /// Starts anew: the next tick is due `delay` from now, which may be longer than a period.
    ///
    /// @throws dev.catena.ops.InvalidValueException if it is negative
    public void resetAfter(Duration delay) {
        ticks = ticks.at(Ticks.after(now(), delay));
    }

    /// Starts anew: the next tick is due at `instant`, at once if that has passed.
    public void resetAt(Deadline instant) {
        ticks = ticks.at(instant);
    }

    /// The time between two ticks.
    public Duration period() {
        return Duration.ofNanos(ticks.periodNanos());
    }

    /// Changes the period; the next tick is due such a period from now.
    ///
    /// @throws dev.catena.ops.InvalidValueException if it is not more than zero
    public void period(Duration period) {
        long nanos = Ticks.period(period);
        ticks = new Ticks(nanos, ticks.missed(), ticks.number(), plusPeriod(nanos));
    }

    /// What happens to ticks that come late.
    public MissedTicks missed() {
        return ticks.missed();
    }

    /// Changes what happens to ticks that come late, from the next one on.
    public void missed(MissedTicks policy) {
        ticks = new Ticks(ticks.periodNanos(), policy, ticks.number(), ticks.due());
    }

    /// The ticks from here on. The iterator throws an [UncheckedIOException] where [#next] throws an `IOException`.
    @Override
    public Iterator<Tick> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Tick next() {
                try {
                    return Interval.this.next();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private Deadline plusPeriod(long nanos) {
        return now().plus(Duration.ofNanos(nanos));
    }

    private Deadline now() {
        return new Deadline(scope.proactor().nanoTime());
    }
}
