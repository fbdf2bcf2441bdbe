package dev.catena.spec.language;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.bind;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvMsg;
import static dev.catena.ops.Ops.sendMsg;
import static dev.catena.ops.Ops.socket;
import static dev.catena.ops.Ops.status;
import static dev.catena.spec.language.Failing.assertFails;
import static dev.catena.spec.language.UringFilesTest.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.RecvMsg;
import dev.catena.ops.SendMsg;
import dev.catena.ops.SocketType;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Messages: datagrams with their addresses, and descriptors that travel between processes.
class UringMessagesTest extends UringSpec {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir private Path folder;

    @Test
    @Shows({SendMsg.class, RecvMsg.class})
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void datagramShouldArriveWholeWithItsSendersAddress() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var near = datagramSocket(scope);
                    var address = scope.await(localAddress(near));
                    try (var other = DatagramChannel.open().bind(ANY_PORT)) {
                        var message = sendMsg(near, text(scope, "one, "), text(scope, "two"));
                        assertThat(scope.await(message.to(other.getLocalAddress()))).isEqualTo(8);
                        var bytes = ByteBuffer.allocate(64);
                        assertThat(other.receive(bytes)).isEqualTo(address);
                        assertThat(new String(bytes.array(), 0, bytes.position(), US_ASCII))
                                .isEqualTo("one, two");

                        other.send(ByteBuffer.wrap("answer".getBytes(US_ASCII)), address);
                        other.send(ByteBuffer.wrap("next".getBytes(US_ASCII)), address);
                        var first = scope.lease(4);
                        var rest = scope.lease(64);
                        var received = scope.await(recvMsg(near, first, rest));
                        assertThat(received)
                                .isEqualTo(
                                        new RecvMsg.Message(
                                                6, other.getLocalAddress(), false, List.of()));
                        assertThat(string(first, 4) + string(rest, 2)).isEqualTo("answer");
                        assertThat(scope.await(recvMsg(near, rest)).size()).isEqualTo(4);
                    }
                });
    }

    @Test
    @Shows(RecvMsg.class)
    void datagramThatDoesNotFitShouldSaySo() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var near = datagramSocket(scope);
                    var far = datagramSocket(scope);
                    var to = scope.await(localAddress(far));
                    scope.await(sendMsg(near, text(scope, "0123456789")).to(to));
                    scope.await(sendMsg(near, text(scope, "after")).to(to));
                    var buffer = scope.lease(6);
                    var cut = scope.await(recvMsg(far, buffer));
                    assertThat(cut.truncated()).isTrue();
                    assertThat(cut.size()).isEqualTo(6);
                    assertThat(string(buffer, 6)).isEqualTo("012345");
                    var next = scope.await(recvMsg(far, buffer));
                    assertThat(next.truncated()).isFalse();
                    assertThat(string(buffer, next.size())).isEqualTo("after");
                });
    }

    @Test
    @Shows({SendMsg.class, RecvMsg.class})
    @NotOn(value = DriverOfTests.PORTABLE, why = "the JDK does not pass descriptors")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void descriptorsShouldTravelOverUnixSockets() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "the text of the file");
        Scope.run(
                proactor(),
                scope -> {
                    var pair = unixPair(scope);
                    var fd = scope.await(open(file, OpenFlag.READ));
                    var ends = scope.await(pipe());
                    var message = sendMsg(pair.near(), text(scope, "files"));
                    scope.await(message.with(List.of(fd, ends.reading())));
                    var buffer = scope.lease(64);
                    var received = scope.await(recvMsg(pair.far(), buffer).descriptors(2));
                    assertThat(string(buffer, received.size())).isEqualTo("files");
                    assertThat(received.truncated()).isFalse();
                    assertThat(received.descriptors()).hasSize(2);
                    var copy = received.descriptors().getFirst();
                    assertThat(copy.number()).isNotEqualTo(fd.number());
                    assertThat(scope.await(status(copy)).inode())
                            .isEqualTo(scope.await(status(fd)).inode());
                    assertThat(fd.isOpen()).as("ours stays open").isTrue();
                    scope.await(close(fd));
                    assertThat(scope.await(read(copy, buffer).at(4))).isEqualTo(16);
                    assertThat(string(buffer, 16)).isEqualTo("text of the file");
                });
    }

    @Test
    @Shows(RecvMsg.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "the JDK does not pass descriptors")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void noMoreDescriptorsShouldBeTakenThanThereIsRoomFor() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = unixPair(scope);
                    var ends = scope.await(pipe());
                    var three = List.of(ends.reading(), ends.writing(), ends.reading());
                    var buffer = scope.lease(8);
                    for (int room = 0; room <= 4; room++) {
                        scope.await(sendMsg(pair.near(), text(scope, "x")).with(three));
                        var received = scope.await(recvMsg(pair.far(), buffer).descriptors(room));
                        assertThat(received.descriptors())
                                .as("with room for %d of 3", room)
                                .hasSize(Math.min(room, 3));
                        assertThat(received.truncated())
                                .as("with room for %d of 3", room)
                                .isEqualTo(room < 3);
                    }
                });
    }

    @Test
    @Shows(SendMsg.class)
    @Tag("X5")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void closedDescriptorShouldNotTravel() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "not to be given away");
        Scope.run(
                proactor(),
                scope -> {
                    var pair = unixPair(scope);
                    var ends = scope.await(pipe());
                    scope.await(close(ends.reading()));
                    // takes the number that has become free
                    var other = scope.await(open(file, OpenFlag.READ));
                    assertThat(other.number()).isEqualTo(ends.reading().number());
                    var message = sendMsg(pair.near(), text(scope, "x"));
                    assertFails(Errno.EBADF, scope.attempt(message.with(List.of(ends.reading()))));
                });
    }

    @Test
    @Shows({SendMsg.class, RecvMsg.class})
    void messageOnAConnectedStreamShouldHaveNoAddress() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(8);
                    scope.await(sendMsg(pair.near(), text(scope, "ab"), text(scope, "cd")));
                    var received = scope.await(recvMsg(pair.far(), buffer));
                    assertThat(received.size()).isEqualTo(4);
                    assertThat(received.from()).isNull();
                    scope.await(close(pair.near()));
                    assertThat(scope.await(recvMsg(pair.far(), buffer)).size()).isZero();
                    assertThat(scope.await(recv(pair.far(), buffer))).isZero();
                });
    }

    private static Fd datagramSocket(Scope scope) throws IOException {
        var fd = scope.await(socket(AddressFamily.INET, SocketType.DATAGRAM));
        scope.await(bind(fd, ANY_PORT));
        return fd;
    }

    private Pair unixPair(Scope scope) throws IOException {
        var address = UnixDomainSocketAddress.of(folder.resolve("socket"));
        var listener = scope.await(listen(address));
        var near = scope.await(connect(address));
        return new Pair(near, scope.await(accept(listener)));
    }

    private static String string(Buffer buffer, int size) {
        return new String(buffer.copy(0, size), US_ASCII);
    }
}
