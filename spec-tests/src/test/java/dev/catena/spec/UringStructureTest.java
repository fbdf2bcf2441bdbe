package dev.catena.spec;

import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.OpenFlag;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.OperationFailedException;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import io.vavr.Tuple0;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// S1 to S8: how scopes nest, fail and end.
class UringStructureTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final ScopeOptions INNER = ScopeOptions.DEFAULT.named("inner");

    @Test
    @Tag("S1")
    void scopeShouldJoinWhatItStartedWhenItsBodySucceeds() throws Exception {
        var trail = new Trail();
        var result =
                Scope.open(
                        proactor(),
                        scope -> {
                            scope.fork(
                                    () -> {
                                        scope.await(timeout(Duration.ofMillis(20)));
                                        trail.add("task ended");
                                    });
                            scope.start(timeout(Duration.ofMillis(10)).map(_ -> logged(trail)));
                            trail.add("body ended");
                            return "result";
                        });
        trail.add("scope ended");
        assertThat(result).isEqualTo("result");
        assertThat(trail.events())
                .containsExactly("body ended", "pipeline ended", "task ended", "scope ended");
    }

    private static int logged(Trail trail) {
        trail.add("pipeline ended");
        return 0;
    }

    @Test
    @Tag("S1")
    void scopeShouldCancelWhatItStartedWhenItsBodyFails() throws Exception {
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            scope.fork(
                                                    () -> {
                                                        var outcome = scope.attempt(timeout(LONG));
                                                        trail.add("task " + Said.of(outcome));
                                                    });
                                            scope.await(nop());
                                            throw new IllegalArgumentException("the body's own");
                                        }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the body's own")
                .hasNoSuppressedExceptions();
        trail.add("scope ended");
        assertThat(trail.events()).containsExactly("task cancelled", "scope ended");
    }

    @Test
    @Tag("S1")
    void failingTaskShouldCancelItsScopeAndBeThrownByIt() throws Exception {
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            scope.fork(
                                                    () -> {
                                                        scope.await(nop());
                                                        throw new IOException("the task's own");
                                                    });
                                            trail.add(Said.of(scope.attempt(timeout(LONG))));
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("the task's own")
                .hasNoSuppressedExceptions();
        assertThat(trail.events()).containsExactly("cancelled");
    }

    @Test
    @Tag("S1")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void tryScopeShouldCancelWhatWasNotJoined() throws Exception {
        var trail = new Trail();
        CompletableFuture<Tuple0> ended;
        try (var scope = Scope.open(proactor())) {
            var timer = scope.start(timeout(LONG)).toCompletableFuture();
            ended = timer.whenComplete((_, _) -> trail.add("timer ended"));
            scope.await(nop());
            trail.add("closing");
        }
        trail.add("closed");
        assertThat(ended).isCompletedExceptionally();
        assertThat(trail.events()).containsExactly("closing", "timer ended", "closed");
    }

    @Test
    @Tag("S2")
    void firstFailureShouldBeThrownWithTheOthersSuppressedInTheirOrder() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            failLater(scope, 30, "second");
                                            failLater(scope, 10, "first");
                                            failLater(scope, 50, "third");
                                        }))
                .hasMessage("first")
                .satisfies(
                        first ->
                                assertThat(first.getSuppressed())
                                        .extracting(Throwable::getMessage)
                                        .containsExactly("second", "third"));
    }

    /// A task that fails then, also when it is cancelled meanwhile.
    private static void failLater(Scope scope, int millis, String message) {
        scope.fork(
                () -> {
                    scope.child(
                            ScopeOptions.DEFAULT.shield(),
                            inner -> inner.await(timeout(Duration.ofMillis(millis))));
                    throw new IOException(message);
                });
    }

    @Test
    @Tag("S2")
    void cancellationsThatTheScopeCausedShouldNotBeErrors() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            for (int i = 0; i < 5; i++) {
                                                scope.fork(() -> scope.await(timeout(LONG)));
                                                scope.start(timeout(LONG));
                                            }
                                            scope.await(nop());
                                            throw new IOException("the only one");
                                        }))
                .hasMessage("the only one")
                .hasNoSuppressedExceptions();
    }

    @Test
    @Tag("S2")
    void failureOfWhatWasStartedShouldBeTheScopesUnlessSomebodySawIt() throws Exception {
        var missing = open(Path.of("/nowhere/at/all"), OpenFlag.READ);
        assertThatThrownBy(() -> Scope.run(proactor(), scope -> scope.start(missing)))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("ENOENT");
        Scope.run(
                proactor(),
                scope -> assertThat(Said.of(scope.start(missing).outcome())).isEqualTo("ENOENT"));
    }

    @Test
    @Tag("S2")
    void checkedExceptionOfATaskShouldBeWrappedOnce() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope ->
                                                scope.fork(
                                                        () -> {
                                                            throw new InterruptedException("odd");
                                                        })))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    @Tag("S2")
    void cancelledScopeShouldSayThatNotAllWasDone() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            scope.fork(() -> scope.await(timeout(LONG)));
                                            scope.await(nop());
                                            scope.cancel("that was enough");
                                        }))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("that was enough");
    }

    @Test
    @Tag("S5")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void onlyTheOwnerShouldJoinAndCloseAndNothingShouldChangeOtherwise() throws Exception {
        try (var scope = Scope.open(proactor())) {
            var timer = scope.start(timeout(LONG));
            var thrown = new AtomicReference<Throwable>(new AssertionError("nothing was thrown"));
            for (Scope.Action forbidden : new Scope.Action[] {scope::join, scope::close}) {
                var other = Thread.ofPlatform().start(() -> thrown.set(catching(forbidden)));
                other.join();
                assertThat(thrown.get())
                        .isInstanceOf(WrongThreadException.class)
                        .hasMessageContaining("belongs to");
                assertThat(timer.isDone()).isFalse();
                assertThat(scope.isCancelled()).isFalse();
            }
            assertThat(scope.attempt(nop()).isCompleted()).isTrue();
        }
    }

    private static Throwable catching(Scope.Action action) {
        try {
            action.run();
            return new AssertionError("nothing was thrown");
        } catch (Throwable e) {
            return e;
        }
    }

    @Test
    @Tag("S5")
    void closingOutOfOrderShouldCloseTheInnerScopesFirstAndThenThrow() {
        var trail = new Trail();
        assertThatThrownBy(() -> Scope.run(proactor(), outer -> closeFromWithin(outer, trail)))
                .as("the timer of the inner scope was cut short")
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("the scope was closed");
        assertThat(trail.events())
                .containsExactly(
                        "the scope was ended before scopes within it, which were closed first",
                        "cancelled",
                        "scope 'inner' is closed");
    }

    private static int closeFromWithin(Scope outer, Trail trail) throws IOException {
        return outer.child(
                INNER,
                inner -> {
                    var timer = inner.start(timeout(LONG));
                    closeOutOfOrder(outer, trail);
                    trail.add(Said.of(timer.outcome()));
                    return refused(inner, trail);
                });
    }

    private static void closeOutOfOrder(Scope outer, Trail trail) throws IOException {
        try {
            outer.close();
            trail.add("nothing was thrown");
        } catch (IllegalStateException e) {
            trail.add(String.valueOf(e.getMessage()));
        }
    }

    private static int refused(Scope inner, Trail trail) {
        try {
            inner.attempt(nop());
            trail.add("the inner scope was still open");
        } catch (IllegalStateException e) {
            trail.add(String.valueOf(e.getMessage()));
        }
        return 0;
    }

    @Test
    @Tag("S5")
    void joiningAScopeFromWithinAScopeOfItsOwnShouldFailInsteadOfWaitingForItself() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        outer ->
                                                outer.child(
                                                        INNER,
                                                        _ -> {
                                                            outer.join();
                                                            return 0;
                                                        })))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("scope 'inner'");
    }

    @Test
    @Tag("S6")
    void shieldShouldCutTheParentsCancellationAndDeadlineOff() throws Exception {
        var trail = new Trail();
        var brief = INNER.within(Duration.ofMillis(10));
        var shield = ScopeOptions.DEFAULT.shield();
        Scope.run(
                proactor(),
                scope ->
                        scope.child(
                                brief,
                                inner -> {
                                    trail.add(Said.of(inner.attempt(timeout(LONG))));
                                    return inner.child(
                                            shield, shielded -> cleanUp(shielded, trail));
                                }));
        assertThat(trail.events()).containsExactly("timed out", "cleaned up");
    }

    private static int cleanUp(Scope scope, Trail trail) throws IOException {
        scope.await(timeout(Duration.ofMillis(20)));
        trail.add("cleaned up");
        return 0;
    }

    @Test
    @Tag("S6")
    void cancellingAScopeShouldCancelThoseInItButNotShieldedOnes() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    scope.fork(
                            () ->
                                    scope.child(
                                            INNER,
                                            inner -> {
                                                var outcome = inner.attempt(timeout(LONG));
                                                trail.add("child " + Said.of(outcome));
                                                return 0;
                                            }));
                    scope.fork(
                            () ->
                                    scope.child(
                                            ScopeOptions.DEFAULT.shield(),
                                            inner -> {
                                                var outcome =
                                                        inner.attempt(
                                                                timeout(Duration.ofMillis(20)));
                                                trail.add("shielded " + Said.of(outcome));
                                                return 0;
                                            }));
                    scope.await(nop());
                    scope.cancel("enough");
                });
        assertThat(trail.events()).containsExactly("child cancelled", "shielded completed");
    }

    @Test
    @Tag("S7")
    @NotOn(value = DriverOfTests.SIM, why = "it keeps a trail of all that has happened")
    void longLivedParentShouldUseConstantMemoryHoweverManyChildrenComeAndGo() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (int i = 0; i < 20_000; i++) {
                        scope.child(
                                INNER,
                                inner -> {
                                    inner.lease(64);
                                    return inner.await(nop());
                                });
                        scope.start(nop()).await();
                    }
                    for (int i = 0; i < 2_000; i++) {
                        scope.fork(() -> scope.await(nop())).await();
                    }
                    assertThat(Reachable.from(scope))
                            .as("objects that the scope keeps, by class")
                            .allSatisfy((_, count) -> assertThat(count).isLessThan(1_000));
                });
    }

    @Test
    @Tag("S8")
    void countersShouldTellWhatBecameOfEverything() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var before = ring().metrics();
                    scope.await(nop());
                    assertThat(ring().metrics().published()).isEqualTo(before.published() + 1);
                    assertThat(ring().metrics().terminal()).isEqualTo(before.terminal() + 1);

                    var waiting = scope.start(recv(pair.near(), scope.lease(8)));
                    assertThat(ring().metrics().inFlight()).isEqualTo(1);
                    assertThat(ring().metrics().leases()).isEqualTo(1);
                    waiting.cancel("counted");
                    assertThat(waiting.outcome().isCompleted()).isFalse();
                    assertThat(ring().metrics().cancelled()).isEqualTo(before.cancelled() + 1);

                    scope.await(send(pair.far(), scope.lease(8)));
                    var late = scope.start(recv(pair.near(), scope.lease(8)));
                    late.cancel("too late");
                    assertThat(late.await()).isEqualTo(8);
                    if (Scheduling.isTheLoops()) { // else it may have ended before the cancel
                        assertThat(ring().metrics().completedAfterCancel()).isEqualTo(1);
                    }
                    assertThat(ring().metrics().descriptors()).isEqualTo(2);
                    assertThat(ring().metrics().scopes()).isEqualTo(1);
                });
        assertThat(ring().metrics().scopes()).isZero();
    }
}
