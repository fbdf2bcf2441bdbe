package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.sleep;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.OperationCancelledException;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.Trail;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the tasks of a scope can still do after its body has thrown, until the last of them is done: they are told of the
/// cancellation, as before, and clean up behind a shield.
@Tag("S4")
@Timeout(60)
class UringDrainingTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);

    /// Runs a task in a scope whose body has thrown by then.
    private void afterTheBodyHasThrown(Scope.Work<Exception> task) {
        var failure = new AtomicReference<Throwable>();
        var trail = new Trail();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            scope.fork(
                                                    () -> {
                                                        scope.attempt(timeout(LONG));
                                                        try {
                                                            task.run(scope);
                                                            trail.add("done");
                                                        } catch (Throwable thrown) {
                                                            failure.set(thrown);
                                                        }
                                                    });
                                            scope.await(nop());
                                            throw new IOException("the body");
                                        }))
                .hasMessage("the body")
                .hasNoSuppressedExceptions();
        assertThat(failure.get()).isNull();
        assertThat(trail.events()).containsExactly("done");
    }

    @Test
    @Tag("X2")
    void taskShouldBeToldOfTheCancellationAndNotThatTheScopeIsClosed() {
        afterTheBodyHasThrown(
                scope -> {
                    long published = ring().metrics().published();
                    assertThat(Said.of(scope.attempt(nop()))).isEqualTo("cancelled");
                    assertThat(Said.of(scope.attempt(sleep(LONG)))).isEqualTo("cancelled");
                    assertThat(Said.of(scope.attempt(done(1).then(_ -> nop()))))
                            .isEqualTo("cancelled");
                    assertThat(Said.of(scope.start(nop()).outcome())).isEqualTo("cancelled");
                    assertThatThrownBy(() -> scope.await(nop()))
                            .isInstanceOf(OperationCancelledException.class)
                            .hasMessageContaining("the body");
                    assertThatThrownBy(
                                    () ->
                                            scope.child(
                                                    ScopeOptions.DEFAULT,
                                                    child -> child.await(nop())))
                            .isInstanceOf(OperationCancelledException.class);
                    assertThat(ring().metrics().published()).isEqualTo(published);
                });
    }

    @Test
    @Tag("S6")
    void cleanUpBehindAShieldShouldWorkUntilTheLastTaskIsDone() {
        afterTheBodyHasThrown(
                scope -> {
                    var said =
                            scope.child(
                                    ScopeOptions.DEFAULT.shield(),
                                    shielded -> {
                                        var pair = Pair.open(shielded);
                                        var buffer = shielded.lease(8);
                                        shielded.await(
                                                dev.catena.ops.Ops.send(pair.near(), buffer));
                                        shielded.fork(() -> shielded.await(nop())).await();
                                        return shielded.await(
                                                dev.catena.ops.Ops.recv(pair.far(), buffer));
                                    });
                    assertThat(said).isEqualTo(8);
                    try (var shielded = scope.child(ScopeOptions.DEFAULT.shield())) {
                        scope.adopt(shielded.await(pipe()).reading());
                    }
                    scope.lease(16);
                });
    }

    @Test
    void taskShouldStillForkAndLeaveFinalizers() {
        var trail = new Trail();
        afterTheBodyHasThrown(
                scope -> {
                    scope.onClose(cleanup -> trail.add("finalizer " + cleanup.await(nop())));
                    scope.fork(() -> trail.add("forked " + Said.of(scope.attempt(nop()))));
                });
        assertThat(trail.events()).containsExactly("forked cancelled", "finalizer ()");
    }

    @Test
    void scopeShouldTakeNothingOnceItHasEnded() {
        var ended = new AtomicReference<Scope>();
        afterTheBodyHasThrown(ended::set);
        var scope = ended.get();
        assertThatThrownBy(() -> scope.attempt(nop())).hasMessageEndingWith("is closed");
        assertThatThrownBy(() -> scope.fork(() -> 1)).hasMessageEndingWith("is closed");
        assertThatThrownBy(() -> scope.lease(1)).hasMessageEndingWith("is closed");
        assertThatThrownBy(() -> scope.onClose(_ -> {})).hasMessageEndingWith("is closed");
        assertThatThrownBy(() -> scope.child(ScopeOptions.DEFAULT.shield(), _ -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("is closed");
    }

    /// Of a scope whose body has returned and whose tasks are done, but that waits for a scope left open in it to drain.
    @Test
    void scopeThatEndsWithoutACancelShouldRefuseWhatComesFromOutside() throws Exception {
        var said = new AtomicReference<String>();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            var open = scope.child(ScopeOptions.DEFAULT);
                                            open.onClose(
                                                    _ ->
                                                            said.set(
                                                                    Said.of(
                                                                            scope.attempt(
                                                                                    timeout(
                                                                                            LONG)))));
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was ended before scopes within it");
        assertThat(said.get()).isEqualTo("cancelled");
    }
}
