package dev.catena.timers;

import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.failed;
import static dev.catena.ops.Ops.now;

import dev.catena.ops.Clock;
import dev.catena.ops.Deadline;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Ops;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Time without ceremony.
///
/// **Clock.** All of it is the driver's time: nanoseconds of `CLOCK_MONOTONIC` for the io_uring driver (which stands still while the
/// machine is suspended, and does not care when the time of day is set), and whatever a test says for the simulated one. What
/// shall go by another clock names it: [#sleep(Scope, Duration, Clock)], [#sleepUntil(Scope, Instant)].
///
/// **Ranges.** Durations that are too long for the clock (more than 292 years) mean never; zero means at once; negative ones
/// are refused with an [dev.catena.ops.InvalidValueException]. An instant that has passed is at once, however long ago it was.
/// Nothing is ever early; how late it may be, `benchmarks/run lateness` measures.
///
/// **What it costs.** Standing timers share the loop's queue: a sleep is no operation of the kernel's. The first of them is the
/// time limit of the loop's own wait in `io_uring_enter(2)`, which the kernel would have made anyway, and cancelling one is a
/// removal from a heap. Only timeouts that are links of a chain, and those that name a clock, are entries of their own.
///
/// **Threads.** Everything here that waits does so in the calling thread, a virtual one of the loop or any other. What is
/// called an action runs on the loop and must not block; one that throws is a failure of its scope.
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
    ///
    /// @throws dev.catena.ops.DeadlineExceededException if the scope's deadline passed first
    /// @throws dev.catena.ops.OperationCancelledException if the scope was cancelled
    public static void sleepUntil(Scope scope, Deadline instant) throws IOException {
        scope.await(Ops.sleep(instant));
    }

    /// Waits for `duration` of a clock: with [Clock#BOOTTIME] the time during which the machine is suspended counts, too. Setting
    /// the time of day does not change it, whatever the clock.
    ///
    /// This is an operation of the kernel's (`IORING_OP_TIMEOUT`), unlike [#sleep(Scope, Duration)]; have few of them.
    ///
    /// @throws dev.catena.ops.InvalidValueException if it is negative
    /// @throws dev.catena.ops.DeadlineExceededException if the scope's deadline passed first
    /// @throws dev.catena.ops.OperationCancelledException if the scope was cancelled
    public static void sleep(Scope scope, Duration duration, Clock clock) throws IOException {
        scope.await(Ops.timeout(duration).by(clock));
    }

    /// Waits until a time of day (`CLOCK_REALTIME`); not at all if it has passed. When the clock is set, it ends at the new time:
    /// at once if that has been jumped over.
    ///
    /// This is an operation of the kernel's (`IORING_OP_TIMEOUT`); have few of them.
    ///
    /// @throws dev.catena.ops.DeadlineExceededException if the scope's deadline passed first
    /// @throws dev.catena.ops.OperationCancelledException if the scope was cancelled
    public static void sleepUntil(Scope scope, Instant time) throws IOException {
        scope.await(Ops.timeout(time));
    }

    /// Ticks every `period`, the first at once.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the period is not more than zero
    public static Interval interval(Scope scope, Duration period, MissedTicks missed) {
        return interval(scope, period, Duration.ZERO, missed);
    }

    /// Ticks every `period`, the first after `first`.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the period is not more than zero, or `first` is negative
    public static Interval interval(
            Scope scope, Duration period, Duration first, MissedTicks missed) {
        var now = new Deadline(scope.proactor().nanoTime());
        return interval(scope, period, Ticks.after(now, first), missed);
    }

    /// Ticks every `period`, the first at an instant. If that has passed, ticks have been missed already.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the period is not more than zero
    public static Interval interval(
            Scope scope, Duration period, Deadline first, MissedTicks missed) {
        return new Interval(scope, Ticks.from(first, period, missed));
    }

    /// What `body` makes of each tick, one after the other, the first at once, as long as it gives true. Gives how many ticks
    /// there were. Needs no thread.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the period is not more than zero
    public static Pipeline<Long> ticking(
            Duration period, MissedTicks missed, Function<Tick, ? extends Pipeline<Boolean>> body) {
        return ticking(period, Duration.ZERO, missed, body);
    }

    /// The same, the first tick `first` after it was started.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the period is not more than zero, or `first` is negative
    public static Pipeline<Long> ticking(
            Duration period,
            Duration first,
            MissedTicks missed,
            Function<Tick, ? extends Pipeline<Boolean>> body) {
        Ticks.period(period);
        Ticks.after(Deadline.NEVER, first);
        return now().then(
                        start ->
                                tick(
                                        Ticks.from(Ticks.after(start, first), period, missed),
                                        body,
                                        1));
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

    /// Runs `action` every `period` on a virtual thread of its own in the scope, the first time at once. A run that takes longer than
    /// the period does not hold up the next: they overlap. If one fails, the scope does.
    ///
    /// It goes on until it is cancelled, or the scope is: a scope whose body has returned waits for it.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the period is not more than zero
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

    /// Runs `body` in a child scope that is cancelled when it is not done `duration` after this call. What it has done by then,
    /// without waiting for anything more, is kept: a body that returns has a result, however late.
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

    /// `source`, or `otherwise` if it was not done in time. Its own time bounds are not meant, nor those of what is around it: when
    /// one of these passes, that is the outcome.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the duration is negative
    public static <R> Pipeline<R> timeoutOr(Pipeline<R> source, Duration duration, R otherwise) {
        return source.<Outcome<R>>map(Outcome.Completed::new)
                .recover(own -> done(own.withoutResult())) // not reached once the time is up
                .within(duration)
                .recover(
                        late ->
                                late instanceof Outcome.TimedOut
                                        ? done(new Outcome.Completed<>(otherwise))
                                        : failed(late))
                .then(
                        outcome ->
                                outcome instanceof Outcome.Completed<R>(var value)
                                        ? done(value)
                                        : failed(outcome));
    }

    /// Runs `body` in a child scope that is cancelled when it is not done at `instant`.
    ///
    /// @throws dev.catena.ops.DeadlineExceededException if it was not done in time, also if `instant` has passed
    public static <T extends @Nullable Object, X extends Exception> T deadline(
            Scope scope, Deadline instant, Scope.Body<T, X> body) throws IOException, X {
        return scope.child(ScopeOptions.of("deadline(" + instant + ")").by(instant), body);
    }

    /// A timer that runs `action` on the loop `after` it was started or last [reset][Timer#reset].
    ///
    /// @throws dev.catena.ops.InvalidValueException if the duration is negative
    public static Timer timer(Scope scope, Duration after, Runnable action) {
        return new Timer(scope, after, action);
    }

    /// Something that runs `action` on the loop when it was not called for `quiet`.
    ///
    /// @throws dev.catena.ops.InvalidValueException if the duration is negative
    public static Debounce debounce(Scope scope, Duration quiet, Runnable action) {
        return new Debounce(scope, quiet, action);
    }

    /// A limit of `permits` per time, of which as many may be taken at once; at most one a nanosecond. Times of more than 73 years
    /// count as 73 years.
    ///
    /// @throws dev.catena.ops.InvalidValueException if there is no permit, or no time
    public static RateLimit rateLimit(Scope scope, long permits, Duration per) {
        return new RateLimit(scope, permits, per);
    }
}
