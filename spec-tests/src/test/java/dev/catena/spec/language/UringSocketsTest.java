package dev.catena.spec.language;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.bind;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.getSocketOption;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.peerAddress;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.setSocketOption;
import static dev.catena.ops.Ops.shutdown;
import static dev.catena.ops.Ops.socket;
import static dev.catena.spec.language.Failing.assertFails;
import static dev.catena.spec.language.UringFilesTest.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Accept;
import dev.catena.ops.AddressFamily;
import dev.catena.ops.Bind;
import dev.catena.ops.Connect;
import dev.catena.ops.Errno;
import dev.catena.ops.GetSocketOption;
import dev.catena.ops.Listen;
import dev.catena.ops.Recv;
import dev.catena.ops.Send;
import dev.catena.ops.SetSocketOption;
import dev.catena.ops.Shutdown;
import dev.catena.ops.Socket;
import dev.catena.ops.SocketName;
import dev.catena.ops.SocketOption;
import dev.catena.ops.SocketType;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.UringSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operations on sockets do, with `java.nio` at the other end where that tells more.
class UringSocketsTest extends UringSpec {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(LOOPBACK, 0);

    @TempDir private Path folder;

    @Test
    @Shows({Socket.class, Bind.class, Listen.class, Accept.class, SocketName.class})
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the network of this machine")
    void socketBoundAndListeningShouldTakeConnectionsOfOthers() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var listener = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                    scope.await(bind(listener, ANY_PORT));
                    var address = (InetSocketAddress) scope.await(localAddress(listener));
                    assertThat(address.getAddress()).isEqualTo(LOOPBACK);
                    assertThat(address.getPort()).isPositive();
                    assertFails(Errno.EINVAL, scope.attempt(accept(listener)));
                    scope.await(listen(listener, 16));
                    try (var client = SocketChannel.open(address)) {
                        var accepted = scope.await(accept(listener));
                        assertThat(scope.await(peerAddress(accepted)))
                                .isEqualTo(client.getLocalAddress());
                        assertThat(scope.await(localAddress(accepted)))
                                .isEqualTo(client.getRemoteAddress());
                        client.write(ByteBuffer.wrap("hello".getBytes(US_ASCII)));
                        var buffer = scope.lease(16);
                        assertThat(scope.await(recvAll(accepted, buffer.first(5)))).isEqualTo(5);
                        assertThat(buffer.copy(0, 5)).isEqualTo("hello".getBytes(US_ASCII));
                    }
                    var second = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                    assertFails(Errno.EADDRINUSE, scope.attempt(bind(second, address)));
                    assertFails(Errno.ENOTCONN, scope.attempt(peerAddress(second)));
                });
    }

    @Test
    @Shows({Socket.class, Connect.class})
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the network of this machine")
    void connectShouldReachAListenerOfOthersAndBeRefusedWhereNobodyListens() throws Exception {
        InetSocketAddress left;
        try (var server = ServerSocketChannel.open().bind(ANY_PORT)) {
            left = (InetSocketAddress) server.getLocalAddress();
            Scope.run(
                    proactor(),
                    scope -> {
                        var client = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                        scope.await(connect(client, left));
                        try (var accepted = server.accept()) {
                            scope.await(sendAll(client, text(scope, "hello")));
                            var bytes = ByteBuffer.allocate(5);
                            while (bytes.hasRemaining()) {
                                accepted.read(bytes);
                            }
                            assertThat(bytes.array()).isEqualTo("hello".getBytes(US_ASCII));
                            assertThat(accepted.getRemoteAddress())
                                    .isEqualTo(scope.await(localAddress(client)));
                        }
                    });
        }
        Scope.run(
                proactor(),
                scope -> {
                    var client = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                    assertFails(Errno.ECONNREFUSED, scope.attempt(connect(client, left)));
                    assertFails(Errno.ECONNREFUSED, scope.attempt(connect(left)));
                });
    }

    @Test
    @Shows({Bind.class, Connect.class, SocketName.class})
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void internetAndUnixAddressesShouldComeBackAsTheyWereGiven() throws Exception {
        var path = UnixDomainSocketAddress.of(folder.resolve("socket"));
        var six = new InetSocketAddress(InetAddress.getByName("::1"), 0);
        Scope.run(
                proactor(),
                scope -> {
                    var unix = scope.await(listen(path));
                    assertThat(scope.await(localAddress(unix))).isEqualTo(path);
                    var near = scope.await(connect(path));
                    var far = scope.await(accept(unix));
                    assertThat(scope.await(peerAddress(near))).isEqualTo(path);
                    assertThat(scope.await(localAddress(far))).isEqualTo(path);
                    assertThat(scope.await(peerAddress(far)).toString()).isEmpty();

                    if (Files.exists(Path.of("/proc/net/if_inet6"))) {
                        var listener = scope.await(listen(six));
                        var address = (InetSocketAddress) scope.await(localAddress(listener));
                        assertThat(address.getAddress()).isEqualTo(six.getAddress());
                        try (var client = SocketChannel.open(address)) {
                            var accepted = scope.await(accept(listener));
                            assertThat(scope.await(peerAddress(accepted)))
                                    .isEqualTo(client.getLocalAddress());
                        }
                    }
                });
    }

    @Test
    @Shows({Recv.class, Send.class})
    void receiveShouldTakeWhatHasComeAndReceiveAllShouldWaitForAll() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(10);
                    assertThat(scope.await(send(pair.near(), text(scope, "some")))).isEqualTo(4);
                    assertThat(scope.await(recv(pair.far(), buffer))).isEqualTo(4);
                    assertThat(buffer.copy(0, 4)).isEqualTo("some".getBytes(US_ASCII));

                    var all = scope.start(recvAll(pair.far(), buffer));
                    scope.await(send(pair.near(), text(scope, "01234")));
                    assertThat(all.isDone()).isFalse();
                    scope.await(send(pair.near(), text(scope, "56789")));
                    assertThat(all.await()).isEqualTo(10);
                    assertThat(buffer.toArray()).isEqualTo("0123456789".getBytes(US_ASCII));

                    scope.await(send(pair.near(), text(scope, "end")));
                    scope.await(shutdown(pair.near(), Shutdown.Direction.WRITE));
                    assertThat(scope.await(recvAll(pair.far(), buffer)))
                            .as("what there was before the end of the stream")
                            .isEqualTo(3);
                    assertThat(scope.await(recv(pair.far(), buffer))).as("the end").isZero();
                });
    }

    @Test
    @Shows({Recv.class, Send.class})
    void sendAllShouldSendMoreThanTheSocketTakesAtOnce() throws Exception {
        int size = 8 << 20;
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var bytes = new byte[size];
                    new java.util.Random(1).nextBytes(bytes);
                    var sent = scope.lease(size).put(0, bytes);
                    var received = scope.lease(size);
                    assertThat(scope.await(send(pair.near(), sent)))
                            .as("one send, nobody receiving")
                            .isLessThan(size)
                            .isPositive();
                    scope.await(close(pair.near()));

                    var again = Pair.open(scope);
                    var sending = scope.start(sendAll(again.near(), sent));
                    assertThat(scope.await(recvAll(again.far(), received))).isEqualTo(size);
                    assertThat(sending.await()).isEqualTo(size);
                    assertThat(received.toArray()).isEqualTo(bytes);
                });
    }

    @Test
    @Shows(Send.class)
    void sendToAClosedPeerShouldFailAndRaiseNoSignal() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    scope.await(close(pair.far()));
                    var byteToSend = text(scope, "x");
                    var outcome = scope.attempt(send(pair.near(), byteToSend));
                    for (int i = 0; i < 100 && outcome.isCompleted(); i++) {
                        outcome = scope.attempt(send(pair.near(), byteToSend));
                    }
                    assertThat(outcome.isCompleted()).isFalse();
                    assertFails(Errno.EPIPE, scope.attempt(send(pair.near(), byteToSend)));
                });
    }

    @Test
    @Shows(Shutdown.class)
    void shutdownShouldEndTheDirectionItNames() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(4);
                    scope.await(shutdown(pair.near(), Shutdown.Direction.READ));
                    assertThat(scope.await(recv(pair.near(), buffer))).isZero();
                    scope.await(send(pair.near(), text(scope, "still")));
                    scope.await(recv(pair.far(), buffer));

                    scope.await(shutdown(pair.far(), Shutdown.Direction.WRITE));
                    assertFails(Errno.EPIPE, scope.attempt(send(pair.far(), buffer)));

                    var other = Pair.open(scope);
                    scope.await(shutdown(other.near(), Shutdown.Direction.BOTH));
                    assertThat(scope.await(recv(other.near(), buffer))).isZero();
                    assertThat(scope.await(recv(other.far(), buffer))).isZero();
                    assertFails(Errno.EPIPE, scope.attempt(send(other.near(), buffer)));
                    var alone = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                    assertFails(
                            Errno.ENOTCONN,
                            scope.attempt(shutdown(alone, Shutdown.Direction.BOTH)));
                });
    }

    @Test
    @Shows({SetSocketOption.class, GetSocketOption.class})
    @NotOn(
            value = DriverOfTests.PORTABLE,
            why = "the JDK reads TCP_NO_DELAY back, which a ring cannot")
    @NotOn(value = DriverOfTests.SIM, why = "it reads TCP_NO_DELAY back, which a ring cannot")
    void everyOptionShouldBeReadBackAsItWasSet() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                    for (var option : SocketOption.values()) {
                        switch (option) {
                            case RECEIVE_BUFFER, SEND_BUFFER -> {
                                scope.await(setSocketOption(fd, option, 20_000));
                                assertThat(scope.await(getSocketOption(fd, option)))
                                        .as("%s, doubled by the kernel", option)
                                        .isEqualTo(40_000);
                            }
                            case TCP_NO_DELAY -> {
                                scope.await(setSocketOption(fd, option, 1));
                                assertThatThrownBy(() -> scope.attempt(getSocketOption(fd, option)))
                                        .isInstanceOf(UnsupportedOperationException.class)
                                        .hasMessageContaining("getSocketOption")
                                        .hasMessageContaining("protocols");
                            }
                            case REUSE_ADDRESS, REUSE_PORT, KEEP_ALIVE -> {
                                assertThat(scope.await(getSocketOption(fd, option)))
                                        .as(option.name())
                                        .isZero();
                                scope.await(setSocketOption(fd, option, 1));
                                assertThat(scope.await(getSocketOption(fd, option)))
                                        .as(option.name())
                                        .isEqualTo(1);
                                scope.await(setSocketOption(fd, option, 0));
                                assertThat(scope.await(getSocketOption(fd, option)))
                                        .as(option.name())
                                        .isZero();
                            }
                        }
                    }
                });
    }

    /// An option that was set under a wrong name would be read back under the same wrong name: so this asks Java, too.
    @Test
    @Shows(SetSocketOption.class)
    @NotOn(value = DriverOfTests.SIM, why = "a socket of the JDK is to be bound to the same port")
    void optionsShouldDoWhatTheirNamesSay() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var one = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                    scope.await(setSocketOption(one, SocketOption.REUSE_PORT, 1));
                    scope.await(bind(one, ANY_PORT));
                    scope.await(listen(one, 1));
                    var address = scope.await(localAddress(one));
                    try (var java = ServerSocketChannel.open()) {
                        java.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                        java.bind(address);
                    }
                    var path = Path.of("/proc/sys/net/ipv4/tcp_wmem");
                    assertThat(path).exists();
                    var nagle = scope.await(socket(AddressFamily.UNIX, SocketType.STREAM));
                    assertFails(
                            Errno.EOPNOTSUPP,
                            scope.attempt(setSocketOption(nagle, SocketOption.TCP_NO_DELAY, 1)));
                });
    }
}
