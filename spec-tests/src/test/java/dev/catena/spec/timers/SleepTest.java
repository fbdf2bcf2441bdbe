package dev.catena.spec.timers;

import static dev.catena.ops.Ops.race;
import static dev.catena.ops.Ops.sleep;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Clock;
import dev.catena.ops.Deadline;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.OperationCancelledException;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.spec.Reachable;
import dev.catena.spec.Trail;
import dev.catena.timers.Timer;
import dev.catena.timers.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// T1: sleeping, and timers that are reset.
@Tag("T1")
@Tag("T3")
class SleepTest extends SimulatedTime {

    @Test
    void sleepUntilNowOrEarlierShouldEndAtOnce() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    Timers.sleepUntil(scope, at(0));
                    Timers.sleepUntil(scope, at(-1));
                    Timers.sleepUntil(scope, new Deadline(-1));
                    Timers.sleepUntil(scope, new Deadline(Long.MIN_VALUE));
                    Timers.sleep(scope, Duration.ZERO);
                });
        assertElapsed(0);
    }

    @Test
    void sleepShouldBeOverWhenItsTimeHasComeAndNotBefore() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var sleeping = scope.start(sleep(ms(10)));
                    assertThat(sleeping.isDone()).isFalse();
                    Timers.sleep(scope, ms(10).minusNanos(1));
                    assertThat(sleeping.isDone()).isFalse();
                    sleeping.await();
                    assertThat(sleeping.isDone()).isTrue();
                });
        assertElapsed(10);
    }

    @Test
    void sleepShouldBeAsLongAsAskedForToTheNanosecond() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var until = Duration.ZERO;
                    for (var length :
                            new Duration[] {
                                ms(1), ms(5), ms(10), ms(60), Duration.ofNanos(1_000_001)
                            }) {
                        Timers.sleep(scope, length);
                        until = until.plus(length);
                        assertThat(elapsed()).isEqualTo(until);
                    }
                });
    }

    @Test
    void sleepOfYearsShouldTakeYears() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (int i = 0; i < 5; i++) {
                        Timers.sleep(scope, YEAR);
                    }
                    Timers.sleepUntil(scope, at(0).plus(YEAR.multipliedBy(10)));
                });
        assertThat(elapsed()).isEqualTo(YEAR.multipliedBy(10));
    }

    @Test
    void sleepThatIsTooLongForTheClockShouldNeverEndAndBeCancelled() throws Exception {
        for (var length :
                new Duration[] {
                    FOREVER,
                    FOREVER.minusMillis(1),
                    FOREVER.dividedBy(10),
                    Duration.ofSeconds(Long.MAX_VALUE),
                    Duration.ofNanos(Long.MAX_VALUE)
                }) {
            Scope.run(
                    proactor(),
                    scope -> {
                        var sleeping = scope.start(sleep(length));
                        Timers.sleep(scope, YEAR);
                        assertThat(sleeping.isDone()).isFalse();
                        sleeping.cancel("enough");
                        assertThatThrownBy(sleeping::await)
                                .isInstanceOf(OperationCancelledException.class);
                    });
        }
        assertThat(elapsed()).isEqualTo(YEAR.multipliedBy(5));
    }

    @Test
    void endlessSleepShouldLoseARaceAgainstOneOfANanosecond() throws Exception {
        Scope.run(
                proactor(), scope -> scope.await(race(sleep(FOREVER), sleep(Duration.ofNanos(1)))));
        assertThat(elapsed()).isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void negativeDurationShouldBeRefused() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (var negative : new Duration[] {Duration.ofNanos(-1), FOREVER.negated()}) {
                        assertThatThrownBy(() -> Timers.sleep(scope, negative))
                                .isInstanceOf(InvalidValueException.class)
                                .hasMessageContaining("negative");
                        assertThatThrownBy(() -> Timers.sleep(scope, negative, Clock.BOOTTIME))
                                .isInstanceOf(InvalidValueException.class);
                        assertThatThrownBy(() -> Timers.timer(scope, negative, () -> {}))
                                .isInstanceOf(InvalidValueException.class);
                        assertThatThrownBy(() -> Timers.debounce(scope, negative, () -> {}))
                                .isInstanceOf(InvalidValueException.class);
                    }
                });
    }

    @Test
    void sleepByANamedClockShouldTakeAsLongAndEndAtItsTimeOfDay() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    Timers.sleep(scope, ms(10), Clock.BOOTTIME);
                    assertElapsed(10);
                    Timers.sleep(scope, ms(10), Clock.REALTIME);
                    assertElapsed(20);
                    Timers.sleepUntil(scope, Instant.EPOCH);
                    assertElapsed(20);
                    // the simulated machine was started as the century began
                    Timers.sleepUntil(scope, Instant.parse("2000-01-01T00:00:01Z"));
                    assertElapsed(1000);
                    var endless = scope.start(timeout(FOREVER));
                    Timers.sleep(scope, ms(10));
                    assertThat(endless.isDone()).isFalse();
                    endless.cancel("enough");
                    assertThat(endless.outcome().isCompleted()).isFalse();
                });
    }

    @Test
    void sleepersShouldWakeInTheOrderOfTheirInstantsHoweverManyAreCancelled() throws Exception {
        var woken = new ArrayList<Integer>();
        Scope.run(
                proactor(),
                scope -> {
                    var order = new Random(6);
                    var sleepers = new ArrayList<Pending<?>>();
                    for (int i = 0; i < 2000; i++) {
                        int millis = order.nextInt(500);
                        sleepers.add(scope.start(sleep(ms(millis)).map(_ -> woken.add(millis))));
                    }
                    Timers.sleep(scope, ms(100));
                    for (int i = 0; i < sleepers.size(); i += 2) {
                        sleepers.get(i).cancel("every second");
                    }
                });
        assertThat(woken).isSorted().hasSizeBetween(1000, 1400);
    }

    // ---------------------------------------------------------------- timers that are reset

    @Test
    void timerShouldComeDueOnceWhenNothingHasResetIt() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    var timer = timer(scope, 100, trail);
                    assertThat(timer.due()).isEqualTo(at(100));
                    assertThat(timer.isRunning()).isTrue();
                    for (int i = 0; i < 5; i++) {
                        Timers.sleep(scope, ms(90));
                        timer.reset();
                    }
                    assertThat(proactor().metrics().timers()).as("one, however often").isEqualTo(1);
                    Timers.sleep(scope, ms(200));
                    assertThat(timer.isRunning()).isFalse();
                    timer.reset();
                });
        assertThat(trail.events()).containsExactly("due at PT0.55S");
    }

    @Test
    void restartShouldMoveATimerToAnyInstantBeforeItComesDue() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    timer(scope, 100, trail).restart(at(200));
                    var sooner = timer(scope, 100, trail);
                    sooner.restart(at(80));
                    var soonerLater = timer(scope, 100, trail);
                    Timers.sleep(scope, ms(10));
                    soonerLater.restart(at(70));
                    var past = timer(scope, 100, trail);
                    Timers.sleep(scope, ms(50));
                    past.restart(at(40));
                });
        assertThat(trail.events())
                .containsExactly(
                        "due at PT0.06S", "due at PT0.07S", "due at PT0.08S", "due at PT0.2S");
    }

    @Test
    void restartShouldLetATimerComeDueAgain() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    var timer = timer(scope, 100, trail);
                    Timers.sleep(scope, ms(105));
                    timer.restart(at(110));
                    assertThat(timer.isRunning()).isTrue();
                    Timers.sleep(scope, ms(15));
                    assertThat(timer.isRunning()).isFalse();
                    timer.restart(at(600_000));
                    assertThat(timer.due()).isEqualTo(at(600_000));
                    assertThat(timer.isRunning()).isTrue();
                    timer.cancel();
                });
        assertThat(trail.events()).containsExactly("due at PT0.1S", "due at PT0.11S");
        assertElapsed(120);
    }

    @Test
    void timersOfTheSameInstantShouldNotDisturbEachOther() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    timer(scope, 5, trail);
                    var moved = timer(scope, 5, trail);
                    timer(scope, 10, trail);
                    moved.restart(at(10));
                    Timers.sleep(scope, ms(5));
                    moved.cancel();
                });
        assertThat(trail.events()).containsExactly("due at PT0.005S", "due at PT0.01S");
    }

    @Test
    void timerThatComesDueShouldBeAbleToCancelAllTheOthers() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    List<Timer> timers = new ArrayList<>();
                    for (int i = 0; i < 100; i++) {
                        timers.add(
                                Timers.timer(
                                        scope,
                                        ms(10),
                                        () -> {
                                            trail.add("due");
                                            timers.forEach(Timer::cancel);
                                        }));
                    }
                    Timers.sleep(scope, ms(11));
                });
        assertThat(trail.events()).isNotEmpty().hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void cancelledTimerShouldNeitherComeDueNorHoldItsScopeNorBeAnError() throws Exception {
        var trail = new Trail();
        Scope.run(proactor(), scope -> timer(scope, 100, trail).cancel());
        assertThat(trail.events()).isEmpty();
        assertElapsed(0);
    }

    @Test
    @Tag("S7")
    void cancelledTimersShouldBeForgottenByAScopeThatLivesLong() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    startAndCancel(scope, 10);
                    var afterTen = Reachable.from(scope);
                    startAndCancel(scope, 1000);
                    assertThat(Reachable.from(scope)).isEqualTo(afterTen);
                    assertThat(proactor().metrics().timers()).isZero();
                });
    }

    private static void startAndCancel(Scope scope, int timers) {
        for (int i = 0; i < timers; i++) {
            scope.start(sleep(YEAR)).cancel("enough");
            scope.start(sleep(YEAR).map(_ -> "slept")).cancel("enough");
        }
    }

    private Timer timer(Scope scope, long millis, Trail trail) {
        return Timers.timer(scope, ms(millis), () -> trail.add("due at " + elapsed()));
    }
}
