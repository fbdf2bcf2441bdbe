package dev.catena.spec.timers;

import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.failed;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.now;
import static dev.catena.ops.Ops.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Errno;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.spec.Trail;
import dev.catena.timers.Backoff;
import dev.catena.timers.Debounce;
import dev.catena.timers.MissedTicks;
import dev.catena.timers.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How often: limits of rates, debouncing, trying again, and doing something periodically.
@Tag("T3")
class RatesTest extends SimulatedTime {

    @Test
    void rateLimitShouldLetABurstThroughAndThenOnePermitAfterTheOther() throws Exception {
        var given = new ArrayList<Duration>();
        Scope.run(
                proactor(),
                scope -> {
                    var limit = Timers.rateLimit(scope, 4, ms(1000));
                    for (int i = 0; i < 8; i++) {
                        limit.acquire();
                        given.add(elapsed());
                    }
                    assertThat(limit.tryAcquire()).as("the bucket is empty").isFalse();
                    Timers.sleep(scope, ms(600));
                    assertThat(limit.tryAcquire()).isTrue();
                    assertThat(limit.tryAcquire()).isTrue();
                    assertThat(limit.tryAcquire()).as("600 ms fill two of four").isFalse();
                });
        assertThat(given)
                .containsExactly(ms(0), ms(0), ms(0), ms(0), ms(250), ms(500), ms(750), ms(1000));
    }

