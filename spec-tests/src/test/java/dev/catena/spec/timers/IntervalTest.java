package dev.catena.spec.timers;

import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Deadline;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.InvalidValueException;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.timers.Interval;
import dev.catena.timers.MissedTicks;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// T2: intervals of 300 ms, as Tokio's tests have them.
@Tag("T2")
@Tag("T3")
class IntervalTest extends SimulatedTime {
    private static final Duration PERIOD = ms(300);

    @ParameterizedTest
    @EnumSource
    void firstTickShouldBeAtOnceAndTheOthersAPeriodApart(MissedTicks missed) throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = Timers.interval(scope, PERIOD, missed);
                    assertTick(interval, 0, 0, 0);
                    assertTick(interval, 1, 300, 300);
                    assertTick(interval, 2, 600, 600);
                });
    }

    @ParameterizedTest
    @EnumSource
    void firstTickShouldBeWhenItIsAskedFor(MissedTicks missed) throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var later = Timers.interval(scope, PERIOD, ms(40), missed);
                    assertTick(later, 0, 40, 40);
                    assertTick(later, 1, 340, 340);
                    var instant = Timers.interval(scope, PERIOD, at(350), missed);
                    assertTick(instant, 0, 350, 350);
                    assertTick(instant, 1, 650, 650);
                });
    }

    @ParameterizedTest
    @EnumSource
    void workShorterThanThePeriodShouldNotMoveTheRhythm(MissedTicks missed) throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = Timers.interval(scope, PERIOD, missed);
                    for (int i = 0; i < 1000; i++) {
                        assertTick(interval, i, 300L * i, 300L * i);
                        Timers.sleep(scope, ms(i % 300));
                    }
                });
    }

    @Test
    void burstShouldGiveAllMissedTicksAtOnceAndKeepTheRhythm() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedWith650MillisOfWork(scope, MissedTicks.BURST);
                    assertTick(interval, 2, 600, 950);
                    assertTick(interval, 3, 900, 950);
                    assertTick(interval, 4, 1200, 1200);
                    assertTick(interval, 5, 1500, 1500);
                });
    }

    @Test
    void delayShouldGiveOneAtOnceAndCountFromThere() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedWith650MillisOfWork(scope, MissedTicks.DELAY);
                    assertTick(interval, 2, 600, 950);
                    assertTick(interval, 3, 1250, 1250);
                    assertTick(interval, 4, 1550, 1550);
                });
    }

    @Test
    void skipShouldGiveOneAtOnceAndLeaveOutTheRest() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedWith650MillisOfWork(scope, MissedTicks.SKIP);
                    assertTick(interval, 2, 600, 950);
                    assertTick(interval, 4, 1200, 1200);
                    assertTick(interval, 5, 1500, 1500);
                });
    }

    @Test
    void skipShouldGoOnWithTheNextTickAlsoWhenItIsLateByWholePeriods() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = Timers.interval(scope, PERIOD, MissedTicks.SKIP);
                    assertTick(interval, 0, 0, 0);
                    Timers.sleep(scope, ms(900));
                    assertTick(interval, 1, 300, 900);
                    assertTick(interval, 4, 1200, 1200);
                });
    }

    @Test
    void delayShouldNotCountATickAsMissedThatIsLessThanFiveMillisLate() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = Timers.interval(scope, PERIOD, MissedTicks.DELAY);
                    assertTick(interval, 0, 0, 0);
                    Timers.sleep(scope, ms(304));
                    assertTick(interval, 1, 300, 304);
                    assertTick(interval, 2, 600, 600);
                    Timers.sleep(scope, ms(305));
                    assertTick(interval, 3, 900, 905);
                    assertTick(interval, 4, 1205, 1205);
                });
    }

    @Test
    void policyShouldChangeFromTheNextTickOn() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedWith650MillisOfWork(scope, MissedTicks.BURST);
                    interval.missed(MissedTicks.SKIP);
                    assertThat(interval.missed()).isEqualTo(MissedTicks.SKIP);
                    assertTick(interval, 2, 600, 950);
                    assertTick(interval, 4, 1200, 1200);
                });
    }

    @Test
    void resetShouldMakeTheNextTickDueAPeriodFromThen() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedAndAt400Millis(scope);
                    interval.reset();
                    assertTick(interval, 2, 700, 700);
                    assertTick(interval, 3, 1000, 1000);
                });
    }

    @Test
    void resetImmediatelyShouldMakeTheNextTickDueThen() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedAndAt400Millis(scope);
                    interval.resetImmediately();
                    assertTick(interval, 2, 400, 400);
                    assertTick(interval, 3, 700, 700);
                });
    }

    @Test
    void resetAfterShouldMakeTheNextTickDueThatLongAfterwards() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedAndAt400Millis(scope);
                    interval.resetAfter(ms(20));
                    assertTick(interval, 2, 420, 420);
                    assertTick(interval, 3, 720, 720);
                    interval.resetAfter(Duration.ZERO);
                    assertTick(interval, 4, 720, 720);
                });
    }

    @Test
    void resetAtShouldMakeTheNextTickDueAtThatInstantSoonerOrLaterThanAPeriod() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedAndAt400Millis(scope);
                    interval.resetAt(at(440));
                    assertTick(interval, 2, 440, 440);
                    assertTick(interval, 3, 740, 740);
                    interval.resetAt(at(1740));
                    assertTick(interval, 4, 1740, 1740);
                    assertTick(interval, 5, 2040, 2040);
                });
    }

    @Test
    void resetShouldPutOffATickThatIsBeingWaitedFor() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedAndAt400Millis(scope);
                    scope.fork(
                            () -> {
                                Timers.sleep(scope, ms(100));
                                interval.reset();
                            });
                    assertTick(interval, 2, 800, 800);
                });
    }

    @Test
    void newPeriodShouldCountFromWhenItIsGiven() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = startedAndAt400Millis(scope);
                    interval.period(ms(50));
                    assertThat(interval.period()).isEqualTo(ms(50));
                    assertTick(interval, 2, 450, 450);
                    assertTick(interval, 3, 500, 500);
                });
    }

    @Test
    void waitThatIsCutShortShouldLoseNoTick() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var interval = Timers.interval(scope, PERIOD, MissedTicks.BURST);
                    assertTick(interval, 0, 0, 0);
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeout(
                                                    scope,
                                                    ms(100),
                                                    inner -> inner.await(interval.tick())))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertElapsed(100);
                    assertTick(interval, 1, 300, 300);
                });
    }

    @Test
    void iterationShouldGiveTheTicksAndEndWithTheScope() throws Exception {
        var seen = new ArrayList<Long>();
        assertThatThrownBy(
                        () ->
                                Scope.open(
                                        proactor(),
                                        ScopeOptions.of("ticking").within(ms(700)),
                                        scope -> {
                                            for (var tick :
                                                    Timers.interval(
                                                            scope, PERIOD, MissedTicks.SKIP)) {
                                                seen.add(tick.number());
                                            }
                                            return seen;
                                        }))
                .hasRootCauseInstanceOf(DeadlineExceededException.class);
        assertThat(seen).containsExactly(0L, 1L, 2L);
        assertElapsed(700);
    }

    @Test
    void tickingShouldBeASourceOfPipelinesInTheSameRhythm() throws Exception {
        var seen = new ArrayList<Duration>();
        Scope.run(
                proactor(),
                scope -> {
                    long ticks =
                            scope.await(
                                    Timers.ticking(
                                            PERIOD,
                                            ms(40),
                                            MissedTicks.SKIP,
                                            tick -> {
                                                seen.add(elapsed());
                                                return sleep(ms(tick.number() == 1 ? 650 : 10))
                                                        .then(_ -> done(tick.number() < 4));
                                            }));
                    assertThat(ticks).isEqualTo(4);
                });
        assertThat(seen).containsExactly(ms(40), ms(340), ms(990), ms(1240));
        assertElapsed(1250);
    }

    @Test
    void tickingShouldNotGrowHoweverLongItTicks() throws Exception {
        Scope.run(
                proactor(),
                scope ->
                        assertThat(
                                        scope.await(
                                                Timers.ticking(
                                                        ms(1),
                                                        MissedTicks.BURST,
                                                        tick -> done(tick.number() < 99_999))))
                                .isEqualTo(100_000));
        assertElapsed(99_999);
    }

    @Test
    void longestPeriodShouldTickOnceAndThenNeverAgain() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (var missed : MissedTicks.values()) {
                        var interval = Timers.interval(scope, FOREVER, missed);
                        assertThat(interval.next().number()).isZero();
                        assertThat(
                                        Timers.<String, IOException>timeoutOr(
                                                scope,
                                                YEAR.multipliedBy(10),
                                                "never",
                                                inner -> inner.await(interval.tick()).toString()))
                                .isEqualTo("never");
                    }
                });
    }

    @Test
    void firstTickLongAgoShouldNotOverflow() throws Exception {
        var longAgo = new Deadline(Long.MIN_VALUE);
        Scope.run(
                proactor(),
                scope -> {
                    for (var missed : MissedTicks.values()) {
                        var interval = Timers.interval(scope, PERIOD, longAgo, missed);
                        assertThat(interval.next().due()).isEqualTo(longAgo);
                        assertElapsed(0);
                    }
                    var skipping = Timers.interval(scope, PERIOD, longAgo, MissedTicks.SKIP);
                    skipping.next();
                    skipping.next();
                    assertElapsed(0);
                    long later = skipping.next().due().nanos();
                    assertThat(later).isEqualTo(proactor().nanoTime());
                    assertThat(later).isBetween(at(1).nanos(), at(300).nanos());
                });
    }

    @Test
    void periodThatIsNotPositiveAndDelayThatIsNegativeShouldBeRefused() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var fine = Timers.interval(scope, PERIOD, MissedTicks.BURST);
                    for (var bad : new Duration[] {Duration.ZERO, ms(-1), FOREVER.negated()}) {
                        assertThatThrownBy(() -> Timers.interval(scope, bad, MissedTicks.BURST))
                                .isInstanceOf(InvalidValueException.class)
                                .hasMessageContaining("more than zero");
                        assertThatThrownBy(
                                        () ->
                                                Timers.ticking(
                                                        bad, MissedTicks.BURST, _ -> done(true)))
                                .isInstanceOf(InvalidValueException.class);
                        assertThatThrownBy(() -> fine.period(bad))
                                .isInstanceOf(InvalidValueException.class);
                    }
                    assertThatThrownBy(
                                    () -> Timers.interval(scope, PERIOD, ms(-1), MissedTicks.BURST))
                            .isInstanceOf(InvalidValueException.class)
                            .hasMessageContaining("negative");
                    assertThatThrownBy(
                                    () ->
                                            Timers.ticking(
                                                    PERIOD,
                                                    ms(-1),
                                                    MissedTicks.BURST,
                                                    _ -> done(true)))
                            .isInstanceOf(InvalidValueException.class);
                    assertThatThrownBy(() -> fine.resetAfter(ms(-1)))
                            .isInstanceOf(InvalidValueException.class);
                    assertTick(fine, 0, 0, 0);
                });
    }

    private Interval startedWith650MillisOfWork(Scope scope, MissedTicks missed)
            throws IOException {
        var interval = Timers.interval(scope, PERIOD, missed);
        assertTick(interval, 0, 0, 0);
        assertTick(interval, 1, 300, 300);
        Timers.sleep(scope, ms(650));
        return interval;
    }

    private Interval startedAndAt400Millis(Scope scope) throws IOException {
        var interval = Timers.interval(scope, PERIOD, MissedTicks.BURST);
        assertTick(interval, 0, 0, 0);
        assertTick(interval, 1, 300, 300);
        Timers.sleep(scope, ms(100));
        return interval;
    }

    private void assertTick(Interval interval, long number, long dueMillis, long givenMillis)
            throws IOException {
        var tick = interval.next();
        assertThat(tick.number()).isEqualTo(number);
        assertThat(tick.due()).isEqualTo(at(dueMillis));
        assertElapsed(givenMillis);
    }
}
