package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catena.ops.Deadline;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.Trail;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// In which order a scope ends: it takes nothing new, cancels, drains, ends the scopes in it, runs its finalizers, closes
/// its descriptors, ends its leases, and leaves the scope around it.
@Timeout(60)
class UringClosingOrderTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    @Tag("S4")
    void scopeShouldEndInTheOrderOfTheRule() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                parent -> {
                    var scope = parent.child(ScopeOptions.of("ends"));
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(8);
                    var older = scope.child(ScopeOptions.of("older"));
                    var newer = scope.child(ScopeOptions.of("newer"));
                    for (var child : new Scope[] {older, newer}) {
                        child.start(timeout(LONG));
                        child.onClose(_ -> trail.add("finalizer of " + child.name()));
                    }
                    var receive = scope.start(recv(pair.near(), buffer));
                    var _ =
                            receive.toCompletableFuture()
                                    .whenComplete((_, failure) -> trail.add("drained: " + failure));
                    scope.onClose(
                            shielded -> {
                                assertThat(receive.isDone()).as("drained").isTrue();
                                assertThat(pair.near().isOpen()).as("closed later").isTrue();
                                assertThat(buffer.get(0)).as("ended later").isZero();
                                assertThat(ring().metrics().scopes())
                                        .as("parent, this one, its finalizers'")
                                        .isEqualTo(3);
                                trail.add("finalizer");
                            });
                    buffer.size();
                    assertThatThrownBy(scope::close).hasMessageContaining("before scopes within");
                    trail.add("closed");
                    assertThat(pair.near().isOpen()).isFalse();
                    assertThatThrownBy(() -> buffer.get(0)).hasMessageContaining("has ended");
                    assertThatThrownBy(() -> scope.start(nop())).hasMessageContaining("is closed");
                    assertThatThrownBy(() -> scope.fork(() -> 1)).hasMessageContaining("is closed");
                    assertThatThrownBy(() -> scope.lease(8)).hasMessageContaining("is closed");
                    assertThatThrownBy(() -> scope.onClose(_ -> {}))
                            .hasMessageContaining("is closed");
                    assertThat(ring().metrics().scopes()).isEqualTo(1);
                });
        assertThat(trail.events())
                .containsExactly(
                        "drained: dev.catena.ops.OperationCancelledException: "
                                + trail.events().getFirst().replaceAll("^drained: [^:]*: ", ""),
                        "finalizer of newer",
                        "finalizer of older",
                        "finalizer",
                        "closed");
    }

    @Test
    @Tag("S4")
    void finalizersShouldRunNewestFirstEachThoughAnotherThrows() {
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            for (int i = 1; i <= 4; i++) {
                                                int number = i;
                                                scope.onClose(
                                                        _ -> {
                                                            trail.add("" + number);
                                                            if (number % 2 == 0) {
                                                                throw new IOException(
                                                                        "finalizer " + number);
                                                            }
                                                        });
                                            }
                                        }))
                .hasMessage("finalizer 4")
                .satisfies(
                        thrown ->
                                assertThat(thrown.getSuppressed())
                                        .extracting(Throwable::getMessage)
                                        .containsExactly("finalizer 2"));
        assertThat(trail.events()).containsExactly("4", "3", "2", "1");
    }

    @Test
    @Tag("S4")
    @Tag("S6")
    void finalizersShouldBeShieldedFromTheCancellationAndTheDeadline() {
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        outer -> {
                                            var pair = Pair.open(outer);
                                            outer.child(
                                                    ScopeOptions.of("late")
                                                            .within(Duration.ofMillis(1)),
                                                    scope -> {
                                                        scope.onClose(
                                                                shielded -> {
                                                                    shielded.await(
                                                                            timeout(
                                                                                    Duration
                                                                                            .ofMillis(
                                                                                                    5)));
                                                                    int sent =
                                                                            shielded.await(
                                                                                    send(
                                                                                            pair
                                                                                                    .near(),
                                                                                            shielded
                                                                                                    .lease(
                                                                                                            3)));
                                                                    trail.add("sent " + sent);
                                                                });
                                                        return scope.await(timeout(LONG));
                                                    });
                                        }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(trail.events()).containsExactly("sent 3");
    }

    @Test
    @Tag("S4")
    void finalizersShouldShareOneTimeLimitAndEachBeRun() {
        var trail = new Trail();
        var limits = new HashSet<Deadline>();
        var slow = ScopeOptions.of("slow").cleanup(Duration.ofMillis(20));
        assertThatThrownBy(
                        () ->
                                Scope.open(
                                        proactor(),
                                        slow,
                                        scope -> {
                                            for (int i = 0; i < 3; i++) {
                                                scope.onClose(
                                                        shielded -> {
                                                            limits.add(shielded.deadline());
                                                            var slept =
                                                                    shielded.attempt(timeout(LONG));
                                                            trail.add(Said.of(slept));
                                                        });
                                            }
                                            scope.onClose(
                                                    shielded -> {
                                                        limits.add(shielded.deadline());
                                                        shielded.await(timeout(LONG));
                                                    });
                                            return 1;
                                        }))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("clean-up of scope 'slow'");
        assertThat(trail.events()).containsExactly("timed out", "timed out", "timed out");
        assertThat(limits).as("deadlines of four finalizers").hasSize(1);
    }

    @Test
    @Tag("S4")
    void finalizersShouldRunHoweverTheScopeEnds() throws Exception {
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            scope.onClose(_ -> trail.add("failed"));
                                            throw new IOException("the body");
                                        }))
                .hasMessage("the body");
        try (var scope = Scope.open(proactor())) {
            scope.onClose(_ -> trail.add("closed"));
        }
        var lost = Scope.open(proactor());
        lost.onClose(_ -> trail.add("closed by the proactor"));
        try (var _ = Log.open()) {
            proactor().close();
        }
        assertThat(trail.events()).containsExactly("failed", "closed", "closed by the proactor");
    }

    @Test
    @Tag("S4")
    void failureOfTheBodyShouldComeBeforeThoseOfFinalizers() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            scope.onClose(
                                                    _ -> {
                                                        throw new IllegalStateException(
                                                                "the finalizer");
                                                    });
                                            throw new IOException("the body");
                                        }))
                .hasMessage("the body")
                .satisfies(
                        thrown ->
                                assertThat(thrown.getSuppressed())
                                        .extracting(Throwable::getMessage)
                                        .containsExactly("the finalizer"));
    }

    @Test
    @Tag("S5")
    void scopeClosedBeforeThoseWithinItShouldCloseThemNewestFirstAndThenThrowOnce()
            throws Exception {
        var trail = new Trail();
        var scopes = new ArrayList<Scope>();
        scopes.add(Scope.open(proactor()));
        for (int i = 1; i < 4; i++) {
            var scope = scopes.getLast().child(ScopeOptions.of("depth " + i));
            scope.onClose(_ -> trail.add(scope.name()));
            scope.start(timeout(LONG));
            scopes.add(scope);
        }
        assertThatThrownBy(scopes.getFirst()::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("before scopes within it");
        assertThat(trail.events()).containsExactly("depth 3", "depth 2", "depth 1");
        for (var scope : scopes.reversed()) {
            scope.close(); // does nothing any more
        }
    }

    @Test
    @Tag("S5")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void onlyTheOwnerShouldJoinAndCloseAndNothingShouldChangeOtherwise() throws Exception {
        try (var scope = Scope.open(proactor())) {
            var pending = scope.start(timeout(LONG));
            for (ThrowingCallable action : List.<ThrowingCallable>of(scope::join, scope::close)) {
                var seen = new CompletableFuture<Throwable>();
                Thread.ofPlatform().start(() -> seen.complete(catchThrowable(action)));
                assertThat(seen.join())
                        .isInstanceOf(WrongThreadException.class)
                        .hasMessageContaining("belongs to");
            }
            assertThat(pending.isDone()).isFalse();
            assertThat(scope.isCancelled()).isFalse();
            assertThat(Said.of(scope.attempt(nop()))).isEqualTo("completed");
        }
    }

    @Test
    @Tag("S5")
    void taskOfAScopeShouldNotCloseIt() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var task =
                            scope.fork(
                                    () -> {
                                        assertThatThrownBy(scope::close)
                                                .isInstanceOf(WrongThreadException.class);
                                        assertThatThrownBy(scope::join)
                                                .isInstanceOf(WrongThreadException.class);
                                        return scope.isCancelled();
                                    });
                    assertThat(task.await()).isFalse();
                });
    }

    @Test
    @Tag("S1")
    void tryFormShouldCancelWhatWasNotJoinedAndDrain() throws Exception {
        for (int round = 0; round < 100; round++) {
            long before = ring().metrics().published();
            try (var scope = Scope.open(proactor())) {
                var ends = scope.await(pipe());
                scope.start(read(ends.reading(), scope.lease(8)));
                scope.fork(() -> scope.attempt(timeout(LONG)));
            }
            assertThat(ring().metrics().published()).isGreaterThan(before);
            assertThat(ring().metrics().inFlight()).isZero();
            assertThat(ring().metrics().leases()).isZero();
            assertThat(ring().metrics().descriptors()).isZero();
        }
    }

    @Test
    @Tag("S1")
    void bodyFormShouldJoinOnSuccessCancelOnFailureAndDrainEitherWay() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    scope.fork(
                            () -> {
                                scope.await(timeout(Duration.ofMillis(20)));
                                trail.add("joined");
                            });
                    scope.start(timeout(Duration.ofMillis(30)));
                });
        trail.add("returned");
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            scope.fork(
                                                    () ->
                                                            trail.add(
                                                                    Said.of(
                                                                            scope.attempt(
                                                                                    timeout(
                                                                                            LONG)))));
                                            scope.await(nop());
                                            throw new IOException("the body");
                                        }))
                .hasMessage("the body")
                .hasNoSuppressedExceptions();
        trail.add("thrown");
        assertThat(trail.events()).containsExactly("joined", "returned", "cancelled", "thrown");
        assertThat(ring().metrics().inFlight()).isZero();
    }
}
