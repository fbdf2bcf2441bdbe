package dev.catena.spec.io;

import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.sleep;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TcpOptions;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Errno;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.OperationFailedException;
import dev.catena.proactor.DriverKind;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.lifetimes.Loop;
import java.io.EOFException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What TCP connections do, on any driver.
abstract class TcpBehaviour extends IoSpec {
    TcpBehaviour(DriverKind kind) {
        super(kind);
    }

    /// Two ends of a connection.
    record Ends(TcpConnection near, TcpConnection far) {
        static Ends open(Scope scope) throws Exception {
            try (var listener = TcpListener.bind(scope, ANY_PORT)) {
                var near = TcpConnection.connect(scope, listener.localAddress());
                return new Ends(near, listener.accept());
            }
        }
    }

    @Test
    void linesShouldBeExchangedWithASocketOfTheJdk() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    int port = listener.localAddress().getPort();
                    try (var client =
                            Outside.run(
                                    () -> {
                                        try (var socket = new Socket("127.0.0.1", port)) {
                                            var out = socket.getOutputStream();
                                            out.write("one\r\ntwo\r\nrest".getBytes(US_ASCII));
                                            socket.shutdownOutput();
                                            return new String(
                                                    socket.getInputStream().readAllBytes(),
                                                    US_ASCII);
                                        }
                                    })) {
                        var connection = listener.accept();
                        assertThat(connection.readUntil("\r\n", 100)).isEqualTo("one");
                        assertThat(connection.readUntil("\r\n", 100)).isEqualTo("two");
                        var rest = scope.lease(4);
                        connection.readFully(rest);
                        assertThat(rest.toArray()).asString(US_ASCII).isEqualTo("rest");
                        assertThat(connection.read(rest)).as("the end").isZero();
                        assertThat(connection.readUntil("\r\n", 100)).as("at the end").isNull();
                        connection.writeAll("good");
                        connection.writeAll("bye");
                        connection.endOutput();
                        assertThat(client.get()).isEqualTo("goodbye");
                        connection.close();
                        assertThat(connection.isOpen()).isFalse();
                    }
                });
    }

    @Test
    void endInTheMiddleShouldSayHowFarItCame() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    ends.far().writeAll("abc");
                    ends.far().endOutput();
                    assertThatThrownBy(() -> ends.near().readFully(scope.lease(10)))
                            .isInstanceOf(EOFException.class)
                            .hasMessageContaining("after 3 of 10 bytes");
                    ends.near().writeAll("line without end");
                    ends.near().endOutput();
                    assertThatThrownBy(() -> ends.far().readUntil("\n", 100))
                            .isInstanceOf(EOFException.class)
                            .hasMessageContaining("after 16 bytes");
                });
    }

    @Test
    void delimiterShouldBeFoundHoweverItIsCutIntoSegments() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    scope.fork(
                            () -> {
                                for (char c : "x\r\r\ny\r\n\r\nz".toCharArray()) {
                                    ends.far().writeAll(String.valueOf(c));
                                    scope.await(nop());
                                }
                                ends.far().writeAll("a".repeat(10_000) + "\r\n|tail");
                                ends.far().endOutput();
                            });
                    assertThat(ends.near().readUntil("\r\n", 100)).isEqualTo("x\r");
                    assertThat(ends.near().readUntil("\r\n\r\n", 1)).isEqualTo("y");
                    assertThat(ends.near().readUntil("\r\n", 10_001))
                            .isEqualTo("z" + "a".repeat(10_000));
                    assertThat(ends.near().readUntil("|", 0)).isEmpty();
                    assertThat(ends.near().inputStream().readAllBytes())
                            .asString(US_ASCII)
                            .isEqualTo("tail");
                });
    }

    @Test
    void lineThatIsTooLongShouldBeRefused() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    ends.far().writeAll("0123456789\n");
                    assertThatThrownBy(() -> ends.near().readUntil("\n", 9))
                            .isInstanceOf(ProtocolException.class)
                            .hasMessageContaining("within 9 bytes");
                    assertThat(ends.near().readUntil("\n", 10)).isEqualTo("0123456789");
                });
    }

    @Test
    @Tag("X4")
    void callThatTakesTooLongShouldEndAndLeaveTheConnectionUsable() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    var hasty = ends.near().within(Duration.ofMillis(5));
                    var buffer = scope.lease(10);
                    assertThatThrownBy(() -> hasty.read(buffer))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertThatThrownBy(() -> hasty.readFully(buffer))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertThatThrownBy(() -> hasty.readUntil("\n", 10))
                            .isInstanceOf(DeadlineExceededException.class);
                    try (var feed = hasty.feed()) {
                        assertThatThrownBy(feed::take)
                                .isInstanceOf(DeadlineExceededException.class);
                    }
                    ends.far().writeAll("late\n");
                    assertThat(ends.near().readUntil("\n", 10)).isEqualTo("late");
                });
    }

    @Test
    void deadlineShouldBoundTheWholeOfACallAndNotEachPart() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    var over = new AtomicBoolean();
                    var drip =
                            scope.fork(
                                    () -> {
                                        while (!over.get()) {
                                            ends.far().writeAll("x");
                                            scope.await(sleep(Duration.ofMillis(1)));
                                        }
                                    });
                    assertThatThrownBy(
                                    () ->
                                            ends.near()
                                                    .within(Duration.ofMillis(30))
                                                    .readUntil("\n", Integer.MAX_VALUE - 8))
                            .isInstanceOf(DeadlineExceededException.class);
                    over.set(true);
                    drip.await();
                });
    }

    @Test
    void callShouldEndWithTheScopeItWaitsIn() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    assertThatThrownBy(
                                    () ->
                                            scope.child(
                                                    ScopeOptions.of("impatient"),
                                                    inner -> {
                                                        inner.fork(
                                                                () -> inner.cancel("no patience"));
                                                        return ends.near()
                                                                .in(inner)
                                                                .read(inner.lease(1));
                                                    }))
                            .isInstanceOf(OperationCancelledException.class)
                            .hasMessageContaining("no patience");
                    ends.far().writeAll("x");
                    assertThat(ends.near().read(scope.lease(1))).isEqualTo(1);
                });
    }

    @Test
    void secondReaderShouldBeRefused() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    var first = scope.fork(() -> ends.near().readUntil("\n", 100));
                    Loop.until(scope.proactor(), now -> now.inFlight() == 1); // it reads
                    assertThatThrownBy(() -> ends.near().read(scope.lease(1)))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("one at a time");
                    ends.far().writeAll("first\n");
                    assertThat(first.await()).isEqualTo("first");
                    try (var _ = ends.near().feed()) {
                        assertThatThrownBy(() -> ends.near().readUntil("\n", 100))
                                .hasMessageContaining("feed is open");
                    }
                    ends.far().writeAll("second\n");
                    assertThat(ends.near().readUntil("\n", 100)).isEqualTo("second");
                });
    }

    @Test
    void resetOfThePeerShouldBeNamed() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    int port = listener.localAddress().getPort();
                    try (var client =
                            Outside.run(
                                    () -> {
                                        var socket = new Socket("127.0.0.1", port);
                                        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                                        socket.close();
                                        return 1;
                                    })) {
                        var connection = listener.accept();
                        assertThat(client.get()).isEqualTo(1);
                        assertThatThrownBy(() -> connection.read(scope.lease(1)))
                                .isInstanceOf(OperationFailedException.class)
                                .extracting(e -> ((OperationFailedException) e).errno())
                                .isEqualTo(Errno.ECONNRESET);
                        assertThatThrownBy(
                                        () -> {
                                            while (true) {
                                                connection.writeAll("x");
                                            }
                                        })
                                .isInstanceOf(OperationFailedException.class)
                                .extracting(e -> ((OperationFailedException) e).errno())
                                .isEqualTo(Errno.EPIPE);
                    }
                });
    }

    @Test
    void connectionToNobodyShouldFailAndLeaveNothing() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var nobody = listener.localAddress();
                    listener.close();
                    long before = ring().metrics().descriptors();
                    assertThatThrownBy(() -> TcpConnection.connect(scope, nobody))
                            .isInstanceOf(OperationFailedException.class)
                            .hasMessageContaining("ECONNREFUSED");
                    assertThat(ring().metrics().descriptors()).isEqualTo(before);
                });
    }

    @Test
    void acceptShouldWaitNoLongerThanItMay() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    assertThatThrownBy(() -> listener.within(Duration.ofMillis(5)).accept())
                            .isInstanceOf(DeadlineExceededException.class);
                    TcpConnection.connect(scope, listener.localAddress()).writeAll("x");
                    assertThat(listener.accept().read(scope.lease(1))).isEqualTo(1);
                });
    }

    @Test
    void portThatIsTakenShouldBeRefusedUnlessItIsShared() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    assertThatThrownBy(() -> TcpListener.bind(scope, listener.localAddress()))
                            .hasMessageContaining("EADDRINUSE");
                    var sharing = TcpOptions.DEFAULT.sharesPort(true);
                    var one = TcpListener.bind(scope, ANY_PORT, sharing);
                    var two = TcpListener.bind(scope, one.localAddress(), sharing);
                    assertThat(two.localAddress()).isEqualTo(one.localAddress());
                });
    }

    @Test
    void serverShouldServeEachConnectionInItsOwnScopeUntilItIsClosed() throws Exception {
        var answers = new ArrayList<String>();
        var served = new AtomicInteger();
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var serving =
                            scope.fork(
                                    () ->
                                            listener.serve(
                                                    connection -> {
                                                        served.incrementAndGet();
                                                        var line = connection.readUntil("\n", 10);
                                                        connection.writeAll("got " + line);
                                                    }));
                    for (var line : List.of("a", "this line is too long for it", "b")) {
                        try (var client = TcpConnection.connect(scope, listener.localAddress())) {
                            client.writeAll(line + "\n");
                            client.endOutput();
                            var answer = new StringBuilder();
                            try (var feed = client.feed()) {
                                for (var part = feed.take(); part != null; part = feed.take()) {
                                    answer.append(new String(part.toArray(), US_ASCII));
                                }
                            } catch (OperationFailedException reset) {
                                answer.append(reset.errno());
                            }
                            answers.add(answer.toString());
                        }
                    }
                    listener.close();
                    serving.await();
                });
        assertThat(served).hasValue(3);
        assertThat(answers).hasSize(3).startsWith("got a").endsWith("got b");
        assertThat(answers.get(1)).isIn("", "ECONNRESET");
    }

    @Test
    void connectionsShouldComeOneByOneFromTheirFeed() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var clients = new ArrayList<TcpConnection>();
                    try (var connections = listener.connections()) {
                        for (int i = 0; i < 100; i++) {
                            var client = TcpConnection.connect(scope, listener.localAddress());
                            clients.add(client);
                        }
                        for (int i = 0; i < 90; i++) {
                            var taken =
                                    TcpConnection.of(scope, connections.take(), TcpOptions.DEFAULT);
                            assertThat(taken.remoteAddress())
                                    .isEqualTo(clients.get(i).localAddress());
                            taken.close();
                        }
                    }
                });
    }
}
