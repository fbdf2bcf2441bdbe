package dev.catena.timers;

import static dev.catena.ops.Ops.failed;
import static dev.catena.ops.Ops.sleep;

import dev.catena.ops.Errno;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// How often something is tried, and how long it is waited in between: exponentially longer, with jitter, so that those who failed
/// together do not come back together. A value; start from [#times].
///
/// @param attempts how often it is tried in all, at least 1
/// @param first the wait after the first failure, 0 or more
/// @param factor how much longer each wait is than the one before, at least 1
/// @param most the longest wait, 0 or more; more than 292 years count as 292 years
/// @param jitter the part of each wait that is random, 0 to 1: 0.5 waits between half and the whole of it
/// @param random where the jitter comes from; give one with a seed for tests
/// @param retryable which outcomes are worth another attempt
public record Backoff(
        int attempts,
        Duration first,
        double factor,
        Duration most,
        double jitter,
        RandomGenerator random,
        Predicate<Outcome<?>> retryable) {

    /// Checks the ranges.
    public Backoff {
        if (attempts < 1
                || !(factor >= 1)
                || !(jitter >= 0 && jitter <= 1)
                || first.isNegative()
                || most.isNegative()) {
            throw new InvalidValueException(
                    "a backoff has at least 1 attempt, a factor of at least 1, a jitter of 0 to 1"
                            + " and no negative time: "
                            + attempts
                            + ", "
                            + factor
                            + ", "
                            + jitter
                            + ", "
                            + first
                            + ", "
                            + most);
        }
    }

    /// So many attempts, with waits of 10 ms, 20 ms, 40 ms … up to 10 s, half of each random; for failures and for timeouts of the
    /// attempt itself.
    public static Backoff times(int attempts) {
        return new Backoff(
                attempts,
                Duration.ofMillis(10),
                2,
                Duration.ofSeconds(10),
                0.5,
                RandomGenerator.getDefault(),
                outcome ->
                        outcome instanceof Outcome.Failed || outcome instanceof Outcome.TimedOut);
    }

    /// The same with another first and longest wait.
    public Backoff waiting(Duration newFirst, Duration newMost) {
        return new Backoff(attempts, newFirst, factor, newMost, jitter, random, retryable);
    }

    /// The same with another part of each wait random, from `source`.
    public Backoff jitter(double part, RandomGenerator source) {
        return new Backoff(attempts, first, factor, most, part, source, retryable);
    }

    /// The same for these errors only.
    public Backoff on(Errno... errors) {
        var worth = java.util.Set.of(errors);
        return new Backoff(
                attempts,
                first,
                factor,
                most,
                jitter,
                random,
                outcome ->
                        outcome instanceof Outcome.Failed<?>(var errno, _, _)
                                && worth.contains(errno));
    }

    /// `source`, tried again when it does not complete, until it does or the attempts are used up; the outcome then is the last
    /// attempt's. Cancellation and the deadlines of scopes end it at once, also while it waits. Each run begins with the first wait
    /// again.
    public <R> Pipeline<R> retry(Pipeline<R> source) {
        return attempt(source, 1);
    }

    private <R> Pipeline<R> attempt(Pipeline<R> source, int number) {
        return source.recover(
                failure ->
                        number == attempts || !retryable.test(failure)
                                ? failed(failure)
                                : sleep(waitAfter(number)).then(_ -> attempt(source, number + 1)));
    }

    /// The wait after the failure of an attempt, counted from 1.
    Duration waitAfter(int number) {
        double nanos = Math.min(toNanos(most), toNanos(first) * Math.pow(factor, number - 1.0));
        return Duration.ofNanos((long) (nanos * (1 - jitter * random.nextDouble())));
    }

    private static double toNanos(Duration duration) {
        return duration.getSeconds() * 1e9 + duration.getNano();
    }
}
