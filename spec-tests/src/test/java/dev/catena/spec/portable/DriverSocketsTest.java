package dev.catena.spec.portable;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.bind;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.getSocketOption;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.peerAddress;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.recvMsg;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.sendMsg;
import static dev.catena.ops.Ops.sendZeroCopy;
import static dev.catena.ops.Ops.setSocketOption;
import static dev.catena.ops.Ops.shutdown;
import static dev.catena.ops.Ops.socket;
import static dev.catena.ops.Ops.status;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.portable.RawDriver.ANY_PORT;
import static dev.catena.spec.portable.RawDriver.buffer;
import static dev.catena.spec.portable.RawDriver.bytes;
import static dev.catena.spec.portable.RawDriver.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Errno;
import dev.catena.ops.FileStatus;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Shutdown;
import dev.catena.ops.SocketOption;
import dev.catena.ops.SocketType;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Sockets, on every driver: what they give, and the numbers of what goes wrong.
@ParameterizedClass
@EnumSource(DriverUnderTest.class)
class DriverSocketsTest {
    private final DriverUnderTest kind;

    @TempDir Path folder;

    DriverSocketsTest(DriverUnderTest kind) {
        this.kind = kind;
    }

    @Test
    @Tag("X2")
    void connectToWhereNobodyListensShouldBeRefused() {
        try (var driver = new RawDriver(kind)) {
            var bound = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            assertThat(driver.result(bind(bound, ANY_PORT))).isZero();
            var address = driver.address(bound);
            var near = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            assertThat(driver.error(connect(near, address))).isEqualTo(Errno.ECONNREFUSED);

            assertThat(driver.result(listen(bound, 4))).isZero();
            assertThat(driver.address(bound)).isEqualTo(address);
            var other = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            assertThat(driver.result(connect(other, address))).isZero();
        }
    }

    @Test
    @Tag("X2")
    void listenerThatIsClosedShouldTakeNoMoreConnections() {
        try (var driver = new RawDriver(kind)) {
            var listener = Ends.listener(driver);
            var address = driver.address(listener);
            // an accept has waited on it, so that it is registered wherever that may be
            driver.push(1, accept(listener)).submit();
            driver.push(2, dev.catena.ops.Ops.cancelAll(listener));
            driver.take(2);
            assertThat(driver.result(close(listener))).isZero();
            driver.forget(listener);
            var near = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            assertThat(driver.error(connect(near, address))).isEqualTo(Errno.ECONNREFUSED);
        }
    }

    @Test
    void addressThatIsInUseShouldNotBeBoundAgain() {
        try (var driver = new RawDriver(kind)) {
            var address = driver.address(Ends.listener(driver));
            var second = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            assertThat(driver.error(bind(second, address))).isEqualTo(Errno.EADDRINUSE);
            var elsewhere = new InetSocketAddress("192.0.2.1", 0); // TEST-NET-1, nobody's
            assertThat(driver.error(bind(second, elsewhere))).isEqualTo(Errno.EADDRNOTAVAIL);
        }
    }

    @Test
    void addressThatMayBeReusedShouldBeBoundByTwoAndListenedAtByOne() {
        try (var driver = new RawDriver(kind)) {
            var first = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            var second = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            driver.result(setSocketOption(first, SocketOption.REUSE_ADDRESS, 1));
            driver.result(setSocketOption(second, SocketOption.REUSE_ADDRESS, 1));
            assertThat(driver.result(bind(first, ANY_PORT))).isZero();
            assertThat(driver.result(bind(second, driver.address(first)))).isZero();
            assertThat(driver.result(listen(first, 1))).isZero();
            assertThat(driver.error(listen(second, 1))).isEqualTo(Errno.EADDRINUSE);
        }
    }

