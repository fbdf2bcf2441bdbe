package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Fd;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.OperationCancelledException;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.Trail;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Scopes in scopes: what fails, what is cancelled, what is shielded, what is handed on.
@Timeout(60)
class UringNestingTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);

    private Throwable thrownBy(Scope.Work<Exception> body) {
        try {
            Scope.run(proactor(), body);
        } catch (Exception thrown) {
            return thrown;
        }
        throw new AssertionError("it threw nothing");
    }

    @Test
    @Tag("S2")
    void firstFailureShouldBeThrownAndTheOthersSuppressedInOrderOfCompletion() {
        var thrown =
                thrownBy(
                        scope -> {
                            for (int i = 3; i > 0; i--) {
                                int number = i;
                                scope.fork(
                                        () -> {
                                            // none of them minds the cancellation
                                            for (int turn = 0; turn < number * 10; turn++) {
                                                scope.attempt(nop());
                                            }
                                            throw new IOException("task " + number);
                                        });
                            }
                        });
        assertThat(thrown).hasMessageStartingWith("task ");
        assertThat(thrown.getSuppressed()).hasSize(2);
        var all = new ArrayList<String>();
        all.add(thrown.getMessage());
        for (var other : thrown.getSuppressed()) {
            all.add(other.getMessage());
        }
        assertThat(all).containsExactlyInAnyOrder("task 1", "task 2", "task 3");
    }

    @Test
    @Tag("S2")
    void failureOfTheBodyShouldComeFirstAndThatOfATaskBeSuppressed() {
        var thrown =
                thrownBy(
                        scope -> {
                            scope.fork(
                                    () -> {
                                        scope.attempt(timeout(LONG));
                                        throw new IllegalStateException("the task, afterwards");
                                    });
                            scope.await(nop());
                            throw new IOException("the body");
                        });
        assertThat(thrown).hasMessage("the body");
        assertThat(thrown.getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("the task, afterwards");
    }

    @Test
    @Tag("S2")
    void cancellationsThatTheScopeCausedShouldNotBeErrors() {
        var thrown =
                thrownBy(
                        scope -> {
                            for (int i = 0; i < 10; i++) {
                                scope.fork(() -> scope.await(timeout(LONG)));
                                scope.start(timeout(LONG));
                                scope.start(nop().then(_ -> timeout(LONG)));
                            }
                            scope.fork(
                                    () -> {
                                        throw new IOException("the one");
                                    });
                            scope.await(timeout(LONG));
                        });
        assertThat(thrown).hasMessage("the one").hasNoSuppressedExceptions();
    }

    @Test
    @Tag("S2")
    void failureThatIsAwaitedShouldNotBeSuppressedInItself() {
        var thrown =
                thrownBy(
                        scope ->
                                scope.fork(
                                                () -> {
                                                    throw new TimeoutException("checked");
                                                })
                                        .await());
        assertThat(thrown)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class)
                .hasNoSuppressedExceptions();
    }

    @Test
    @Tag("S2")
    void manyFailuresShouldBeCountedAndNotAllKept() {
        var thrown =
                thrownBy(
                        scope -> {
                            for (int i = 0; i < 200; i++) {
                                scope.fork(
                                        () -> {
                                            throw new IOException("one of many");
                                        });
                            }
                        });
        assertThat(thrown.getSuppressed()).hasSize(64);
        assertThat(thrown.getSuppressed()[63]).hasMessageContaining("136 more failures");
    }

    @Test
    @Tag("S2")
    void errorsOfNestedScopesShouldArriveAsTheyAre() {
        var thrown =
                thrownBy(
                        outer ->
                                outer.child(
                                        ScopeOptions.of("middle"),
                                        middle ->
                                                middle.child(
                                                        ScopeOptions.of("inner"),
                                                        inner -> {
                                                            inner.fork(
                                                                    () -> {
                                                                        throw new IOException(
                                                                                "deep inside");
                                                                    });
                                                            return inner.await(timeout(LONG));
                                                        })));
        assertThat(thrown)
                .isInstanceOf(IOException.class)
                .hasMessage("deep inside")
                .hasNoSuppressedExceptions();
    }

    @Test
    @Tag("S1")
    void failureOfATaskShouldWakeABodyThatWaits() {
        var trail = new Trail();
        var thrown =
                thrownBy(
                        scope -> {
                            scope.fork(
                                    () -> {
                                        scope.await(nop());
                                        throw new IOException("the task");
                                    });
                            trail.add(Said.of(scope.attempt(timeout(LONG))));
                        });
        assertThat(thrown).hasMessage("the task");
        assertThat(trail.events()).containsExactly("cancelled");
    }

    @Test
    @Tag("S1")
    void tasksShouldBeAddedWhileOthersRunAndNotAfterwards() throws Exception {
        var trail = new Trail();
        var kept = new ArrayList<Scope>();
        Scope.run(
                proactor(),
                scope -> {
                    kept.add(scope);
                    scope.fork(
                            () -> {
                                scope.await(timeout(Duration.ofMillis(5))); // the body has returned
                                scope.fork(() -> trail.add("second"));
                                trail.add("first");
                            });
                });
        assertThat(trail.events()).containsExactlyInAnyOrder("first", "second");
        assertThatThrownBy(() -> kept.getFirst().fork(() -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    @Tag("X1")
    void taskForkedIntoACancelledScopeShouldBeginAndBeCancelledWhenItWaits() {
        var trail = new Trail();
        var thrown =
                thrownBy(
                        scope -> {
                            scope.cancel("beforehand");
                            scope.fork(
                                    () -> {
                                        trail.add("began");
                                        trail.add(Said.of(scope.attempt(timeout(LONG))));
                                        trail.add(Said.of(scope.attempt(timeout(LONG))));
                                        scope.await(timeout(LONG));
                                        trail.add("never");
                                    });
                        });
        assertThat(thrown)
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("beforehand");
        assertThat(trail.events()).containsExactly("began", "cancelled", "cancelled");
    }

    @Test
    @Tag("S6")
    void shieldShouldCutOffTheCancellationOfScopesAroundItButNotItsOwn() throws Exception {
        Scope.run(
                proactor(),
                top -> {
                    var outer = top.child(ScopeOptions.of("outer").within(Duration.ofMinutes(1)));
                    var shielded = outer.child(ScopeOptions.of("shielded").shield());
                    var inside = shielded.child(ScopeOptions.of("inside"));
                    var before = inside.start(timeout(Duration.ofMillis(20)));
                    outer.cancel("all but");
                    assertThat(shielded.deadline().isNever()).isTrue();
                    assertThat(shielded.isCancelled()).isFalse();
                    assertThat(Said.of(outer.attempt(nop()))).isEqualTo("cancelled");
                    assertThat(Said.of(inside.attempt(nop()))).isEqualTo("completed");
                    assertThat(Said.of(before.outcome())).isEqualTo("completed");
                    // opened when the scope around it had been cancelled
                    try (var late = outer.child(ScopeOptions.of("late").shield())) {
                        assertThat(Said.of(late.attempt(nop()))).isEqualTo("completed");
                    }
                    var pending = inside.start(timeout(LONG));
                    shielded.cancel("its own");
                    assertThat(pending.outcome().toString()).contains("its own");
                    inside.close();
                    shielded.close();
                    outer.close();
                });
    }

    @Test
    @Tag("X1")
    void cancellingAScopeShouldNotTouchThoseAroundOrBesideIt() throws Exception {
        Scope.run(
                proactor(),
                outer -> {
                    var left = outer.child(ScopeOptions.of("left"));
                    var right = outer.child(ScopeOptions.of("right"));
                    var pending = right.start(timeout(Duration.ofMillis(10)));
                    left.cancel("only this");
                    assertThat(Said.of(pending.outcome())).isEqualTo("completed");
                    assertThat(outer.isCancelled()).isFalse();
                    right.close();
                    left.close();
                });
    }

    @Test
    @Tag("X1")
    void cancelThatFindsNothingToCancelShouldNotBeAnError() throws Exception {
        int given =
                Scope.open(
                        proactor(),
                        scope -> {
                            scope.cancel("nothing waits");
                            return 5;
                        });
        assertThat(given).isEqualTo(5);
    }

    @Test
    @Tag("S1")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void scopesShouldNestDeeply() throws Exception {
        var scopes = new ArrayList<Scope>();
        scopes.add(Scope.open(proactor()));
        for (int i = 0; i < 1000; i++) {
            scopes.add(scopes.getLast().child(ScopeOptions.of("deep")));
        }
        var pending = scopes.getLast().start(timeout(LONG));
        scopes.getFirst().cancel("from far above");
        assertThat(pending.outcome().toString()).contains("from far above");
        for (var scope : scopes.reversed()) {
            scope.close();
        }
    }

    @Test
    @Tag("S1")
    void optionsShouldRefuseWhatMakesNoSense() {
        assertThatThrownBy(() -> ScopeOptions.DEFAULT.within(Duration.ofMillis(-1)))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> ScopeOptions.DEFAULT.cleanup(Duration.ofMillis(-1)))
                .isInstanceOf(InvalidValueException.class);
    }

    @Test
    @Tag("X3")
    void descriptorShouldMoveToAnotherScopeAndLiveAsLongAsThat() throws Exception {
        Scope.run(
                proactor(),
                outer -> {
                    var moved =
                            outer.child(
                                    ScopeOptions.of("makes"),
                                    inner -> {
                                        var pair = Pair.open(inner);
                                        inner.moveTo(outer, pair.near());
                                        assertThat(outer.adopt(pair.far())).isSameAs(pair.far());
                                        return pair;
                                    });
                    assertThat(outer.await(send(moved.near(), outer.lease(3)))).isEqualTo(3);
                    assertThat(outer.await(recv(moved.far(), outer.lease(8)))).isEqualTo(3);
                    assertThat(ring().metrics().descriptors()).isEqualTo(2);
                    // twice, and no scope that it has left closes it
                    var twice =
                            outer.child(
                                    ScopeOptions.of("passes on"),
                                    middle -> {
                                        var pair =
                                                middle.child(
                                                        ScopeOptions.of("makes"),
                                                        inner -> {
                                                            var made = Pair.open(inner);
                                                            inner.moveTo(middle, made.near());
                                                            inner.moveTo(middle, made.far());
                                                            return made;
                                                        });
                                        middle.moveTo(outer, pair.near());
                                        return pair;
                                    });
                    assertThat(twice.far().isOpen()).isFalse();
                    assertThat(outer.await(recv(twice.near(), outer.lease(8)))).isZero();
                    outer.await(close(twice.near()));
                    assertThat(ring().metrics().descriptors()).isEqualTo(2);
                    // and down again, to be closed there
                    outer.child(
                            ScopeOptions.of("closes"), inner -> outer.moveTo(inner, moved.near()));
                    assertThat(moved.near().isOpen()).isFalse();
                    assertThat(outer.await(recv(moved.far(), outer.lease(8)))).isZero();
                    assertThatThrownBy(() -> outer.adopt(moved.near()))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("closed");
                });
    }

    @Test
    @Tag("X5")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void slotShouldLiveAsLongAsItsScopeAndWhatIsInItBeClosed(@TempDir Path folder)
            throws Exception {
        var file = Files.writeString(folder.resolve("file"), "text");
        Scope.run(
                proactor(),
                outer -> {
                    var kept = new ArrayList<Fd>();
                    for (int round = 0; round < 3; round++) {
                        long published = ring().metrics().published();
                        outer.child(
                                ScopeOptions.of("slots"),
                                scope -> {
                                    for (int i = 0; i < 1024; i++) {
                                        var slot = scope.slot();
                                        kept.add(slot);
                                        if (i % 100 == 0) {
                                            scope.await(open(file, OpenFlag.READ).into(slot));
                                        }
                                    }
                                    assertThatThrownBy(scope::slot)
                                            .isInstanceOf(IllegalStateException.class)
                                            .hasMessageContaining("1024 fixed file slots");
                                    return 0;
                                });
                        assertThat(ring().metrics().published() - published)
                                .as("opens and closes")
                                .isEqualTo(22);
                    }
                    assertThat(kept).noneMatch(Fd::isOpen);
                    assertThat(Said.of(outer.attempt(recv(kept.getFirst(), outer.lease(8)))))
                            .isEqualTo("EBADF");
                });
    }

    @Test
    @Tag("X1")
    void failureShouldBeTheReasonThatTheOthersAreCancelledFor() {
        var trail = new Trail();
        var byTask =
                thrownBy(
                        scope -> {
                            scope.fork(() -> trail.add("" + scope.attempt(timeout(LONG))));
                            scope.fork(
                                    () -> {
                                        throw new IOException("no luck");
                                    });
                            trail.add("" + scope.attempt(timeout(LONG)));
                        });
        var byBody =
                thrownBy(
                        scope -> {
                            scope.fork(() -> trail.add("" + scope.attempt(timeout(LONG))));
                            scope.await(nop());
                            throw new IOException("no luck");
                        });
        assertThat(byTask).hasMessage("no luck");
        assertThat(byBody).hasMessage("no luck");
        assertThat(trail.events())
                .hasSize(3)
                .allMatch(event -> event.contains("failed: java.io.IOException: no luck"));
    }
}
