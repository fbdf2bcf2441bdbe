package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.OperationFailedException;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Scheduling;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is counted always, and what is reported when something was forgotten.
@Tag("S8")
@Timeout(60)
class UringCountersTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void everyCounterShouldTellWhatHappened() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var start = ring.metrics();
                        assertThat(start.scopes()).isEqualTo(1);
                        var pair = Pair.open(scope);
                        assertThat(ring.metrics().descriptors()).isEqualTo(2);
                        var buffer = scope.lease(8);
                        scope.lease(8);
                        assertThat(ring.metrics().leases()).isEqualTo(2);
                        var receive = scope.start(recv(pair.near(), buffer));
                        assertThat(ring.metrics().inFlight()).isEqualTo(1);
                        receive.cancel("enough");
                        receive.outcome();
                        assertThat(ring.metrics().cancelled()).isEqualTo(1);
                        scope.await(sendAll(pair.far(), buffer));
                        var late = scope.start(recv(pair.near(), buffer));
                        late.cancel("too late");
                        late.outcome();
                        if (Scheduling.isTheLoops()) { // else it may have ended before the cancel
                            assertThat(ring.metrics().completedAfterCancel()).isEqualTo(1);
                        }
                        assertThat(ring.metrics().cancelled()).isEqualTo(1);
                        var timed = scope.child(ScopeOptions.of("timed").within(LONG));
                        assertThat(ring.metrics().scopes()).isEqualTo(2);
                        assertThat(ring.metrics().timers()).isPositive();
                        timed.close();
                        scope.release(buffer);
                        assertThat(ring.metrics().leases()).isEqualTo(1);
                        Loop.until(ring.proactor(), now -> now.inFlight() == 0);
                        assertThat(ring.metrics().terminal()).isEqualTo(ring.metrics().published());
                        assertThat(ring.metrics().enters()).isGreaterThan(start.enters());
                        assertThat(ring.metrics().stale()).isZero();
                        assertThat(ring.metrics().quarantined()).isZero();
                    });
        }
    }

    @Test
    void operationThatNobodyAwaitedShouldBeReportedWithTheLineThatStartedIt() throws Exception {
        try (var ring = RingUnderTest.open(builder -> builder.captureSites(true));
                var log = Log.open()) {
            Scope.open(
                    ring.proactor(),
                    ScopeOptions.of("forgetful"),
                    scope -> {
                        startAndForget(scope);
                        scope.start(nop()).await();
                        scope.start(nop().then(_ -> nop())).outcome();
                        return scope.await(nop());
                    });
            assertThat(log.text())
                    .contains("nop() was started in scope 'forgetful' and never awaited")
                    .contains("submitted here")
                    .contains("UringCountersTest.startAndForget");
            assertThat(log.text().split("never awaited", -1)).as("only that one").hasSize(2);
        }
    }

    private static void startAndForget(Scope scope) {
        scope.start(nop());
    }

    @Test
    void scopeThatWasLostShouldBeReportedWithTheLineThatOpenedIt() throws Exception {
        var ring = RingUnderTest.open(builder -> builder.captureSites(true));
        try (var log = Log.open()) {
            openAndForget(ring);
            ring.proactor().close();
            assertThat(log.text())
                    .contains("the scope was not closed before its proactor")
                    .contains("UringCountersTest.openAndForget");
        }
        ring.close();
    }

    private static void openAndForget(RingUnderTest ring) throws java.io.IOException {
        var scope = Scope.open(ring.proactor());
        scope.lease(64);
        scope.start(timeout(LONG)).isDone();
    }

    @Test
    void failureShouldSayWhereItsOperationWasSubmittedWhenThatIsRecorded() throws Exception {
        try (var ring = RingUnderTest.open(builder -> builder.captureSites(true))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var near = Pair.open(scope).near();
                        assertThatThrownBy(() -> scope.await(accept(near)))
                                .isInstanceOf(OperationFailedException.class)
                                .hasMessageContaining("EINVAL")
                                .satisfies(
                                        thrown ->
                                                assertThat(thrown.getSuppressed()[0])
                                                        .hasMessage("submitted here")
                                                        .hasStackTraceContaining(
                                                                "UringCountersTest"));
                    });
        }
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var near = Pair.open(scope).near();
                        assertThatThrownBy(() -> scope.await(accept(near)))
                                .hasNoSuppressedExceptions();
                    });
        }
    }

    @Test
    void failureThatNobodyAskedForShouldBeTheScopesAndSayWhereItWasSubmitted() throws Exception {
        try (var ring = RingUnderTest.open(builder -> builder.captureSites(true))) {
            assertThatThrownBy(
                            () ->
                                    Scope.run(
                                            ring.proactor(),
                                            scope -> scope.start(accept(Pair.open(scope).near()))))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("EINVAL")
                    .hasMessageContaining("accept(")
                    .satisfies(
                            thrown ->
                                    assertThat(thrown.getSuppressed()[0])
                                            .hasMessage("submitted here"));
        }
    }
}