    @Test
    void portThatMayBeSharedShouldBeListenedAtByTwo() {
        try (var driver = new RawDriver(kind)) {
            var first = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            var second = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            driver.result(setSocketOption(first, SocketOption.REUSE_PORT, 1));
            driver.result(setSocketOption(second, SocketOption.REUSE_PORT, 1));
            assertThat(driver.result(bind(first, ANY_PORT))).isZero();
            assertThat(driver.result(listen(first, 1))).isZero();
            assertThat(driver.result(bind(second, driver.address(first)))).isZero();
            assertThat(driver.result(listen(second, 1))).isZero();
        }
    }

    @Test
    void streamShouldCarryBytesBothWaysUntilOneSideEnds() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            var buffer = buffer(64);
            assertThat(driver.result(send(pair.near(), bytes("there")))).isEqualTo(5);
            assertThat(driver.result(recv(pair.far(), buffer))).isEqualTo(5);
            assertThat(text(buffer, 5)).isEqualTo("there");

            driver.push(1, recvAll(pair.near(), buffer.first(8))).submit();
            driver.result(write(pair.far(), List.of(bytes("ba"), bytes("ck"))));
            driver.push(2, sendAll(pair.far(), bytes("again")));
            assertThat(driver.results(2)).containsEntry(1L, 8).containsEntry(2L, 5);
            assertThat(text(buffer, 8)).isEqualTo("backagai");

