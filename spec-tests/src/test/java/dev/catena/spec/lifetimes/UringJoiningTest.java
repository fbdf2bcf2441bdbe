package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.OperationCancelledException;
import dev.catena.scope.Joining;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.Trail;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the end of one task means for its scope, by policy.
@Tag("S3")
@Timeout(60)
class UringJoiningTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void failFastShouldCancelTheOthersWhenATaskFails() {
        assertThatThrownBy(
                        () ->
                                Scope.open(
                                        proactor(),
                                        scope -> {
                                            scope.fork(() -> scope.await(timeout(LONG)));
                                            scope.fork(() -> fail("the second"));
                                            scope.fork(() -> scope.await(timeout(LONG)));
                                            return scope.await(timeout(LONG));
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("the second")
                .hasNoSuppressedExceptions();
        assertThat(ring().metrics().inFlight()).isZero();
    }

    @Test
    void collectAllShouldRunAllToTheirEndAndSuppressInOrderOfCompletion() {
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.open(
                                        proactor(),
                                        ScopeOptions.of("all").joining(Joining.COLLECT_ALL),
                                        scope -> {
                                            for (int i = 4; i > 0; i--) {
                                                int number = i;
                                                scope.fork(
                                                        () -> {
                                                            while (trail.events().size()
                                                                    < number - 1) {
                                                                scope.await(
                                                                        timeout(
                                                                                Duration.ofMillis(
                                                                                        1)));
                                                            }
                                                            trail.add("" + number);
                                                            return number == 3
                                                                    ? number
                                                                    : fail("task " + number);
                                                        });
                                            }
                                            return 0;
                                        }))
                .hasMessage("task 1")
                .satisfies(
                        thrown ->
                                assertThat(thrown.getSuppressed())
                                        .extracting(Throwable::getMessage)
                                        .containsExactly("task 2", "task 4"));
        assertThat(trail.events()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void firstSuccessShouldGiveTheFirstAndCancelAndDrainTheOthers() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var trail = new Trail();
                    List<Callable<String>> bodies =
                            List.of(
                                    () -> fail("the first to end"),
                                    () -> {
                                        var lost = scope.attempt(timeout(Duration.ofMillis(1)));
                                        return "winner, " + Said.of(lost);
                                    },
                                    () -> {
                                        scope.await(timeout(Duration.ofMillis(50)));
                                        trail.add("the outer scope's timeout is not cancelled");
                                        return "late";
                                    });
                    assertThat(scope.firstSuccess(bodies)).isEqualTo("winner, completed");
                    assertThat(trail.events())
                            .as("waited for")
                            .containsExactly("the outer scope's timeout is not cancelled");
                    assertThat(Said.of(scope.attempt(timeout(Duration.ZERO))))
                            .as("the scope around is as it was")
                            .isEqualTo("completed");
                    assertThat(pair.near().isOpen()).isTrue();
                });
    }

    @Test
    void firstSuccessPolicyShouldCancelWhatRunsInTheScopeItself() throws Exception {
        int given =
                Scope.open(
                        proactor(),
                        ScopeOptions.of("first").joining(Joining.FIRST_SUCCESS),
                        scope -> {
                            var pair = Pair.open(scope);
                            scope.fork(() -> scope.await(timeout(LONG)));
                            var task = scope.fork(() -> 7);
                            scope.start(recv(pair.near(), scope.lease(8)));
                            scope.join();
                            return task.await();
                        });
        assertThat(given).isEqualTo(7);
        assertThat(ring().metrics().inFlight()).isZero();
    }

    @Test
    void firstSuccessShouldThrowTheFirstFailureWithTheOthersWhenAllFail() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var bodies = new ArrayList<Callable<String>>();
                    for (int i = 3; i > 0; i--) {
                        int number = i;
                        bodies.add(
                                () -> {
                                    scope.await(timeout(Duration.ofMillis(10L * number)));
                                    return fail("task " + number);
                                });
                    }
                    assertThatThrownBy(() -> scope.firstSuccess(bodies))
                            .hasMessage("task 1")
                            .satisfies(
                                    thrown ->
                                            assertThat(thrown.getSuppressed())
                                                    .extracting(Throwable::getMessage)
                                                    .containsExactly("task 2", "task 3"));
                    assertThat(scope.isCancelled()).isFalse();
                    assertThatThrownBy(() -> scope.firstSuccess(List.of()))
                            .isInstanceOf(IllegalArgumentException.class);
                });
    }

    @Test
    void firstSuccessShouldBeCancelledWithTheScopeAroundIt() {
        assertThatThrownBy(
                        () ->
                                Scope.open(
                                        proactor(),
                                        scope -> {
                                            scope.fork(() -> cancelSoon(scope));
                                            List<Callable<Object>> bodies =
                                                    List.of(
                                                            () -> scope.await(timeout(LONG)),
                                                            () -> scope.await(timeout(LONG)));
                                            return scope.firstSuccess(bodies);
                                        }))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("not wanted");
    }

    @Test
    void failureOfAFinalizerShouldCountAfterATaskHasSucceeded() {
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.open(
                                        proactor(),
                                        ScopeOptions.of("first").joining(Joining.FIRST_SUCCESS),
                                        scope -> {
                                            scope.onClose(_ -> fail("no clean-up"));
                                            scope.fork(() -> fail("does not count"));
                                            return scope.fork(() -> 1).await();
                                        }))
                .hasMessage("no clean-up")
                .hasNoSuppressedExceptions();
        assertThat(trail.events()).isEmpty();
    }

    @Test
    void failureThatAProgramHandlesInATaskShouldNotBeTheScopes() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var outcome =
                            scope.fork(() -> Said.of(scope.attempt(accept(pair.near())))).await();
                    assertThat(outcome).isEqualTo("EINVAL");
                });
    }

    private static void cancelSoon(Scope scope) throws IOException {
        scope.await(timeout(Duration.ofMillis(5)));
        scope.cancel("not wanted");
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // it gives nothing
    private static <T> T fail(String message) throws IOException {
        throw new IOException(message);
    }
}
