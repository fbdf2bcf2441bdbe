package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.OperationCancelledException;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.Trail;
import dev.catena.spec.UringSpec;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// An interrupt from outside cancels what its thread waits for, drains it, and is there again afterwards.
@Tag("X6")
@Timeout(60)
@NotOn(
        value = DriverOfTests.SIM,
        why = "its time passes at once when all wait, which somebody outside does here")
class UringInterruptTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);

    @AfterEach
    void forgetTheInterrupt() {
        var _ = Thread.interrupted();
    }

    @Test
    void interruptShouldCancelAScopeWhoseBodyRunsElsewhereAndBeThereAgain() {
        for (int round = 0; round < 200; round++) {
            Thread.currentThread().interrupt(); // also before there is a scope
            assertThatThrownBy(() -> Scope.run(proactor(), scope -> scope.await(timeout(LONG))))
                    .isInstanceOf(OperationCancelledException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(ring().metrics().inFlight()).as("drained").isZero();
        }
    }

    @Test
    void interruptOfAThreadThatJoinsShouldCancelAndDrainAndBeThereAgain() throws Exception {
        var scope = Scope.open(proactor());
        var pair = Pair.open(scope);
        var pending = scope.start(recv(pair.near(), scope.lease(8)));
        Thread.currentThread().interrupt();
        scope.join();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(scope.isCancelled()).isTrue();
        assertThat(pending.isDone()).isTrue();
        assertThat(ring().metrics().inFlight()).isZero();
        scope.close();
    }

    @Test
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void interruptOfAThreadThatAwaitsAnOperationShouldCancelItsScope() throws Exception {
        var scope = Scope.open(proactor());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> scope.await(timeout(LONG)))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        scope.close();
    }

    @Test
    void interruptOfATaskShouldCancelItsScopeAndBeThereAgainForTheTask() {
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            var task =
                                                    scope.fork(
                                                            () -> {
                                                                Thread.currentThread().interrupt();
                                                                var outcome =
                                                                        scope.attempt(
                                                                                timeout(LONG));
                                                                trail.add(
                                                                        outcome.getClass()
                                                                                .getSimpleName());
                                                                trail.add(
                                                                        "interrupted: "
                                                                                + Thread
                                                                                        .interrupted());
                                                            });
                                            task.await();
                                            scope.await(timeout(LONG));
                                        }))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("interrupted");
        assertThat(trail.events()).containsExactly("Cancelled", "interrupted: true");
    }

    @Test
    void cancellingShouldInterruptNobody() {
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            for (int i = 0; i < 10; i++) {
                                                scope.fork(
                                                        () -> {
                                                            scope.attempt(timeout(LONG));
                                                            trail.add(
                                                                    ""
                                                                            + Thread.currentThread()
                                                                                    .isInterrupted());
                                                        });
                                            }
                                            scope.await(timeout(Duration.ofMillis(1)));
                                            scope.cancel("enough");
                                            scope.await(timeout(LONG));
                                        }))
                .hasMessageContaining("enough");
        assertThat(trail.events()).hasSize(10).containsOnly("false");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
