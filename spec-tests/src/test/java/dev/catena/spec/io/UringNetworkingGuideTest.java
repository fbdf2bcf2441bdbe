package dev.catena.spec.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.io.Command;
import dev.catena.io.Processes;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TlsConnection;
import dev.catena.io.TlsOptions;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Ops;
import dev.catena.proactor.DriverKind;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// The snippets of docs/guide/networking.md.
class UringNetworkingGuideTest extends IoSpec {
    UringNetworkingGuideTest() {
        super(DriverKind.URING);
    }

    @Test
    void serverAndClientShouldTalk() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, new InetSocketAddress("127.0.0.1", 0));
                    scope.fork(
                            () ->
                                    listener.serve(
                                            connection -> {
                                                var line =
                                                        connection
                                                                .within(ofSeconds(5))
                                                                .readUntil("\n", 1024);
                                                connection.writeAll("you said " + line + "\n");
                                            }));
                    int port = listener.localAddress().getPort();
                    String answer;
                    try (var connection = TcpConnection.connect(scope, "localhost", port)) {
                        connection.writeAll("hello\n");
                        answer = connection.readUntil("\n", 1024);
                    }
                    assertThat(answer).isEqualTo("you said hello");
                    listener.close();
                });
    }

    @Test
    void feedShouldBeSummedUp() throws Exception {
        run(
                scope -> {
                    var ends = TcpBehaviour.Ends.open(scope);
                    ends.far().writeAll("123456789");
                    ends.far().endOutput();
                    var connection = ends.near();
                    var checksum = new CRC32();
                    try (var feed = connection.feed()) {
                        for (var part = feed.take(); part != null; part = feed.take()) {
                            checksum.update(part.asByteBuffer());
                        }
                    }
                    assertThat(checksum.getValue()).isEqualTo(0xCBF43926L);
                });
    }

    @Test
    void filesAndSeveralBuffersShouldBeSent() throws Exception {
        run(
                scope -> {
                    var ends = TcpBehaviour.Ends.open(scope);
                    var connection = ends.near();
                    var file = scope.await(Ops.open(Path.of("../pom.xml"), OpenFlag.READ));
                    int size = 5;
                    var head = scope.lease(1).fill((byte) 'a');
                    var body = scope.lease(2).fill((byte) 'b');
                    long sent = connection.sendFile(file, 0, size);
                    connection.writeAll(List.of(head, body));
                    assertThat(sent).isEqualTo(size);
                    assertThat(ends.far().readUntil("bb", 10)).isEqualTo("<?xmla");
                });
    }

    @Test
    void tlsShouldBeAccepted() throws Exception {
        var context = Certificates.server();
        run(
                scope -> {
                    var ends = TcpBehaviour.Ends.open(scope);
                    var tcp = ends.far();
                    var accepting =
                            scope.fork(
                                    () -> {
                                        var tls =
                                                TlsConnection.accept(
                                                        tcp,
                                                        TlsOptions.of(context)
                                                                .applicationProtocols(
                                                                        "h2", "http/1.1"));
                                        return tls.applicationProtocol();
                                    });
                    var offer = TlsBehaviour.CLIENT.applicationProtocols("h2");
                    assertThat(
                                    TlsConnection.connect(ends.near(), "localhost", 443, offer)
                                            .applicationProtocol())
                            .isEqualTo("h2");
                    assertThat(accepting.await()).isEqualTo("h2");
                });
    }

    @Test
    void programsShouldBeRun() throws Exception {
        run(
                scope -> {
                    var sorted =
                            Processes.run(
                                    scope,
                                    Command.of("sort").within(ofSeconds(5)),
                                    "b\na\n".getBytes(UTF_8));
                    assertThat(sorted.text()).isEqualTo("a\nb\n");
                    String answer;
                    try (var cat = Processes.start(scope, Command.of("cat"))) {
                        cat.input().writeAll("hello\n");
                        answer = cat.output().readUntil("\n", 1024);
                    }
                    assertThat(answer).isEqualTo("hello");
                });
    }
}
