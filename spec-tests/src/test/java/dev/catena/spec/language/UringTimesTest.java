package dev.catena.spec.language;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.linkTimeout;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.updateTimeout;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.language.Failing.assertFails;
import static dev.catena.spec.language.UringFilesTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Bound;
import dev.catena.ops.Clock;
import dev.catena.ops.Deadline;
import dev.catena.ops.Errno;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.OperationId;
import dev.catena.ops.Timeout;
import dev.catena.ops.UpdateTimeout;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.LoopThreads;
import dev.catena.spec.NotOn;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Times: that they are not too early, and not so late that another unit or clock was meant.
class UringTimesTest extends UringSpec {
    private static final long SOON_NANOS = 30_000_000;
    private static final Duration SOON = Duration.ofNanos(SOON_NANOS);
    private static final Duration LONG = Duration.ofHours(1);
    private static final long LATE_NANOS = 20_000_000_000L;

    @Test
    @Shows(Timeout.class)
    void timeoutShouldEndAfterItsDurationAndAtItsInstant() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    long start = proactor().nanoTime();
                    scope.await(timeout(SOON));
                    assertBetween(start, SOON_NANOS);

                    start = proactor().nanoTime();
                    scope.await(timeout(new Deadline(start + SOON_NANOS)));
                    assertBetween(start, SOON_NANOS);

                    start = proactor().nanoTime();
                    scope.await(timeout(new Deadline(start - SOON_NANOS)));
                    scope.await(timeout(Duration.ZERO));
                    assertBetween(start, 0);
                });
    }

    @Test
    @Shows(Timeout.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "the JDK has no clock that goes on in suspension")
    @NotOn(value = DriverOfTests.SIM, why = "its time of day is not the machine's")
    void timeoutShouldGoByTheClockItNames() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var time = Instant.now().plus(SOON);
                    scope.await(timeout(time));
                    assertThat(Instant.now()).isAfterOrEqualTo(time);
                    long start = proactor().nanoTime();
                    scope.await(timeout(Instant.now().minus(LONG)));
                    scope.await(timeout(SOON).by(Clock.BOOTTIME));
                    assertBetween(start, SOON_NANOS);
                });
    }

    @Test
    @Shows(Timeout.class)
    void timeoutWithACountShouldEndAfterThatManyCompletions() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    long start = proactor().nanoTime();
                    // what wakes the loop counts, too, so there is some room
                    var counting = scope.start(timeout(LONG).orAfter(50));
                    scope.await(nop());
                    scope.await(nop());
                    assertThat(counting.isDone()).isFalse();
                    for (int i = 0; i < 50; i++) {
                        scope.await(nop());
                    }
                    counting.await();
                    assertBetween(start, 0);
                });
    }

    @Test
    @Shows(Timeout.class)
    void timeoutInAChainShouldMeanLater() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var buffer = scope.lease(8);
                    long start = proactor().nanoTime();
                    var later =
                            scope.start(
                                    link(timeout(SOON), write(ends.writing(), text(scope, "x"))));
                    scope.await(read(ends.reading(), buffer));
                    assertBetween(start, SOON_NANOS);
                    assertThat(later.await()._2()).isEqualTo(1);
                });
    }

    @Test
    @Shows(Timeout.class)
    void timeoutOfAWholeChainShouldCountFromItsSubmission() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    long start = proactor().nanoTime();
                    scope.await(new Timeout(new Bound.OfChain(SOON), 0, Clock.MONOTONIC));
                    assertBetween(start, SOON_NANOS);
                });
    }

    @Test
    @Shows(LinkTimeout.class)
    void linkTimeoutShouldCancelTheLinkBeforeIt() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var never = read(ends.reading(), scope.lease(8));
                    long start = proactor().nanoTime();
                    var late = scope.attempt(link(never, linkTimeout(SOON), nop()).each());
                    assertBetween(start, SOON_NANOS);
                    assertThat(late.get().stream().map(Said::of))
                            .containsExactly("timed out", "completed", "skipped (timed out)");

                    start = proactor().nanoTime();
                    assertThat(Said.of(scope.attempt(never.within(SOON)))).isEqualTo("timed out");
                    assertBetween(start, SOON_NANOS);
                    start = proactor().nanoTime();
                    var instant = new Deadline(start + SOON_NANOS);
                    assertThat(Said.of(scope.attempt(never.by(instant)))).isEqualTo("timed out");
                    assertBetween(start, SOON_NANOS);

                    scope.await(write(ends.writing(), text(scope, "x")));
                    assertThat(scope.await(link(never, linkTimeout(LONG)))._1()).isEqualTo(1);
                });
    }

    @Test
    @LoopThreads(why = "what wakes the loop is a completion, too, and counts")
    @Shows(UpdateTimeout.class)
    void updateShouldMoveATimeoutInFlight() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    long start = proactor().nanoTime();
                    var relative = scope.start(timeout(LONG));
                    scope.await(updateTimeout(relative.id(), SOON));
                    relative.await();
                    assertBetween(start, SOON_NANOS);

                    start = proactor().nanoTime();
                    var absolute = scope.start(timeout(LONG));
                    scope.await(updateTimeout(absolute.id(), new Deadline(start + SOON_NANOS)));
                    absolute.await();
                    assertBetween(start, SOON_NANOS);

                    start = proactor().nanoTime();
                    var counting = scope.start(timeout(LONG).orAfter(2));
                    scope.await(updateTimeout(counting.id(), SOON));
                    counting.await();
                    assertBetween(start, SOON_NANOS);
                    assertFails(
                            Errno.ENOENT,
                            scope.attempt(updateTimeout(new OperationId(0x123456789L), SOON)));
                });
    }

    private void assertBetween(long startNanos, long leastNanos) {
        assertThat(proactor().nanoTime() - startNanos).isBetween(leastNanos, LATE_NANOS);
    }
}