            var parts = List.of(buffer(1).slice(0, 1), buffer(7));
            assertThat(driver.result(shutdown(pair.far(), Shutdown.Direction.WRITE))).isZero();
            assertThat(driver.result(read(pair.near(), parts))).isEqualTo(1);
            assertThat(driver.result(recv(pair.near(), buffer))).isZero();
            assertThat(driver.result(recv(pair.near(), buffer))).isZero();
            assertThat(driver.error(send(pair.far(), bytes("x")))).isEqualTo(Errno.EPIPE);
            assertThat(driver.result(send(pair.near(), bytes("x")))).isEqualTo(1);
        }
    }

    @Test
    void connectionThatThePeerHasClosedWithBytesUnreadShouldBeReset() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.result(send(pair.near(), bytes("unread")));
            assertThat(
                            driver.result(
                                    dev.catena.ops.Ops.poll(
                                            pair.far(), dev.catena.ops.PollEvent.READABLE)))
                    .isEqualTo(1);
            driver.result(close(pair.far()));
            driver.forget(pair.far());
            assertThat(driver.error(recv(pair.near(), buffer(8)))).isEqualTo(Errno.ECONNRESET);
        }
    }

    @Test
    void sendOfAllShouldGoOnWhileThePeerReads() {
        int size = 8 << 20;
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            var out = buffer(size);
            out.set(size - 1, (byte) 42);
            var in = buffer(size);
            driver.push(1, sendAll(pair.near(), out)).push(2, recvAll(pair.far(), in));
            assertThat(driver.results(2)).containsEntry(1L, size).containsEntry(2L, size);
            assertThat(in.get(size - 1)).isEqualTo((byte) 42);
        }
    }

    @Test
    @Tag("L2")
    void zeroCopySendShouldEndWithANotification() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, sendZeroCopy(pair.near(), bytes("bytes")));
            var completions = driver.take(2);
            assertThat(completions.get(0).result()).isEqualTo(5);
            assertThat(completions.get(0).hasMore()).isTrue();
            assertThat(completions.get(1).hasMore()).isFalse();
            assertThat(completions.get(1).flags() & Driver.NOTIFICATION).isNotZero();
        }
    }

    @Test
    void unixSocketsShouldCarryBytesAndHaveNames() {
        try (var driver = new RawDriver(kind)) {
            var name = UnixDomainSocketAddress.of(folder.resolve("s"));
            var listener = driver.made(socket(AddressFamily.UNIX, SocketType.STREAM));
            assertThat(driver.error(listen(listener, 1))).isEqualTo(Errno.EINVAL);
            assertThat(driver.result(bind(listener, name))).isZero();
            assertThat(driver.result(listen(listener, 1))).isZero();
            assertThat(driver.address(listener)).isEqualTo(name);
            var near = driver.made(socket(AddressFamily.UNIX, SocketType.STREAM));
            assertThat(driver.result(connect(near, name))).isZero();
            var far = driver.made(accept(listener));
            assertThat(driver.payload(peerAddress(near), Payload.Address.class).address())
                    .isEqualTo(name);
            assertThat(driver.address(near)).isEqualTo(UnixDomainSocketAddress.of(""));
            assertThat(driver.result(send(near, bytes("there")))).isEqualTo(5);
            assertThat(driver.result(recv(far, buffer(8)))).isEqualTo(5);

            var late = driver.made(socket(AddressFamily.UNIX, SocketType.STREAM));
            assertThat(driver.error(bind(late, name))).isEqualTo(Errno.EADDRINUSE);
            var nowhere = UnixDomainSocketAddress.of(folder.resolve("none"));
            assertThat(driver.error(connect(late, nowhere))).isEqualTo(Errno.ENOENT);
        }
    }

    @Test
    void datagramsShouldKeepTheirBoundsAndTellWhereTheyCameFrom() {
        try (var driver = new RawDriver(kind)) {
            var near = driver.made(socket(AddressFamily.INET, SocketType.DATAGRAM));
            var far = driver.made(socket(AddressFamily.INET, SocketType.DATAGRAM));
            driver.result(bind(near, ANY_PORT));
            driver.result(bind(far, ANY_PORT));
            var to = driver.address(far);
            assertThat(driver.result(sendMsg(near, bytes("one"), bytes("two")).to(to)))
                    .isEqualTo(6);
            assertThat(driver.result(sendMsg(near, bytes("three")).to(to))).isEqualTo(5);
            assertThat(driver.result(sendMsg(near, bytes("four")).to(to))).isEqualTo(4);

            var first = buffer(2);
            var second = buffer(8);
            var message = driver.payload(recvMsg(far, first, second), Payload.Message.class);
            assertThat(message.truncated()).isFalse();
            assertThat(message.from()).isEqualTo(driver.address(near));
            assertThat(text(first, 2) + text(second, 4)).isEqualTo("onetwo");

            message = driver.payload(recvMsg(far, first), Payload.Message.class);
            assertThat(message.truncated()).as("two of five bytes").isTrue();
            assertThat(text(first, 2)).isEqualTo("th");
            assertThat(driver.result(recv(far, first))).as("two of four bytes").isEqualTo(2);

            assertThat(driver.error(send(near, bytes("x")))).isEqualTo(Errno.EDESTADDRREQ);
            assertThat(driver.result(connect(near, to))).isZero();
            assertThat(driver.result(send(near, bytes("x")))).isEqualTo(1);
            assertThat(driver.result(read(far, second))).isEqualTo(1);
        }
    }

    @Test
    void datagramToWhereNobodyListensShouldBeRefusedAtTheNextCall() {
        try (var driver = new RawDriver(kind)) {
            var gone = driver.made(socket(AddressFamily.INET, SocketType.DATAGRAM));
            driver.result(bind(gone, ANY_PORT));
            var address = driver.address(gone);
            driver.result(close(gone));
            driver.forget(gone);
            var near = driver.made(socket(AddressFamily.INET, SocketType.DATAGRAM));
            driver.result(connect(near, address));
            driver.push(1, recv(near, buffer(8))).submit();
            driver.push(2, send(near, bytes("x")));
            assertThat(driver.results(2))
                    .containsEntry(1L, RawDriver.number(Errno.ECONNREFUSED))
                    .containsEntry(2L, 1);
        }
    }

    @Test
    void optionsShouldBeKeptFromTheSocketToItsListener() {
        try (var driver = new RawDriver(kind)) {
            var socket = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            for (var option : SocketOption.values()) {
                boolean size =
                        option == SocketOption.RECEIVE_BUFFER || option == SocketOption.SEND_BUFFER;
                int value = size ? 20000 : 1;
                assertThat(driver.result(setSocketOption(socket, option, value)))
                        .as(option.name())
                        .isZero();
                if (isTold(driver, option)) {
                    assertThat(option(driver, socket, option)).isEqualTo(size ? 40000 : 1);
                }
            }
            driver.result(bind(socket, ANY_PORT));
            driver.result(listen(socket, 4));
            assertThat(option(driver, socket, SocketOption.REUSE_ADDRESS)).isEqualTo(1);
            assertThat(option(driver, socket, SocketOption.REUSE_PORT)).isEqualTo(1);
            assertThat(option(driver, socket, SocketOption.KEEP_ALIVE)).isEqualTo(1);
            var near = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            assertThat(option(driver, near, SocketOption.KEEP_ALIVE)).isZero();
            driver.result(connect(near, driver.address(socket)));
            var accepted = driver.made(accept(socket));
            if (isTold(driver, SocketOption.TCP_NO_DELAY)) {
                assertThat(option(driver, accepted, SocketOption.TCP_NO_DELAY)).isEqualTo(1);
            }
            assertThat(option(driver, accepted, SocketOption.KEEP_ALIVE)).isEqualTo(1);
        }
    }

    /// A ring gives the options of sockets, but not those of protocols.
    private static boolean isTold(RawDriver driver, SocketOption option) {
        var any = driver.slot(0);
        return driver.driver().lacks(getSocketOption(any, option)) == null;
    }

    private static int option(RawDriver driver, dev.catena.ops.Fd socket, SocketOption option) {
        return driver.payload(getSocketOption(socket, option), Payload.Option.class).value();
    }

    @Test
    void namesShouldBeThereBeforeAndAfterASocketIsBound() {
        try (var driver = new RawDriver(kind)) {
            var socket = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            assertThat(driver.address(socket)).isEqualTo(new InetSocketAddress("0.0.0.0", 0));
            assertThat(driver.error(peerAddress(socket))).isEqualTo(Errno.ENOTCONN);
            driver.result(bind(socket, ANY_PORT));
            var address = (InetSocketAddress) driver.address(socket);
            assertThat(address.getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
            assertThat(address.getPort()).isPositive();
        }
    }

    @Test
    void mistakesShouldHaveTheKernelsNumbers() throws Exception {
        try (var driver = new RawDriver(kind)) {
            var file = driver.made(open(Files.createFile(folder.resolve("f")), OpenFlag.READ));
            assertThat(driver.error(recv(file, buffer(1)))).isEqualTo(Errno.ENOTSOCK);
            assertThat(driver.error(accept(file))).isEqualTo(Errno.ENOTSOCK);
            assertThat(driver.error(localAddress(file))).isEqualTo(Errno.ENOTSOCK);
            var socket = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
            assertThat(driver.error(accept(socket))).isEqualTo(Errno.EINVAL);
            assertThat(driver.error(recv(socket, buffer(1)))).isEqualTo(Errno.ENOTCONN);
            assertThat(driver.error(shutdown(socket, Shutdown.Direction.BOTH)))
                    .isEqualTo(Errno.ENOTCONN);
            var pair = Ends.connected(driver);
            assertThat(driver.error(bind(pair.near(), ANY_PORT))).isEqualTo(Errno.EINVAL);
            assertThat(driver.error(read(pair.near(), buffer(1)).at(3))).isEqualTo(Errno.ESPIPE);
            assertThat(driver.error(connect(pair.near(), driver.address(pair.far()))))
                    .isEqualTo(Errno.EISCONN);
            assertThat(driver.error(recv(driver.slot(5), buffer(1)))).isEqualTo(Errno.EBADF);
            var listener = Ends.listener(driver);
            assertThat(driver.error(recv(listener, buffer(1)))).isEqualTo(Errno.ENOTCONN);
            assertThat(driver.result(listen(listener, 8))).as("again").isZero();
            assertThat(driver.payload(status(pair.near()), Payload.File.class).status().type())
                    .isEqualTo(FileStatus.Type.SOCKET);
            assertThat(driver.result(nop())).isZero();
        }
    }
}
