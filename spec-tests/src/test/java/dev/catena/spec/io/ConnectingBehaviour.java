package dev.catena.spec.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TcpOptions;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.OperationFailedException;
import dev.catena.proactor.DriverKind;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Connecting by name, and to whichever of several addresses answers first, on any driver.
abstract class ConnectingBehaviour extends IoSpec {
    private static final TcpOptions PATIENT = TcpOptions.DEFAULT.headStart(Duration.ofHours(1));
    private static final TcpOptions HASTY = TcpOptions.DEFAULT.headStart(Duration.ofMillis(5));

    ConnectingBehaviour(DriverKind kind) {
        super(kind);
    }

    /// A listener whose queue is full: connecting to it neither succeeds nor fails.
    private static final class Silent implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, ANY_PORT.getAddress());
        private final List<SocketChannel> queued = new ArrayList<>();

        Silent() throws IOException {
            for (int i = 0; i < 2; i++) {
                queued.add(SocketChannel.open(address()));
            }
        }

        InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            for (var connection : queued) {
                connection.close();
            }
            server.close();
        }
    }

    private static InetSocketAddress nobody(Scope scope) throws IOException {
        try (var listener = TcpListener.bind(scope, ANY_PORT)) {
            return listener.localAddress();
        }
    }

    @Test
    void silentAddressShouldLoseAgainstOneThatAnswersAndItsSocketBeClosed() throws Exception {
        try (var silent = new Silent()) {
            run(
                    scope -> {
                        var listener = TcpListener.bind(scope, ANY_PORT);
                        long before = ring().metrics().descriptors();
                        var addresses =
                                List.of(
                                        silent.address(),
                                        silent.address(),
                                        listener.localAddress(),
                                        silent.address());
                        var connection = TcpConnection.connect(scope, addresses, HASTY);
                        assertThat(connection.remoteAddress()).isEqualTo(listener.localAddress());
                        assertThat(ring().metrics().descriptors())
                                .as("the winner's is all that is open")
                                .isEqualTo(before + 1);
                    });
        }
    }

    @Test
    void failureShouldGiveTheNextAddressItsTurnAtOnce() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var addresses = List.of(nobody(scope), nobody(scope), listener.localAddress());
                    var connection = TcpConnection.connect(scope, addresses, PATIENT);
                    assertThat(connection.remoteAddress()).isEqualTo(listener.localAddress());
                });
    }

    @Test
    void firstAddressShouldBeUsedIfItAnswers() throws Exception {
        run(
                scope -> {
                    var first = TcpListener.bind(scope, ANY_PORT);
                    var second = TcpListener.bind(scope, ANY_PORT);
                    var addresses = List.of(first.localAddress(), second.localAddress());
                    var connection = TcpConnection.connect(scope, addresses, PATIENT);
                    assertThat(connection.remoteAddress()).isEqualTo(first.localAddress());
                    assertThatThrownBy(() -> second.within(Duration.ofMillis(5)).accept())
                            .isInstanceOf(DeadlineExceededException.class);
                });
    }

    @Test
    void allFailuresShouldBeToldInTheOrderOfTheAddresses() throws Exception {
        run(
                scope -> {
                    var one = nobody(scope);
                    var two = nobody(scope);
                    long before = ring().metrics().descriptors();
                    assertThatThrownBy(
                                    () -> TcpConnection.connect(scope, List.of(one, two), PATIENT))
                            .isInstanceOf(OperationFailedException.class)
                            .hasMessageContaining(":" + one.getPort())
                            .satisfies(
                                    failure ->
                                            assertThat(failure.getSuppressed())
                                                    .anySatisfy(
                                                            other ->
                                                                    assertThat(other)
                                                                            .hasMessageContaining(
                                                                                    ":"
                                                                                            + two
                                                                                                    .getPort())));
                    assertThat(ring().metrics().descriptors()).isEqualTo(before);
                });
    }

    @Test
    void deadlineShouldEndAllAttemptsAndCloseTheirSockets() throws Exception {
        try (var silent = new Silent()) {
            run(
                    scope -> {
                        var addresses = List.of(silent.address(), silent.address());
                        assertThatThrownBy(
                                        () ->
                                                scope.child(
                                                        ScopeOptions.of("hurry")
                                                                .within(Duration.ofMillis(50)),
                                                        inner ->
                                                                TcpConnection.connect(
                                                                        inner, addresses, HASTY)))
                                .isInstanceOf(DeadlineExceededException.class);
                        assertThat(ring().metrics().descriptors()).isZero();
                    });
        }
    }

    @Test
    void hostShouldBeFoundByName() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    int port = listener.localAddress().getPort();
                    var unresolved = InetSocketAddress.createUnresolved("localhost", port);
                    TcpConnection.connect(scope, unresolved).writeAll("x");
                    assertThat(listener.accept().read(scope.lease(1))).isEqualTo(1);
                    assertThatThrownBy(
                                    () -> TcpConnection.connect(scope, "no-such-host.invalid", 1))
                            .isInstanceOf(UnknownHostException.class);
                });
    }
}
