package dev.catena.spec.guide;

import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.sendAll;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Fd;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.Outcome;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The snippets of `docs/guide/cancellation.md`.
@Timeout(60)
class CancellationTest extends GuideSpec {
    private final List<String> said = new ArrayList<>();

    private void log(String line) {
        said.add(line);
    }

    @Test
    void outcomeShouldSayWhatBecameOfIt() throws Exception {
        sim().peer().listen(SERVER).accept().receiveAll();
        run(
                scope -> {
                    var socket = connected(scope);
                    var buffer = scope.lease(64);
                    var receiving = scope.start(recv(socket, buffer));
                    receiving.cancel("the user pressed escape");
                    switch (receiving.outcome()) {
                        case Outcome.Cancelled<Integer>(_, var reason) ->
                                log("nothing came: " + reason);
                        case Outcome.Completed<Integer>(var n) -> log(n + " bytes came first");
                        case Outcome<Integer> other -> log("neither: " + other);
                    }
                });
        assertThat(said).containsExactly("nothing came: the user pressed escape");
    }

    private static String ask(Scope scope, Fd socket) throws IOException {
        return next(scope, socket);
    }

    @Test
    void deadlineShouldNameItsScope() throws Exception {
        sim().peer().listen(SERVER).accept().after(ofSeconds(1)).send("yes").receiveAll();
        run(
                scope -> {
                    var socket = connected(scope);
                    var answer =
                            scope.child(
                                    ScopeOptions.of("ask").within(ofSeconds(2)),
                                    inner -> ask(inner, socket));
                    assertThat(answer).isEqualTo("yes");
                    assertThatThrownBy(
                                    () ->
                                            scope.child(
                                                    ScopeOptions.of("ask").within(ofSeconds(2)),
                                                    inner -> ask(inner, socket)))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("ask");
                });
    }

    @Test
    void farewellShouldBeSaidBehindAShield() throws Exception {
        var peer = sim().peer().listen(SERVER).accept().receiveAll();
        assertThatThrownBy(
                        () ->
                                run(
                                        scope -> {
                                            var socket = connected(scope);
                                            scope.cancel("no longer needed");
                                            receiveAndLeave(scope, socket);
                                        }))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(peer.receivedText()).isEqualTo("bye");
    }

    private static void receiveAndLeave(Scope scope, Fd socket) throws IOException {
        var buffer = scope.lease(64);
        var farewell = scope.lease(3).put(0, "bye".getBytes());
        try {
            scope.await(recv(socket, buffer));
        } finally {
            scope.child(
                    ScopeOptions.of("farewell").shield().within(ofMillis(500)),
                    shielded -> shielded.await(sendAll(socket, farewell)));
        }
    }

    private static void endInPeace(Scope scope, Thread main) {
        scope.cancel("told to end");
        try {
            main.join(ofSeconds(5)); // the JVM ends when its hooks have
        } catch (InterruptedException e) {
            main.interrupt();
        }
    }

    @Test
    void hookShouldCancelAndWaitForMain() throws Exception {
        sim().peer().listen(SERVER).accept().receiveAll();
        var begun = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        var program =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        run(
                                                scope -> {
                                                    var socket = connected(scope);
                                                    hook(scope).start();
                                                    begun.countDown();
                                                    next(scope, socket);
                                                });
                                    } catch (Exception told) {
                                        log(told.getMessage());
                                    }
                                    ended.countDown();
                                });
        begun.await();
        ended.await();
        program.join();
        assertThat(said).singleElement().asString().contains("told to end");
    }

    /// The hook of the guide, which this test starts itself instead of leaving it to the end of the JVM.
    private static Thread hook(Scope scope) {
        var main = Thread.currentThread();
        var hook = new Thread(() -> endInPeace(scope, main));
        Runtime.getRuntime().addShutdownHook(hook);
        Runtime.getRuntime().removeShutdownHook(hook);
        return hook;
    }
}
