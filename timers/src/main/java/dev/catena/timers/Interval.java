package dev.catena.timers;

import dev.catena.ops.Deadline;
import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;

/// Ticks in a steady rhythm, without end: leave the loop over it to stop. For one thread at a time.
public final class Interval implements Iterable<Tick> {
    private final Scope scope;
    private Ticks ticks;

    Interval(Scope scope, Ticks ticks) {
        this.scope = scope;
        this.ticks = ticks;
    }

    /// Waits for the next tick.
    ///
    /// @throws IOException if the scope's deadline passed
    /// @throws dev.catena.ops.OperationCancelledException if the scope was cancelled
    public Tick next() throws IOException {
        scope.await(Ops.sleep(ticks.due()));
        var tick = ticks.tick();
        ticks = ticks.after(now());
        return tick;
    }

    /// Starts anew: the next tick is due a period from now.
    public void reset() {
        ticks =
                new Ticks(
                        ticks.periodNanos(),
                        ticks.missed(),
                        ticks.number(),
                        now().plus(Duration.ofNanos(ticks.periodNanos())));
    }

    /// Changes the period; the next tick is due such a period from now.
    ///
    /// @throws dev.catena.ops.InvalidValueException if it is not more than zero
    public void period(Duration period) {
        ticks =
                new Ticks(
                        Ticks.from(now(), period, ticks.missed()).periodNanos(),
                        ticks.missed(),
                        ticks.number(),
                        ticks.due());
        reset();
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

    private Deadline now() {
        return new Deadline(scope.proactor().nanoTime());
    }
}
