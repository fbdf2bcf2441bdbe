package dev.catena.spec.io;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TlsConnection;
import dev.catena.io.TlsOptions;
import dev.catena.proactor.DriverKind;
import java.net.InetSocketAddress;
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
}
