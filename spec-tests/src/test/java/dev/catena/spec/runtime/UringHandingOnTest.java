package dev.catena.spec.runtime;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.shutdown;
import static dev.catena.ops.Shutdown.Direction.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catena.io.Spread;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.ops.Fd;
import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.DriverKind;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorGroup;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.Descriptors;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Descriptors that go from one loop to another, and connections that one loop accepts and others serve.
@Timeout(60)
class UringHandingOnTest {
    private RingUnderTest near;
    private RingUnderTest far;

    @BeforeEach
    void open() {
        near = RingUnderTest.open(builder -> builder.name("near"));
        far = RingUnderTest.open(builder -> builder.name("far"));
    }

    @AfterEach
    void close() {
        // Their checks need each other's descriptors to be gone.
        far.proactor().close();
        near.proactor().close();
    }

    @FunctionalInterface
    private interface Body {
        void run(Scope here, Scope there) throws Exception;
    }

    /// Runs a body in a scope of one loop while one of the other is open.
    private void withBoth(Body body) throws Exception {
        Scope.<Object, Exception>open(
                near.proactor(),
                here -> {
                    var there = Scope.open(far.proactor());
                    try {
                        body.run(here, there);
                    } finally {
                        there.close();
                    }
                    return here;
                });
    }

    @Test
    @Tag("X5")
    void descriptorThatIsHandedOnShouldBelongThereAndBeRefusedHere() throws Exception {
        var before = Descriptors.open();
        withBoth(
                (here, there) -> {
                    var pair = Pair.open(here);
                    var arrived = new CompletableFuture<Fd>();
                    here.handOn(
                            pair.near(),
                            there,
                            socket -> {
                                there.await(sendAll(socket, there.lease(4).fill((byte) 7)));
                                arrived.complete(socket);
                            });
                    var buffer = here.lease(4);
                    assertThat(here.await(recvAll(pair.far(), buffer))).isEqualTo(4);
                    assertThat(buffer.toArray()).containsOnly(7);
                    assertThat(arrived.join().number()).isEqualTo(pair.near().number());
                    assertThat(arrived.join()).isNotSameAs(pair.near());
                    assertThat(catchThrowable(() -> here.await(recv(pair.near(), buffer))))
                            .as("a number that is another loop's is never hit")
                            .isNotNull()
                            .hasMessageContaining("closed");
                    assertThat(catchThrowable(() -> here.handOn(pair.near(), there, _ -> {})))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("closed");
                    assertThat(near.metrics().descriptors()).isEqualTo(1);
                    assertThat(far.metrics().descriptors()).isEqualTo(1);
                });
        assertThat(Descriptors.since(before)).isEmpty();
    }

    @Test
    @Tag("X5")
    void descriptorThatIsInUseShouldNotBeHandedOn() throws Exception {
        withBoth(
                (here, there) -> {
                    var pair = Pair.open(here);
                    var receive = here.start(recv(pair.near(), here.lease(1)));
                    assertThatThrownBy(() -> here.handOn(pair.near(), there, _ -> {}))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("in flight");
                    here.await(sendAll(pair.far(), here.lease(1)));
                    assertThat(receive.await()).as("it is usable here as before").isEqualTo(1);
                });
    }

    @Test
    @Tag("X3")
    void descriptorShouldBeClosedWhereTheOtherScopeHasEnded() throws Exception {
        var before = Descriptors.open();
        withBoth(
                (here, there) -> {
                    var pair = Pair.open(here);
                    there.close();
                    here.handOn(pair.near(), there, _ -> {});
                    assertThat(here.await(recv(pair.far(), here.lease(1))))
                            .as("the peer sees the end")
                            .isZero();
                    assertThat(near.metrics().descriptors()).isEqualTo(1);
                });
        assertThat(Descriptors.since(before)).isEmpty();
    }

    @Test
    @Tag("X3")
    void nothingShouldBeDroppedWhereALoopIsClosedMeanwhile() throws Exception {
        var before = Descriptors.open();
        for (int round = 0; round < 100; round++) {
            var loop = RingUnderTest.open();
            Scope.<Object, Exception>open(
                    near.proactor(),
                    here -> {
                        var there = Scope.open(loop.proactor());
                        var pairs = new ArrayList<Pair>();
                        for (int i = 0; i < 8; i++) {
                            pairs.add(Pair.open(here));
                        }
                        var closing = new CountDownLatch(1);
                        var closer =
                                Thread.ofPlatform()
                                        .start(
                                                () -> {
                                                    closing.countDown();
                                                    loop.proactor().close();
                                                });
                        closing.await();
                        for (var pair : pairs) {
                            here.handOn(
                                    pair.near(),
                                    there,
                                    socket -> there.await(recv(socket, there.lease(1))));
                        }
                        for (var pair : pairs) {
                            assertThat(here.await(recv(pair.far(), here.lease(1)))).isZero();
                        }
                        closer.join();
                        return here;
                    });
        }
        assertThat(Descriptors.since(before)).isEmpty();
    }

