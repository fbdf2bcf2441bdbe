package dev.catena.spec.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.Files;
import dev.catena.io.TlsConnection;
import dev.catena.io.Udp;
import dev.catena.io.UnixConnection;
import dev.catena.io.UnixListener;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.OperationFailedException;
import dev.catena.proactor.DriverKind;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Datagrams, unix sockets and files, on any driver.
abstract class DatagramsAndFilesBehaviour extends IoSpec {
    @TempDir Path folder;

    DatagramsAndFilesBehaviour(DriverKind kind) {
        super(kind);
    }

    @Test
    void datagramsShouldBeExchangedWithASocketOfTheJdk() throws Exception {
        run(
                scope -> {
                    var udp = Udp.bind(scope, ANY_PORT);
                    var to = udp.localAddress();
                    try (var socket = new DatagramSocket(ANY_PORT)) {
                        var buffer = scope.lease(4);
                        socket.send(new DatagramPacket("ping".getBytes(US_ASCII), 4, to));
                        var ping = udp.receive(buffer);
                        assertThat(ping.size()).isEqualTo(4);
                        assertThat(ping.from()).isEqualTo(socket.getLocalSocketAddress());
                        assertThat(ping.truncated()).isFalse();
                        assertThat(buffer.toArray()).asString(US_ASCII).isEqualTo("ping");
                        socket.send(new DatagramPacket("longer".getBytes(US_ASCII), 6, to));
                        assertThat(udp.receive(buffer).truncated()).isTrue();
                        udp.send(
                                buffer.put(0, "pong".getBytes(US_ASCII)),
                                (java.net.InetSocketAddress) ping.from());
                        var answer = new DatagramPacket(new byte[10], 10);
                        socket.receive(answer);
                        assertThat(answer.getLength()).isEqualTo(4);
                        assertThat(answer.getSocketAddress()).isEqualTo(to);
                    }
                    assertThatThrownBy(
                                    () -> udp.within(Duration.ofMillis(5)).receive(scope.lease(1)))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertThatThrownBy(() -> Udp.bind(scope, to))
                            .hasMessageContaining("EADDRINUSE");
                    assertThatThrownBy(() -> udp.send(scope.lease(Udp.MOST_BYTES + 1), to))
                            .isInstanceOf(OperationFailedException.class)
                            .hasMessageContaining("EMSGSIZE");
                    udp.close();
                });
    }

    @Test
    void unixSocketShouldCarryLinesAndTls() throws Exception {
        run(
                scope -> {
                    var address = UnixDomainSocketAddress.of(folder.resolve("socket"));
                    var listener = UnixListener.bind(scope, address);
                    assertThatThrownBy(() -> UnixListener.bind(scope, address))
                            .hasMessageContaining("EADDRINUSE");
                    var near = UnixConnection.connect(scope, address);
                    var far = listener.within(Duration.ofHours(1)).accept();
                    near.writeAll("hello\n");
                    assertThat(far.readUntil("\n", 10)).isEqualTo("hello");
                    var tls =
                            TlsBehaviour.Tls.over(
                                    scope, near, far, TlsBehaviour.CLIENT, TlsBehaviour.SERVER);
                    tls.server().writeAll("secret\n");
                    assertThat(tls.client().readUntil("\n", 10)).isEqualTo("secret");
                    var closing = scope.fork(() -> tls.client().close());
                    tls.server().close();
                    closing.await();
                    listener.close();
                    assertThat(address.getPath()).doesNotExist();
                    assertThat(TlsConnection.class).isFinal();
                });
    }

    @Test
    void filesShouldBeWrittenReadAndCopied() throws Exception {
        run(
                scope -> {
                    var bytes = new byte[1_000_003];
                    new Random(5).nextBytes(bytes);
                    var file = folder.resolve("file");
                    Files.write(scope, file, bytes);
                    assertThat(java.nio.file.Files.readAllBytes(file)).isEqualTo(bytes);
                    assertThat(Files.read(scope, file)).isEqualTo(bytes);
                    assertThat(Files.copy(scope, file, folder.resolve("copy")))
                            .isEqualTo(1_000_003);
                    assertThat(folder.resolve("copy")).hasSameBinaryContentAs(file);
                    Files.write(scope, file, new byte[0]);
                    assertThat(Files.read(scope, file)).isEmpty();
                    Files.append(scope, file, "one".getBytes(US_ASCII));
                    Files.append(scope, file, "two".getBytes(US_ASCII));
                    assertThat(file).hasContent("onetwo");
                    assertThat(Files.read(scope, Path.of("/proc/self/status"))).isNotEmpty();
                    assertThatThrownBy(() -> Files.read(scope, folder.resolve("none")))
                            .hasMessageContaining("ENOENT");
                    assertThat(ring().metrics().descriptors()).isZero();
                });
    }

    @Test
    void logShouldKeepItsRecordsInOrder() throws Exception {
        run(
                scope -> {
                    var path = folder.resolve("log");
                    for (int round = 0; round < 2; round++) {
                        try (var log = Files.Log.open(scope, path)) {
                            log.append((round + " begins\n").getBytes(US_ASCII));
                            log.append((round + " ends\n").getBytes(US_ASCII));
                        }
                    }
                    assertThat(path).hasContent("0 begins\n0 ends\n1 begins\n1 ends\n");
                });
    }

    @Test
    void walkShouldFindEverythingAndSayWhatIsNotThere() throws Exception {
        java.nio.file.Files.createDirectories(folder.resolve("a/b"));
        java.nio.file.Files.createFile(folder.resolve("a/b/c"));
        run(
                scope -> {
                    assertThat(Files.walk(scope, folder))
                            .contains(folder, folder.resolve("a/b"), folder.resolve("a/b/c"));
                    assertThatThrownBy(() -> Files.walk(scope, folder.resolve("none")))
                            .isInstanceOf(java.nio.file.NoSuchFileException.class);
                });
    }
}
