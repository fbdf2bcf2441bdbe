package dev.catena.spec;

import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Deadline;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Op;
import dev.catena.scope.Scope;
import dev.catena.timers.Interval;
import dev.catena.timers.MissedTicks;
import dev.catena.timers.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// T1 and T2: sleeping, ticking and timing out.
class UringTimersTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    @Tag("T1")
    void sleepShouldWaitInTheLoopsQueueWithoutAnOperationAndNotEndEarly() throws Exception {
        var pushed = Collections.synchronizedList(new ArrayList<Op<?>>());
        try (var ring =
                RingUnderTest.over(
                        () ->
                                new TamperedDriver() {
                                    @Override
                                    public void push(
                                            Op<?> op, int flags, long token, long nowNanos) {
                                        pushed.add(op);
                                        super.push(op, flags, token, nowNanos);
                                    }
                                })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        for (int millis : new int[] {0, 1, 5, 20}) {
                            long start = ring.proactor().nanoTime();
                            Timers.sleep(scope, Duration.ofMillis(millis));
                            assertThat(ring.proactor().nanoTime() - start)
                                    .isGreaterThanOrEqualTo(millis * 1_000_000L);
                        }
                        Timers.sleepUntil(scope, new Deadline(ring.proactor().nanoTime()));
                    });
            assertThat(pushed).isEmpty();
            assertThat(ring.metrics().timers()).as("timers left standing").isZero();
        }
    }

    @Test
    @Tag("T1")
    void sleepOfAForkedThreadShouldNotHoldUpTheLoop() throws Exception {
        var trail = new Trail();
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        for (int millis : new int[] {60, 20, 40}) {
                            scope.fork(
                                    () -> {
                                        Timers.sleep(scope, Duration.ofMillis(millis));
                                        trail.add("slept " + millis);
                                    });
                        }
                        scope.await(nop());
                        trail.add("not held up");
                    });
        }
        assertThat(trail.events())
                .containsExactly("not held up", "slept 20", "slept 40", "slept 60");
    }

    @Test
    @Tag("T1")
    void timeoutShouldCancelItsBodyAndNameItself() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        assertThatThrownBy(
                                        () ->
                                                Timers.timeout(
                                                        scope,
                                                        Duration.ofMillis(10),
                                                        inner -> inner.await(timeout(LONG))))
                                .isInstanceOf(DeadlineExceededException.class)
                                .hasMessageContaining("timeout(PT0.01S)");
                        assertThat(Timers.<Integer, RuntimeException>timeout(scope, LONG, _ -> 42))
                                .isEqualTo(42);
                        assertThat(scope.isCancelled()).isFalse();
                    });
            assertThat(ring.metrics().timers()).as("timers left standing").isZero();
        }
    }

    @Test
    @Tag("T2")
    void intervalShouldNotDrift() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var period = Duration.ofMillis(2);
                        var interval = Timers.interval(scope, period, MissedTicks.BURST);
                        var first = interval.next();
                        for (int i = 1; i <= 100; i++) {
                            var tick = interval.next();
                            assertThat(tick.number()).isEqualTo(i);
                            assertThat(tick.due().nanos())
                                    .isEqualTo(first.due().nanos() + i * period.toNanos());
                            assertThat(ring.proactor().nanoTime())
                                    .as("no tick comes early")
                                    .isGreaterThanOrEqualTo(tick.due().nanos());
                        }
                    });
        }
    }

    @Test
    @Tag("T2")
    void burstShouldGiveAllMissedTicksAtOnceInTheOldRhythm() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var interval = interval(scope, MissedTicks.BURST);
                        var first = interval.next();
                        Timers.sleep(scope, Duration.ofMillis(55));
                        for (int i = 1; i <= 5; i++) {
                            var tick = interval.next();
                            assertThat(tick.number()).isEqualTo(i);
                            assertThat(tick.due().nanos())
                                    .isEqualTo(first.due().nanos() + millis(10L * i));
                        }
                    });
        }
    }

    @Test
    @Tag("T2")
    void skipShouldLeaveMissedTicksOutAndKeepTheRhythm() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var interval = interval(scope, MissedTicks.SKIP);
                        var first = interval.next();
                        Timers.sleep(scope, Duration.ofMillis(55));
                        var late = interval.next();
                        // on a busy machine the first may have come late, and skipped some itself
                        assertThat(late.due().nanos())
                                .isEqualTo(first.due().nanos() + millis(10 * late.number()));
                        var next = interval.next();
                        assertThat(next.number())
                                .isGreaterThanOrEqualTo(6)
                                .isGreaterThan(late.number());
                        assertThat(next.due().nanos())
                                .isEqualTo(first.due().nanos() + millis(10 * next.number()));
                        assertThat(next.due().nanos())
                                .isGreaterThan(first.due().nanos() + millis(55));
                    });
        }
    }

    @Test
    @Tag("T2")
    void delayShouldShiftTheRhythmAndLoseNoNumber() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var interval = interval(scope, MissedTicks.DELAY);
                        var first = interval.next();
                        Timers.sleep(scope, Duration.ofMillis(55));
                        assertThat(interval.next().number()).isEqualTo(1);
                        long resumed = ring.proactor().nanoTime();
                        var next = interval.next();
                        assertThat(next.number()).isEqualTo(2);
                        assertThat(next.due().nanos())
                                .isGreaterThan(first.due().nanos() + millis(60));
                        assertThat(next.due().nanos()).isLessThanOrEqualTo(resumed + millis(10));
                    });
        }
    }

    @Test
    @Tag("T2")
    void iterationShouldEndWithTheScope() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        int count = 0;
                        for (var tick : interval(scope, MissedTicks.SKIP)) {
                            assertThat(tick.number()).isGreaterThanOrEqualTo(count);
                            if (++count == 5) {
                                break;
                            }
                        }
                    });
        }
        assertThatThrownBy(
                        () -> {
                            try (var ring = RingUnderTest.open()) {
                                Scope.run(
                                        ring.proactor(),
                                        scope ->
                                                Timers.interval(
                                                        scope, Duration.ZERO, MissedTicks.SKIP));
                            }
                        })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than zero");
    }

    private static Interval interval(Scope scope, MissedTicks missed) {
        return Timers.interval(scope, Duration.ofMillis(10), missed);
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