    @Test
    void rateLimitShouldNotGiveMoreThanItsRateWhereItIsNotAWholeNumberOfNanoseconds()
            throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var limit = Timers.rateLimit(scope, 3, Duration.ofNanos(10));
                    for (int i = 0; i < 3 + 300; i++) {
                        limit.acquire();
                    }
                });
        assertThat(elapsed()).isGreaterThanOrEqualTo(Duration.ofNanos(1000));
    }

    @Test
    void rateLimitShouldServeThoseWhoWaitInTheirOrder() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    var limit = Timers.rateLimit(scope, 1, ms(10));
                    for (int i = 0; i < 5; i++) {
                        int number = i;
                        scope.start(
                                limit.permit()
                                        .map(
                                                _ -> {
                                                    trail.add(number + " at " + elapsed());
                                                    return number;
                                                }));
                    }
                });
        assertThat(trail.events())
                .containsExactly(
                        "0 at PT0S",
                        "1 at PT0.01S",
                        "2 at PT0.02S",
                        "3 at PT0.03S",
                        "4 at PT0.04S");
    }

    @Test
    @Tag("D1")
    void waitForAPermitShouldEndWithTheDeadlineOfTheScopeThatWaits() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var limit = Timers.rateLimit(scope, 1, ms(1000));
                    limit.acquire();
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeout(
                                                    scope,
                                                    ms(100),
                                                    inner -> inner.await(limit.permit())))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertElapsed(100);
                    limit.acquire();
                    assertElapsed(2000);
                });
    }

    @Test
    void extremeRatesShouldBeRefusedOrKept() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (var bad : new Duration[] {Duration.ZERO, ms(-1)}) {
                        assertThatThrownBy(() -> Timers.rateLimit(scope, 1, bad))
                                .isInstanceOf(InvalidValueException.class);
                    }
                    for (long bad : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
                        assertThatThrownBy(() -> Timers.rateLimit(scope, bad, ms(1)))
                                .isInstanceOf(InvalidValueException.class);
                    }
                    for (long permits : new long[] {1, 2, 3, 1L << 61}) {
                        var rare = Timers.rateLimit(scope, permits, FOREVER);
                        assertThat(rare.tryAcquire()).isTrue();
                        assertThat(rare.tryAcquire()).isEqualTo(permits > 1);
                    }
                    var rare = Timers.rateLimit(scope, 1, FOREVER);
                    var waiting = new ArrayList<Pending<?>>();
                    for (int i = 0; i < 10; i++) {
                        waiting.add(scope.start(rare.permit()));
                    }
                    Timers.sleep(scope, YEAR);
                    assertThat(waiting.stream().filter(one -> one.isDone())).hasSize(1);
                    waiting.forEach(one -> one.cancel("enough"));
                });
    }

    // ---------------------------------------------------------------- debounce, every

    @Test
    void debounceShouldActOnceWhenABurstIsOverAndAgainAfterTheNext() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    var saved = Timers.debounce(scope, ms(100), () -> trail.add("at " + elapsed()));
                    for (int i = 0; i < 5; i++) {
                        saved.call();
                        saved.call();
                        Timers.sleep(scope, ms(50));
                    }
                    Timers.sleep(scope, ms(1000));
                    saved.call();
                });
        assertThat(trail.events()).containsExactly("at PT0.3S", "at PT1.35S");
    }

    @Test
    void everyCallOfADebounceShouldBeRefusedOnceItsScopeIsClosed() throws Exception {
        var left = new AtomicReference<Debounce>();
        Scope.run(proactor(), scope -> left.set(Timers.debounce(scope, ms(1), () -> {})));
        for (int call = 0; call < 2; call++) {
            assertThatThrownBy(() -> left.get().call())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("is closed");
        }
    }

    @Test
    void actionThatThrowsShouldBeAFailureOfItsScope() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope ->
                                                Timers.debounce(
                                                                scope,
                                                                ms(1),
                                                                () -> {
                                                                    throw new IllegalStateException(
                                                                            "of the action");
                                                                })
                                                        .call()))
                .hasStackTraceContaining("of the action");
    }

    @Test
    @Tag("T2")
    void everyShouldRunPeriodicallyAndLetRunsOverlapUntilItIsCancelled() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    var running =
                            Timers.every(
                                    scope,
                                    ms(100),
                                    MissedTicks.SKIP,
                                    () -> {
                                        trail.add("began at " + elapsed());
                                        Timers.sleep(scope, ms(150));
                                        trail.add("ended at " + elapsed());
                                    });
                    Timers.sleep(scope, ms(190));
                    running.cancel("enough");
                });
        assertThat(trail.events())
                .containsExactly(
                        "began at PT0S", "began at PT0.1S", "ended at PT0.15S", "ended at PT0.25S");
        assertElapsed(250);
    }

    // ---------------------------------------------------------------- trying again

    @Test
    void retryShouldWaitExponentiallyLongerUpToTheLongestAndGiveTheLastOutcome() throws Exception {
        var tried = new ArrayList<Duration>();
        Scope.run(
                proactor(),
                scope -> {
                    var backoff = Backoff.times(6).waiting(ms(10), ms(50)).jitter(0, new Random(6));
                    var outcome = scope.attempt(backoff.retry(failing(tried, Errno.ECONNREFUSED)));
                    assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    Outcome.Failed.class,
                                    failed ->
                                            assertThat(failed.errno())
                                                    .isEqualTo(Errno.ECONNREFUSED));
                });
        assertThat(tried).containsExactly(ms(0), ms(10), ms(30), ms(70), ms(120), ms(170));
    }

    @Test
    void retryShouldEndWithTheFirstSuccess() throws Exception {
        var tried = new ArrayList<Duration>();
        Scope.run(
                proactor(),
                scope -> {
                    var third =
                            now().then(
                                            _ -> {
                                                tried.add(elapsed());
                                                return tried.size() < 3
                                                        ? failed(failure(Errno.EAGAIN))
                                                        : done("third");
                                            });
                    assertThat(scope.await(Backoff.times(9).retry(third))).isEqualTo("third");
                });
        assertThat(tried).hasSize(3);
    }

    @Test
    void jitterShouldShortenEachWaitByNoMoreThanItsPart() throws Exception {
        var tried = new ArrayList<Duration>();
        Scope.run(
                proactor(),
                scope ->
                        scope.attempt(
                                Backoff.times(200)
                                        .waiting(ms(100), ms(100))
                                        .jitter(0.25, new Random(6))
                                        .retry(failing(tried, Errno.EAGAIN))));
        var waits = new ArrayList<Duration>();
        for (int i = 1; i < tried.size(); i++) {
            waits.add(tried.get(i).minus(tried.get(i - 1)));
        }
        assertThat(waits)
                .hasSize(199)
                .allSatisfy(wait -> assertThat(wait).isBetween(ms(75), ms(100)))
                .anySatisfy(wait -> assertThat(wait).isLessThan(ms(80)))
                .anySatisfy(wait -> assertThat(wait).isGreaterThan(ms(95)));
    }

    @Test
    void retryShouldEndAtOnceForAnErrorThatIsNotWorthIt() throws Exception {
        var tried = new ArrayList<Duration>();
        Scope.run(
                proactor(),
                scope ->
                        scope.attempt(
                                Backoff.times(9)
                                        .on(Errno.EAGAIN)
                                        .retry(failing(tried, Errno.EPERM))));
        assertThat(tried).hasSize(1);
    }

    @Test
    void retryShouldTryAgainWhenTheAttemptsOwnTimeIsUp() throws Exception {
        var tried = new ArrayList<Duration>();
        Scope.run(
                proactor(),
                scope -> {
                    var slow =
                            now().then(
                                            _ -> {
                                                tried.add(elapsed());
                                                return sleep(YEAR);
                                            })
                                    .within(ms(100));
                    var backoff = Backoff.times(3).waiting(ms(10), ms(50)).jitter(0, new Random(6));
                    assertThat(scope.attempt(backoff.retry(slow)))
                            .isInstanceOf(Outcome.TimedOut.class);
                });
        assertThat(tried).containsExactly(ms(0), ms(110), ms(230));
    }

    @Test
    @Tag("D3")
    void retryShouldEndWithTheDeadlineOfItsScopeAlsoWhileItWaits() throws Exception {
        var tried = new ArrayList<Duration>();
        Scope.run(
                proactor(),
                scope -> {
                    var backoff =
                            Backoff.times(99).waiting(ms(60), ms(60)).jitter(0, new Random(6));
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeout(
                                                    scope,
                                                    ms(100),
                                                    inner ->
                                                            inner.await(
                                                                    backoff.retry(
                                                                            failing(
                                                                                    tried,
                                                                                    Errno
                                                                                            .EAGAIN)))))
                            .isInstanceOf(DeadlineExceededException.class);
                });
        assertThat(tried).containsExactly(ms(0), ms(60));
        assertElapsed(100);
    }

    @Test
    void retryShouldNotGrowHoweverOftenItTries() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    int[] tried = new int[1];
                    Pipeline<Integer> last =
                            nop().then(
                                            _ ->
                                                    ++tried[0] < 20_000
                                                            ? failed(failure(Errno.EAGAIN))
                                                            : done(tried[0]));
                    var backoff =
                            Backoff.times(Integer.MAX_VALUE).waiting(Duration.ZERO, Duration.ZERO);
                    assertThat(scope.await(backoff.retry(last))).isEqualTo(20_000);
                });
    }

    @Test
    void backoffThatMakesNoSenseShouldBeRefusedAndALongOneShouldNotOverflow() throws Exception {
        var fine = Backoff.times(3);
        var bad =
                List.<Runnable>of(
                        () -> Backoff.times(0),
                        () -> fine.waiting(ms(-1), ms(1)),
                        () -> fine.waiting(ms(1), ms(-1)),
                        () -> fine.jitter(-0.1, new Random()),
                        () -> fine.jitter(1.1, new Random()),
                        () -> fine.jitter(Double.NaN, new Random()),
                        () -> factor(fine, 0.9),
                        () -> factor(fine, Double.NaN));
        for (var one : bad) {
            assertThatThrownBy(one::run).isInstanceOf(InvalidValueException.class);
        }
        Scope.run(
                proactor(),
                scope -> {
                    var endless =
                            fine.waiting(FOREVER, FOREVER)
                                    .jitter(0, new Random())
                                    .retry(failing(new ArrayList<>(), Errno.EAGAIN));
                    assertThat(scope.await(Timers.timeoutOr(endless.map(_ -> "?"), YEAR, "waits")))
                            .isEqualTo("waits");
                });
    }

    private static Backoff factor(Backoff from, double factor) {
        return new Backoff(
                from.attempts(),
                from.first(),
                factor,
                from.most(),
                from.jitter(),
                from.random(),
                from.retryable());
    }

    private Pipeline<String> failing(List<Duration> tried, Errno errno) {
        return now().then(
                        _ -> {
                            tried.add(elapsed());
                            return failed(failure(errno));
                        });
    }

    private static Outcome<?> failure(Errno errno) {
        return new Outcome.Failed<>(errno, nop(), "");
    }
}
