package dev.catena.spec.timers;

import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.sleep;
import static dev.catena.ops.Ops.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.ops.Read;
import dev.catena.scope.Scope;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// D1 to D4: timeouts and deadlines, and whose it was.
@Tag("T1")
@Tag("T3")
class TimeoutTest extends SimulatedTime {
    private static final Pipeline<String> NEVER = sleep(FOREVER).map(_ -> "never");

    @Test
    @Tag("D3")
    void whatIsDoneAlreadyShouldCompleteAtAndAfterItsDeadline() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    assertThat(Timers.<String, IOException>deadline(scope, at(0), _ -> "done"))
                            .isEqualTo("done");
                    assertThat(Timers.<String, IOException>deadline(scope, at(-1000), _ -> "done"))
                            .isEqualTo("done");
                    assertThat(Timers.<String, IOException>timeout(scope, ms(0), _ -> "done"))
                            .isEqualTo("done");
                    assertThat(
                                    Timers.<String, IOException>timeoutOr(
                                            scope, ms(0), "late", _ -> "done"))
                            .isEqualTo("done");
                    assertThat(scope.await(Timers.timeoutOr(done("done"), ms(0), "late")))
                            .isEqualTo("done");
                });
        assertElapsed(0);
    }

    @Test
    @Tag("D1")
    void operationThatEndsBeforeTheDeadlineShouldGiveItsResult() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    assertThat(
                                    Timers.<Integer, IOException>deadline(
                                            scope, at(100), inner -> readAfter90Millis(inner)))
                            .isEqualTo(1);
                    assertElapsed(90);
                    assertThat(
                                    Timers.<Integer, IOException>timeout(
                                            scope, ms(100), inner -> readAfter90Millis(inner)))
                            .isEqualTo(1);
                    assertElapsed(180);
                    assertThat(
                                    Timers.<Integer, IOException>timeoutOr(
                                            scope, ms(100), -1, inner -> readAfter90Millis(inner)))
                            .isEqualTo(1);
                    assertElapsed(270);
                });
    }

    @Test
    @Tag("D1")
    void timeoutThatIsTooLongForTheClockShouldNeverPass() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (var length :
                            new Duration[] {FOREVER, Duration.ofSeconds(Long.MAX_VALUE)}) {
                        Timers.timeout(
                                scope,
                                length,
                                inner -> {
                                    Timers.sleep(inner, YEAR.multipliedBy(10));
                                    return 0;
                                });
                        scope.await(
                                Timers.timeoutOr(sleep(YEAR).map(_ -> "slept"), length, "late"));
                    }
                });
        assertThat(elapsed()).isEqualTo(YEAR.multipliedBy(22));
    }

    @Test
    @Tag("D3")
    void whatWaitsShouldEndAtOnceWhenItsDeadlineHasPassedAlready() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (long millis : new long[] {0, -1, -1_000_000}) {
                        assertThatThrownBy(
                                        () ->
                                                Timers.deadline(
                                                        scope,
                                                        at(millis),
                                                        inner -> inner.await(NEVER)))
                                .isInstanceOf(DeadlineExceededException.class)
                                .hasMessageContaining("deadline(");
                    }
                    assertThat(
                                    Timers.<String, IOException>timeoutOr(
                                            scope, ms(0), "late", inner -> inner.await(NEVER)))
                            .isEqualTo("late");
                });
        assertElapsed(0);
    }

    @Test
    @Tag("D1")
    void whatWaitsShouldEndAtTheDeadline() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeout(
                                                    scope, ms(300), inner -> inner.await(NEVER)))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("timeout(PT0.3S)");
                    assertElapsed(300);
                    assertThat(
                                    Timers.<String, IOException>timeoutOr(
                                            scope, ms(300), "late", inner -> inner.await(NEVER)))
                            .isEqualTo("late");
                    assertElapsed(600);
                    assertThat(scope.await(Timers.timeoutOr(NEVER, ms(300), "late")))
                            .isEqualTo("late");
                    assertElapsed(900);
                    assertThat(scope.isCancelled()).as("the scope around it goes on").isFalse();
                });
    }

    @Test
    @Tag("D1")
    void deadlineShouldBeOneForAllThatIsDoneOneAfterTheOther() throws Exception {
        Scope.run(
                proactor(),
                scope ->
                        assertThatThrownBy(
                                        () ->
                                                Timers.timeout(
                                                        scope,
                                                        ms(100),
                                                        inner -> {
                                                            while (true) {
                                                                Timers.sleep(inner, ms(30));
                                                            }
                                                        }))
                                .isInstanceOf(DeadlineExceededException.class));
        assertElapsed(100);
    }

    @Test
    @Tag("D3")
    void bodyThatAwaitsNothingMoreShouldKeepItsResultHoweverLate() throws Exception {
        Scope.run(
                proactor(),
                scope ->
                        assertThat(
                                        Timers.<String, IOException>timeout(
                                                scope,
                                                ms(100),
                                                _ -> {
                                                    Timers.sleep(scope, ms(200));
                                                    return "kept";
                                                }))
                                .isEqualTo("kept"));
        assertElapsed(200);
    }

    // ---------------------------------------------------------------- nested

    @Test
    @Tag("D3")
    void outerDeadlineShouldNotBeReportedAsTheInners() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeout(
                                                    scope,
                                                    ms(100),
                                                    outer ->
                                                            Timers.timeout(
                                                                    outer,
                                                                    ms(200),
                                                                    inner -> inner.await(NEVER))))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("timeout(PT0.1S)")
                            .hasMessageNotContaining("timeout(PT0.2S)");
                    assertElapsed(100);
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeout(
                                                    scope,
                                                    ms(100),
                                                    outer ->
                                                            Timers.timeoutOr(
                                                                    outer,
                                                                    ms(200),
                                                                    "the inner's",
                                                                    inner -> inner.await(NEVER))))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("timeout(PT0.1S)");
                    assertElapsed(200);
                    assertThat(
                                    Timers.<String, IOException>timeoutOr(
                                            scope,
                                            ms(100),
                                            "the outer's",
                                            outer ->
                                                    Timers.timeoutOr(
                                                            outer,
                                                            ms(200),
                                                            "the inner's",
                                                            inner -> inner.await(NEVER))))
                            .isEqualTo("the outer's");
                    assertElapsed(300);
                });
    }

    @Test
    @Tag("D3")
    void innerTimeoutShouldBeTheInnersAndLeaveTheOuterItsTime() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var said =
                            Timers.<String, IOException>timeout(
                                    scope,
                                    ms(200),
                                    outer -> {
                                        var inner =
                                                Timers.<String, IOException>timeoutOr(
                                                        outer,
                                                        ms(100),
                                                        "the inner's",
                                                        innermost -> innermost.await(NEVER));
                                        Timers.sleep(outer, ms(90));
                                        return inner;
                                    });
                    assertThat(said).isEqualTo("the inner's");
                });
        assertElapsed(190);
    }

    @Test
    @Tag("D3")
    void deadlineOfTheSameInstantShouldBeTheOuters() throws Exception {
        Scope.run(
                proactor(),
                scope ->
                        assertThat(
                                        Timers.<String, IOException>timeoutOr(
                                                scope,
                                                ms(100),
                                                "the outer's",
                                                outer ->
                                                        Timers.timeoutOr(
                                                                outer,
                                                                ms(100),
                                                                "the inner's",
                                                                inner -> inner.await(NEVER))))
                                .isEqualTo("the outer's"));
        assertElapsed(100);
    }

    @Test
    @Tag("D3")
    void outerTimeOfAPipelineShouldNotBeReportedAsTheInners() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var inner = Timers.timeoutOr(NEVER, ms(200), "the inner's");
                    assertThat(scope.await(Timers.timeoutOr(inner, ms(100), "the outer's")))
                            .isEqualTo("the outer's");
                    assertElapsed(100);
                    assertThat(scope.await(Timers.timeoutOr(inner, ms(300), "the outer's")))
                            .isEqualTo("the inner's");
                    assertElapsed(300);
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeout(
                                                    scope, ms(100), outer -> outer.await(inner)))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("timeout(PT0.1S)");
                    assertElapsed(400);
                });
    }

    @Test
    @Tag("D3")
    void boundOfTheWorkItselfShouldNotBeReportedAsTheTimeouts() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var bounded = NEVER.within(ms(10));
                    assertThat(scope.attempt(Timers.timeoutOr(bounded, YEAR, "late")))
                            .isInstanceOfSatisfying(
                                    Outcome.TimedOut.class,
                                    outcome -> assertThat(outcome.bound()).contains("PT0.01S"));
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeoutOr(
                                                    scope,
                                                    YEAR,
                                                    "late",
                                                    inner -> inner.await(bounded)))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("PT0.01S");
                });
        assertElapsed(20);
    }

    @Test
    @Tag("D3")
    void cancellingShouldNotBeReportedAsATimeout() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeoutOr(
                                                    scope,
                                                    YEAR,
                                                    "late",
                                                    inner -> {
                                                        inner.cancel("enough");
                                                        return inner.await(NEVER);
                                                    }))
                            .isInstanceOf(OperationCancelledException.class);
                    var waiting = scope.start(Timers.timeoutOr(NEVER, YEAR, "late"));
                    waiting.cancel("enough");
                    assertThat(waiting.outcome()).isInstanceOf(Outcome.Cancelled.class);
                });
        assertElapsed(0);
    }

    @Test
    @Tag("D4")
    void operationThatCannotBeInterruptedShouldBeLateAndKeepItsResult() throws Exception {
        sim().faults().on(Read.class).delay(ms(500)).on(Read.class).ignoreCancel();
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var buffer = scope.lease(8);
                    scope.await(write(ends.writing(), buffer.first(1)));
                    assertThat(
                                    Timers.<Integer, IOException>timeout(
                                            scope,
                                            ms(100),
                                            inner -> inner.await(read(ends.reading(), buffer))))
                            .isEqualTo(1);
                });
        assertThat(elapsed()).isGreaterThan(ms(100));
        assertThat(proactor().metrics().late()).isEqualTo(1);
    }

    @Test
    @Tag("D2")
    void chainShouldEndAtTheDeadlineOfItsTimeout() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var buffer = scope.lease(8);
                    assertThatThrownBy(
                                    () ->
                                            Timers.timeout(
                                                    scope,
                                                    ms(100),
                                                    inner ->
                                                            inner.await(
                                                                    link(
                                                                            read(
                                                                                    ends.reading(),
                                                                                    buffer),
                                                                            nop()))))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("timeout(PT0.1S)");
                });
        assertElapsed(100);
    }

    @Test
    @Tag("D1")
    void negativeTimeoutShouldBeRefused() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    assertThatThrownBy(() -> Timers.timeout(scope, ms(-1), _ -> 0))
                            .isInstanceOf(InvalidValueException.class);
                    assertThatThrownBy(() -> Timers.timeoutOr(scope, ms(-1), 0, _ -> 0))
                            .isInstanceOf(InvalidValueException.class);
                    assertThatThrownBy(() -> Timers.timeoutOr(done(0), ms(-1), 0))
                            .isInstanceOf(InvalidValueException.class);
                });
    }

    /// What a read gives whose byte is written 90 ms from now.
    private int readAfter90Millis(Scope scope) throws IOException {
        var ends = scope.await(pipe());
        var buffer = scope.lease(8);
        var sent = scope.lease(1);
        scope.fork(
                () -> {
                    Timers.sleep(scope, ms(90));
                    scope.await(write(ends.writing(), sent));
                });
        return scope.await(read(ends.reading(), buffer));
    }
}