    @Test
    void connectionsShouldBeServedByTheLoopsOfAGroupByTurns() throws Exception {
        var loops = new ConcurrentLinkedQueue<Proactor>();
        try (var group = group()) {
            served(
                    group,
                    Spread.ROUND_ROBIN,
                    connection -> {
                        loops.add(connection.scope().proactor());
                        echo(connection);
                    },
                    (scope, listener) -> {
                        for (int i = 0; i < 8; i++) {
                            var client = TcpConnection.connect(scope, listener.localAddress());
                            assertThat(said(client, "hello " + i)).isEqualTo("hello " + i);
                        }
                    });
            var byTurns = new ArrayList<Proactor>();
            for (int i = 0; i < 4; i++) {
                byTurns.addAll(group.proactors());
            }
            assertThat(loops).containsExactlyElementsOf(byTurns);
        }
    }

    @Test
    void connectionShouldGoToTheLoopThatHasTheFewest() throws Exception {
        var loops = new ConcurrentLinkedQueue<Proactor>();
        try (var group = group()) {
            served(
                    group,
                    Spread.LEAST_LOADED,
                    connection -> {
                        loops.add(connection.scope().proactor());
                        echo(connection);
                    },
                    (scope, listener) -> {
                        var clients = new ArrayList<TcpConnection>();
                        for (int i = 0; i < 4; i++) {
                            clients.add(client(scope, listener));
                        }
                        leave(clients.get(1));
                        leave(clients.get(3)); // the second loop has none now
                        client(scope, listener);
                        client(scope, listener);
                    });
            var first = group.proactors().get(0);
            var second = group.proactors().get(1);
            assertThat(loops).containsExactly(first, second, first, second, second, second);
        }
    }

    @Test
    @Tag("S1")
    void listenerThatIsClosedShouldWaitForConnectionsOnOtherLoops() throws Exception {
        try (var group = group()) {
            var events = new ConcurrentLinkedQueue<String>();
            Scope.run(
                    near.proactor(),
                    scope -> {
                        var listener = TcpListener.bind(scope, Pair.ANY_PORT);
                        var serving =
                                scope.fork(
                                        () -> {
                                            listener.serve(
                                                    group,
                                                    Spread.ROUND_ROBIN,
                                                    UringHandingOnTest::echo);
                                            events.add("served");
                                        });
                        var client = client(scope, listener);
                        listener.close();
                        assertThat(said(client, "still there")).isEqualTo("still there");
                        events.add("client leaves");
                        leave(client);
                        serving.await();
                    });
            assertThat(events).containsExactly("client leaves", "served");
        }
    }

    @Test
    @Tag("X1")
    void cancellingTheListenersScopeShouldEndWhatOtherLoopsServe() throws Exception {
        var before = Descriptors.open();
        try (var group = group()) {
            Scope.run(
                    near.proactor(),
                    outer -> {
                        var scope = outer.child(ScopeOptions.of("serves"));
                        var listener = TcpListener.bind(scope, Pair.ANY_PORT);
                        scope.fork(
                                () ->
                                        listener.serve(
                                                group,
                                                Spread.ROUND_ROBIN,
                                                UringHandingOnTest::echo));
                        var clients = List.of(client(outer, listener), client(outer, listener));
                        scope.cancel("enough");
                        scope.close();
                        for (var client : clients) {
                            assertThat(client.read(outer.lease(1))).as("the end").isZero();
                        }
                        for (var loop : group.proactors()) {
                            assertThat(loop.metrics().descriptors()).isZero();
                            assertThat(loop.metrics().scopes()).isZero();
                        }
                    });
        }
        far.proactor().close();
        near.proactor().close();
        assertThat(Descriptors.since(before).values())
                .noneMatch(open -> open.startsWith("socket:"));
    }

    @Test
    @Tag("X1")
    void cancellingWhileTheLastConnectionsAreWaitedForShouldEndThem() throws Exception {
        try (var group = group()) {
            Scope.run(
                    near.proactor(),
                    outer -> {
                        var scope = outer.child(ScopeOptions.of("serves"));
                        var listener = TcpListener.bind(scope, Pair.ANY_PORT);
                        scope.fork(
                                () ->
                                        listener.serve(
                                                group,
                                                Spread.ROUND_ROBIN,
                                                UringHandingOnTest::echo));
                        var client = client(outer, listener);
                        listener.close();
                        assertThat(said(client, "still there")).isEqualTo("still there");
                        scope.cancel("enough");
                        scope.close();
                        assertThat(client.read(outer.lease(1))).as("the end").isZero();
                    });
        }
    }

