package dev.catena.spec.timers;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.updateTimeout;
import static dev.catena.ops.Ops.write;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Buffer;
import dev.catena.ops.Chain;
import dev.catena.ops.Clock;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Fd;
import dev.catena.ops.Outcome;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.UringSpec;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the simulated clock cannot show: "later" as a chain of the kernel's (C4), and times on the real clock, which are never
/// early. How late they are is measured, not tested.
class UringLaterTest extends UringSpec {
    private static final Duration SOON = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("C4")
    @Tag("T1")
    void timeoutThenWriteShouldWriteAfterTheDelay(boolean hard) throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    long start = proactor().nanoTime();
                    var later =
                            scope.start(later(hard, SOON, ends.writing(), bytes(scope, "later")));
                    assertThat(received(scope, ends.reading())).isEqualTo("later");
                    assertThat(proactor().nanoTime() - start)
                            .isGreaterThanOrEqualTo(SOON.toNanos());
                    assertThat(later.outcome().isCompleted()).isTrue();
                });
    }

    @Test
    @Tag("C4")
    @Tag("T1")
    void timeoutThenWriteShouldNotWriteWhenItIsCancelledInBetween() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var later =
                            scope.start(later(false, LONG, ends.writing(), bytes(scope, "later")));
                    assertInFlight(scope, later);
                    later.cancel("not any more");
                    assertThat(later.outcome()).isInstanceOf(Outcome.Cancelled.class);
                    scope.await(write(ends.writing(), bytes(scope, "only this")));
                    assertThat(received(scope, ends.reading())).isEqualTo("only this");
                });
    }

    @Test
    @Tag("C4")
    void timeoutThenWriteShouldWriteEarlierWhenTheTimeoutIsUpdated() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var later =
                            scope.start(later(false, LONG, ends.writing(), bytes(scope, "later")));
                    assertInFlight(scope, later);
                    scope.await(updateTimeout(later.id(), Duration.ofMillis(1)));
                    assertThat(received(scope, ends.reading())).isEqualTo("later");
                    assertThat(later.outcome().isCompleted()).isTrue();
                });
    }

    @Test
    @Tag("D2")
    void timeoutThenWriteShouldNotWriteWhenItsDeadlineComesFirst() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeout(
                                                    scope,
                                                    SOON,
                                                    inner ->
                                                            inner.await(
                                                                    later(
                                                                            false,
                                                                            LONG,
                                                                            ends.writing(),
                                                                            bytes(
                                                                                    inner,
                                                                                    "later")))))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("timeout(PT0.03S)");
                    scope.await(write(ends.writing(), bytes(scope, "only this")));
                    assertThat(received(scope, ends.reading())).isEqualTo("only this");
                });
    }

    @Test
    @Tag("D1")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes only when all wait, which somebody never does here")
    void timeoutShouldNotBeHeldUpByABodyThatIsNeverIdle() throws Exception {
        Scope.run(
                proactor(),
                scope ->
                        assertThatThrownBy(
                                        () ->
                                                Timers.timeout(
                                                        scope,
                                                        Duration.ofMillis(1),
                                                        inner -> {
                                                            while (true) {
                                                                inner.await(nop());
                                                            }
                                                        }))
                                .isInstanceOf(DeadlineExceededException.class));
    }

    @Test
    @Tag("T1")
    void sleepsOfNothingShouldAllEnd() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (int i = 0; i < 1000; i++) {
                        Timers.sleep(scope, Duration.ZERO);
                    }
                });
    }

    @Test
    @Tag("T1")
    void noneOfManySleepersShouldWakeEarlyOrNotAtAll() throws Exception {
        var early = new ArrayList<String>();
        int[] woken = new int[1];
        var lengths = new Random(6);
        Scope.run(
                proactor(),
                scope -> {
                    for (int i = 0; i < 1000; i++) {
                        scope.fork(
                                () -> {
                                    long nanos = lengths.nextLong(20_000_000);
                                    long start = proactor().nanoTime();
                                    Timers.sleep(scope, Duration.ofNanos(nanos));
                                    long slept = proactor().nanoTime() - start;
                                    if (slept < nanos) {
                                        early.add(slept + " of " + nanos);
                                    }
                                    woken[0]++;
                                });
                    }
                });
        assertThat(early).isEmpty();
        assertThat(woken[0]).isEqualTo(1000);
    }

    @Test
    @Tag("T1")
    @NotOn(value = DriverOfTests.PORTABLE, why = "the JDK has no clock that goes on in suspension")
    void timeoutOfTheKernelThatIsTooLongForTheClockShouldNotEndAndBeCancelled() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (var length :
                            new Duration[] {
                                FOREVER,
                                Duration.ofSeconds(Long.MAX_VALUE),
                                Duration.ofNanos(Long.MAX_VALUE)
                            }) {
                        for (var clock : Clock.values()) {
                            var endless = scope.start(timeout(length).by(clock));
                            assertInFlight(scope, endless);
                            endless.cancel("enough");
                            assertThat(endless.outcome()).isInstanceOf(Outcome.Cancelled.class);
                        }
                    }
                });
    }

    /// "Later, write". The tie is soft but where it is said to be hard: what is tied hard runs also if the timeout is cancelled.
    private static Chain<?> later(boolean hard, Duration delay, Fd to, Buffer what) {
        return hard
                ? link(timeout(delay).hard(), write(to, what))
                : link(timeout(delay), write(to, what));
    }

    /// What was submitted before an operation that has completed is with the kernel.
    private static void assertInFlight(Scope scope, Pending<?> pending) throws IOException {
        scope.await(nop());
        assertThat(pending.isDone()).isFalse();
    }

    private static Buffer bytes(Scope scope, String text) {
        return scope.lease(text.length()).put(0, text.getBytes(US_ASCII));
    }

    private static String received(Scope scope, Fd from) throws IOException {
        var buffer = scope.lease(64);
        int n = scope.await(read(from, buffer));
        return new String(buffer.copy(0, n), US_ASCII);
    }
}
