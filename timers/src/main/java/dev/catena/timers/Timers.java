package dev.catena.timers;

import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.now;

import dev.catena.ops.Deadline;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Ops;
import dev.catena.ops.Pipeline;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Time without ceremony.
///
/// All of it is the driver's time: nanoseconds of `CLOCK_MONOTONIC` for the io_uring driver, and whatever a test says for the
/// simulated one. Durations that are too long for the clock (more than 292 years) mean never; zero means at once; negative
/// ones are refused. Nothing is ever early.
///
/// Standing timers share the loop's queue. The first of them bounds the loop's wait in the kernel, so that sleeping costs no
/// operation of its own, and cancelling a sleep is cheap.
public final class Timers {
    private Timers() {}

    /// Waits for `duration`.
    ///
    /// @throws dev.catena.ops.InvalidValueException if it is negative
    /// @throws dev.catena.ops.DeadlineExceededException if the scope's deadline passed first
    /// @throws dev.catena.ops.OperationCancelledException if the scope was cancelled
    public static void sleep(Scope scope, Duration duration) throws IOException {
        scope.await(Ops.sleep(duration));
    }

    /// Waits until an instant; not at all if it has passed.
    public static void sleepUntil(Scope scope, Deadline instant) throws IOException {
        scope.await(Ops.sleep(instant));
    }

    /// Ticks every `period`, the first at once.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the period is not more than zero
    public static Interval interval(Scope scope, Duration period, MissedTicks missed) {
        return interval(scope, period, Duration.ZERO, missed);
    }

    /// Ticks every `period`, the first after `first`.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the period is not more than zero
    public static Interval interval(
            Scope scope, Duration period, Duration first, MissedTicks missed) {
        return new Interval(
                scope,
                Ticks.from(Deadline.after(scope.proactor().nanoTime(), first), period, missed));
    }

    /// What `body` makes of each tick, one after the other, the first at once, as long as it gives true. Gives how many ticks
    /// there were.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the period is not more than zero
    public static Pipeline<Long> ticking(
            Duration period, MissedTicks missed, Function<Tick, ? extends Pipeline<Boolean>> body) {
        Ticks.from(Deadline.NEVER, period, missed);
        return now().then(start -> tick(Ticks.from(start, period, missed), body, 1));
    }

    private static Pipeline<Long> tick(
            Ticks ticks, Function<Tick, ? extends Pipeline<Boolean>> body, long count) {
        return Ops.sleep(ticks.due())
                .then(_ -> now())
                .then(
                        now ->
                                body.apply(ticks.tick())
                                        .then(
                                                again ->
                                                        again
                                                                ? tick(
                                                                        ticks.after(now),
                                                                        body,
                                                                        count + 1)
                                                                : done(count)));
    }

    /// Runs `action` every `period` on a thread of its own in the scope, the first time at once, until the scope ends or it
    /// fails. A run that takes longer than the period does not hold up the next.
    public static Pending<Long> every(
            Scope scope, Duration period, MissedTicks missed, Scope.Action action) {
        return scope.start(
                ticking(
                        period,
                        missed,
                        _ -> {
                            scope.fork(action);
                            return done(true);
                        }));
    }

    /// Runs `body` in a child scope that is cancelled when it is not done `duration` after this call.
    ///
    /// @throws dev.catena.ops.DeadlineExceededException if it was not done in time
    /// @throws dev.catena.ops.InvalidValueException if the duration is negative
    public static <T extends @Nullable Object, X extends Exception> T timeout(
            Scope scope, Duration duration, Scope.Body<T, X> body) throws IOException, X {
        return scope.child(ScopeOptions.of("timeout(" + duration + ")").within(duration), body);
    }

    /// Runs `body` as [#timeout], and gives `otherwise` if it was not done in time. The deadlines of scopes around it are not
    /// meant: theirs are thrown.
    public static <T extends @Nullable Object, X extends Exception> T timeoutOr(
            Scope scope, Duration duration, T otherwise, Scope.Body<T, X> body)
            throws IOException, X {
        var inner = new Scope[1];
        try {
            return timeout(
                    scope,
                    duration,
                    opened -> {
                        inner[0] = opened;
                        return body.run(opened);
                    });
        } catch (DeadlineExceededException e) {
            if (inner[0].isExpired()) {
                return otherwise;
            }
            throw e;
        }
    }

    /// `source`, or `otherwise` if it was not done in time.
    public static <R> Pipeline<R> timeoutOr(Pipeline<R> source, Duration duration, R otherwise) {
        return Backoff.timeoutOr(source, duration, otherwise);
    }

    /// Runs `body` in a child scope that is cancelled when it is not done at `instant`.
    ///
    /// @throws dev.catena.ops.DeadlineExceededException if it was not done in time
    public static <T extends @Nullable Object, X extends Exception> T deadline(
            Scope scope, Deadline instant, Scope.Body<T, X> body) throws IOException, X {
        return scope.child(ScopeOptions.of("deadline(" + instant + ")").by(instant), body);
    }

    /// A timer that runs `action` on the loop `after` it was started or last [reset][Timer#reset].
    public static Timer timer(Scope scope, Duration after, Runnable action) {
        return new Timer(scope, after, action);
    }

    /// Something that runs `action` on the loop when it was not called for `quiet`.
    public static Debounce debounce(Scope scope, Duration quiet, Runnable action) {
        return new Debounce(scope, quiet, action);
    }

    /// A limit of `permits` per time, of which as many may be taken at once.
    ///
    /// @throws dev.catena.ops.InvalidValueException if there is no permit, or no time
    public static RateLimit rateLimit(Scope scope, long permits, Duration per) {
        return new RateLimit(scope, permits, per);
    }
}