    @Test
    @Tag("S2")
    void failureOnAnotherLoopShouldEndTheListenersScope() throws Exception {
        try (var group = group()) {
            assertThatThrownBy(
                            () ->
                                    served(
                                            group,
                                            Spread.ROUND_ROBIN,
                                            _ -> {
                                                throw new IllegalArgumentException("no good");
                                            },
                                            (scope, listener) -> {
                                                var client =
                                                        TcpConnection.connect(
                                                                scope, listener.localAddress());
                                                client.read(scope.lease(1));
                                                scope.join();
                                            }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no good");
        }
    }

    @Test
    void loopThatIsClosedShouldEndTheListenersScope() throws Exception {
        var group = group();
        assertThatThrownBy(
                        () ->
                                served(
                                        group,
                                        Spread.ROUND_ROBIN,
                                        UringHandingOnTest::echo,
                                        (scope, listener) -> {
                                            client(scope, listener);
                                            scope.blocking(
                                                    () -> {
                                                        group.close();
                                                        return 0;
                                                    });
                                            scope.join();
                                        }))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("the proactor is being closed");
    }

    @Test
    void loopWhoseDescriptorsAreItsOwnShouldServeAllItself() throws Exception {
        var portable = Proactor.builder().driver(DriverKind.PORTABLE);
        var loops = new ConcurrentLinkedQueue<Proactor>();
        try (var group = ProactorGroup.open(2, _ -> portable);
                var accepting = portable.open()) {
            Scope.run(
                    accepting,
                    scope -> {
                        var listener = TcpListener.bind(scope, Pair.ANY_PORT);
                        scope.fork(
                                () ->
                                        listener.serve(
                                                group,
                                                Spread.ROUND_ROBIN,
                                                connection -> {
                                                    loops.add(connection.scope().proactor());
                                                    echo(connection);
                                                }));
                        for (int i = 0; i < 3; i++) {
                            leave(client(scope, listener));
                        }
                        assertThatThrownBy(
                                        () ->
                                                Scope.run(
                                                        group.next(),
                                                        there ->
                                                                scope.handOn(
                                                                        listener.fd(),
                                                                        there,
                                                                        _ -> {})))
                                .isInstanceOf(UnsupportedOperationException.class);
                        listener.close();
                    });
        }
        assertThat(loops).containsExactly(loops.peek(), loops.peek(), loops.peek());
    }

    @Test
    void loopOfAGroupShouldServeWhatItAcceptsItselfToo() throws Exception {
        try (var group = group()) {
            var loops = new ConcurrentLinkedQueue<Proactor>();
            Scope.run(
                    group.proactors().getFirst(),
                    scope -> {
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        var address = scope.await(localAddress(listener));
                        var client = scope.await(connect(address));
                        var socket = scope.await(accept(listener));
                        scope.handOn(
                                socket,
                                scope,
                                mine -> {
                                    loops.add(scope.proactor());
                                    scope.await(sendAll(mine, scope.lease(1)));
                                });
                        assertThat(scope.await(recv(client, scope.lease(1)))).isEqualTo(1);
                    });
            assertThat(loops).containsExactly(group.proactors().getFirst());
        }
    }

    // ---------------------------------------------------------------- what they do

    @FunctionalInterface
    private interface Client {
        void run(Scope scope, TcpListener listener) throws IOException;
    }

    /// Has a listener of the near loop served by a group while a client does something.
    private void served(
            ProactorGroup group, Spread spread, TcpListener.Service service, Client client)
            throws IOException {
        Scope.run(
                near.proactor(),
                scope -> {
                    var listener = TcpListener.bind(scope, Pair.ANY_PORT);
                    scope.fork(() -> listener.serve(group, spread, service));
                    Scope.run(near.proactor(), inner -> client.run(inner, listener));
                    listener.close();
                });
    }

    private static ProactorGroup group() {
        return ProactorGroup.open(2, number -> Proactor.builder().name("serving-" + number));
    }

    private static void echo(TcpConnection connection) throws IOException {
        while (true) {
            var line = connection.readUntil("\n", 100);
            if (line == null) {
                return;
            }
            connection.writeAll(line + "\n");
        }
    }

    /// A client that has been served.
    private static TcpConnection client(Scope scope, TcpListener listener) throws IOException {
        var client = TcpConnection.connect(scope, listener.localAddress());
        assertThat(said(client, "hello")).isEqualTo("hello");
        return client;
    }

    private static String said(TcpConnection client, String line) throws IOException {
        client.writeAll(line + "\n");
        return client.readUntil("\n", 100);
    }

    /// Goes, and waits until the server has closed the connection.
    private static void leave(TcpConnection client) throws IOException {
        var _ = client.scope().await(shutdown(client.fd(), WRITE));
        assertThat(client.read(client.scope().lease(1))).as("the end").isZero();
    }
}
