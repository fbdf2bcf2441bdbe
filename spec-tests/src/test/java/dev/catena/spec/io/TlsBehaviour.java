package dev.catena.spec.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.Connection;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TlsConnection;
import dev.catena.io.TlsOptions;
import dev.catena.io.TlsOptions.ClientCertificate;
import dev.catena.ops.Buffer;
import dev.catena.proactor.DriverKind;
import dev.catena.scope.Scope;
import dev.catena.spec.io.Certificates.Key;
import dev.catena.spec.io.TcpBehaviour.Ends;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.zip.CRC32C;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What TLS connections do among themselves and with the JDK's own sockets, on any driver.
abstract class TlsBehaviour extends IoSpec {
    static final TlsOptions SERVER = TlsOptions.of(Certificates.server());
    static final TlsOptions CLIENT = TlsOptions.of(Certificates.client());

    TlsBehaviour(DriverKind kind) {
        super(kind);
    }

    /// Two ends in TLS.
    record Tls(TlsConnection client, TlsConnection server) {
        static Tls open(Scope scope, TlsOptions client, TlsOptions server) throws Exception {
            var ends = Ends.open(scope);
            return over(scope, ends.near(), ends.far(), client, server);
        }

        static Tls over(
                Scope scope, Connection near, Connection far, TlsOptions client, TlsOptions server)
                throws IOException {
            var accepting = scope.fork(() -> TlsConnection.accept(far, server));
            var connected = TlsConnection.connect(near, "localhost", 443, client);
            return new Tls(connected, accepting.await());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void socketOfTheJdkShouldBeServed(String protocol) throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    int port = listener.localAddress().getPort();
                    try (var client =
                            Outside.run(
                                    () -> {
                                        try (var socket = jdkSocket(port, protocol)) {
                                            socket.getOutputStream()
                                                    .write("hello\n".getBytes(US_ASCII));
                                            var answer = socket.getInputStream().readNBytes(5);
                                            return new String(answer, US_ASCII)
                                                    + " by "
                                                    + socket.getApplicationProtocol()
                                                    + ", then "
                                                    + socket.getInputStream().read();
                                        }
                                    })) {
                        var tls =
                                TlsConnection.accept(
                                        listener.accept(),
                                        SERVER.applicationProtocols("h2", "http/1.1"));
                        assertThat(tls.session().getProtocol()).isEqualTo(protocol);
                        assertThat(tls.applicationProtocol()).isEqualTo("http/1.1");
                        assertThat(tls.requestedServerName()).isEqualTo("localhost");
                        assertThat(tls.readUntil("\n", 10)).isEqualTo("hello");
                        tls.writeAll("world");
                        tls.endOutput();
                        assertThat(client.get()).isEqualTo("world by http/1.1, then -1");
                        assertThat(tls.read(scope.lease(1))).as("close_notify").isZero();
                        tls.close();
                        tls.close();
                    }
                });
    }

    private static SSLSocket jdkSocket(int port, String protocol) throws IOException {
        var socket =
                (SSLSocket)
                        Certificates.client().getSocketFactory().createSocket("localhost", port);
        var parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        parameters.setApplicationProtocols(new String[] {"http/1.1", "other"});
        parameters.setServerNames(List.of(new SNIHostName("localhost")));
        socket.setSSLParameters(parameters);
        return socket;
    }

    @Test
    void serverOfTheJdkShouldBeUsed() throws Exception {
        var sockets = Certificates.server().getServerSocketFactory();
        try (var server = sockets.createServerSocket(0, 1, ANY_PORT.getAddress());
                var serving =
                        Outside.run(
                                () -> {
                                    try (var socket = server.accept()) {
                                        var line = socket.getInputStream().readNBytes(6);
                                        socket.getOutputStream().write(line);
                                        return socket.getInputStream().read();
                                    }
                                })) {
            run(
                    scope -> {
                        var tcp = TcpConnection.connect(scope, "127.0.0.1", server.getLocalPort());
                        var tls = TlsConnection.connect(tcp, "localhost", 443, CLIENT);
                        tls.writeAll("hello\n");
                        assertThat(tls.readUntil("\n", 10)).isEqualTo("hello");
                        tls.close();
                        assertThat(tcp.isOpen()).isFalse();
                        assertThatThrownBy(() -> tls.writeAll("more"))
                                .isInstanceOf(IOException.class);
                    });
            assertThat(serving.get()).as("our close_notify").isEqualTo(-1);
        }
    }

    @Test
    void closeShouldBeNotifiedBothWays() throws Exception {
        run(
                scope -> {
                    var tls = Tls.open(scope, CLIENT, SERVER);
                    tls.client().writeAll("last words");
                    var closing = scope.fork(() -> tls.client().close());
                    var words = scope.lease(10);
                    tls.server().readFully(words);
                    assertThat(words.toArray()).asString(US_ASCII).isEqualTo("last words");
                    assertThat(tls.server().read(words)).isZero();
                    assertThat(closing.isDone()).as("waits for ours").isFalse();
                    tls.server().close();
                    closing.await();
                });
    }

    @Test
    void endWithoutCloseNotifyShouldBeToldFromAProperOne() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    var tls = Tls.over(scope, ends.near(), ends.far(), CLIENT, SERVER);
                    tls.server().writeAll("cut sh");
                    ends.far().close();
                    var words = scope.lease(6);
                    tls.client().readFully(words);
                    for (int i = 0; i < 2; i++) {
                        assertThatThrownBy(() -> tls.client().read(words))
                                .isInstanceOf(EOFException.class)
                                .hasMessageContaining("close_notify");
                    }
                    tls.client().close();
                });
    }

    @Test
    void certificatesShouldBeAskedForAndChecked() throws Exception {
        var needing = SERVER.clientCertificate(ClientCertificate.NEEDED);
        run(
                scope -> {
                    var tls = Tls.open(scope, CLIENT, needing);
                    assertThat(tls.server().session().getPeerPrincipal().getName())
                            .isEqualTo("CN=CLIENT");
                    tls.server().writeAll("x");
                    tls.client().readFully(scope.lease(1));
                });
        var nobody = Certificates.context(List.of(), Key.SERVER);
        var stranger = Certificates.context(List.of(Key.STRANGER), Key.SERVER);
        for (var context : List.of(nobody, stranger)) {
            run(scope -> refusesServer(scope, TlsOptions.of(context), needing));
        }
    }

    private static void refusesServer(Scope scope, TlsOptions client, TlsOptions server)
            throws Exception {
        var ends = Ends.open(scope);
        var connecting =
                scope.fork(
                        () -> {
                            try (var tls =
                                    TlsConnection.connect(ends.near(), "localhost", 443, client)) {
                                return tls.read(tls.scope().lease(1)); // the alert comes here
                            } catch (IOException refused) {
                                return refused;
                            }
                        });
        assertThatThrownBy(() -> TlsConnection.accept(ends.far(), server))
                .isInstanceOf(SSLException.class);
        assertThat(ends.far().isOpen()).isFalse();
        assertThat(connecting.await()).isInstanceOf(SSLException.class);
    }

    @Test
    void serverThatIsNotTrustedOrHasAnotherNameShouldBeRefused() throws Exception {
        run(
                scope -> {
                    var trusting = Certificates.context(List.of(), Key.STRANGER);
                    refusesClient(scope, "localhost", trusting);
                    refusesClient(scope, "example.org", Certificates.client());
                });
    }

    private static void refusesClient(Scope scope, String name, SSLContext context)
            throws Exception {
        var ends = Ends.open(scope);
        var accepting =
                scope.fork(
                        () -> {
                            try (var tls = TlsConnection.accept(ends.far(), SERVER)) {
                                return tls.read(tls.scope().lease(1));
                            } catch (IOException refused) {
                                return refused;
                            }
                        });
        assertThatThrownBy(
                        () -> TlsConnection.connect(ends.near(), name, 443, TlsOptions.of(context)))
                .isInstanceOf(SSLException.class);
        assertThat(ends.near().isOpen()).isFalse();
        assertThatThrownBy(() -> ends.near().writeAll("in the clear"))
                .isInstanceOf(IOException.class);
        assertThat(accepting.await()).isInstanceOf(SSLException.class);
    }

    @Test
    void sessionShouldBeResumed() throws Exception {
        run(
                scope -> {
                    long[] created = new long[2];
                    for (int i = 0; i < 2; i++) {
                        var tls = Tls.open(scope, CLIENT, SERVER);
                        tls.server().writeAll("x"); // after it the client has the ticket
                        tls.client().readFully(scope.lease(1));
                        created[i] = tls.client().session().getCreationTime();
                        var closing = scope.fork(() -> tls.client().close());
                        tls.server().close();
                        closing.await();
                        while (System.currentTimeMillis() == created[i]) {
                            Thread.onSpinWait();
                        }
                    }
                    assertThat(created[1]).isEqualTo(created[0]);
                });
    }

    @Test
    void manyRecordsShouldArriveWholeBothWaysAtOnce() throws Exception {
        int total = 8 << 20;
        run(
                scope -> {
                    var tls = Tls.open(scope, CLIENT, SERVER);
                    var sums = new CRC32C[] {new CRC32C(), new CRC32C(), new CRC32C()};
                    var there = scope.fork(() -> send(tls.client(), total, 200_000, sums[0]));
                    var back = scope.fork(() -> send(tls.server(), total, 1_000, null));
                    var ahead = scope.fork(() -> receive(tls.client(), sums[2]));
                    assertThat(receive(tls.server(), sums[1])).isEqualTo(there.await());
                    assertThat(ahead.await()).isEqualTo(back.await());
                    assertThat(sums[1].getValue()).isEqualTo(sums[0].getValue());
                });
    }

    private static int send(Connection to, int total, int blockSize, CRC32C sum)
            throws IOException {
        var block = to.scope().lease(blockSize);
        int size = 0;
        for (; size < total; size += blockSize) {
            FeedBehaviour.fill(block, size);
            if (sum != null) {
                sum.update(block.asByteBuffer());
            }
            to.writeAll(block);
        }
        to.endOutput();
        return size;
    }

    private static int receive(Connection from, CRC32C sum) throws IOException {
        int size = 0;
        try (var feed = from.feed()) {
            for (Buffer part = feed.take(); part != null; part = feed.take()) {
                size += part.size();
                sum.update(part.asByteBuffer());
            }
        }
        return size;
    }

    @Test
    void oneByteAtATimeShouldBeEnough() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    int port = listener.localAddress().getPort();
                    var relay = TcpListener.bind(scope, ANY_PORT);
                    int relayPort = relay.localAddress().getPort();
                    var relaying =
                            scope.fork(
                                    () -> {
                                        var from = relay.accept();
                                        var to = TcpConnection.connect(scope, "127.0.0.1", port);
                                        scope.fork(() -> drip(to, from, 16384));
                                        drip(from, to, 1);
                                        to.endOutput();
                                    });
                    try (var client =
                            Outside.run(
                                    () -> {
                                        try (var socket = jdkSocket(relayPort, "TLSv1.3")) {
                                            socket.getOutputStream().write("x\n".getBytes());
                                            return socket.getInputStream().read();
                                        }
                                    })) {
                        var tls = TlsConnection.accept(listener.accept(), SERVER);
                        assertThat(tls.readUntil("\n", 10)).isEqualTo("x");
                        tls.writeAll("y");
                        assertThat(client.get()).isEqualTo('y');
                        tls.close();
                    }
                    relaying.await();
                });
    }

    private static void drip(Connection from, Connection to, int most) throws IOException {
        var buffer = from.scope().lease(most);
        for (int size = from.read(buffer); size > 0; size = from.read(buffer)) {
            to.writeAll(buffer.first(size));
        }
    }

    /// What a peer reads that is no client at all, and what the server says of it.
    private byte[] answerTo(byte[] begin, String complaint) throws Exception {
        var answer = new byte[1][];
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    int port = listener.localAddress().getPort();
                    try (var client =
                            Outside.run(
                                    () -> {
                                        try (var socket = new Socket("127.0.0.1", port)) {
                                            socket.getOutputStream().write(begin);
                                            socket.shutdownOutput();
                                            return socket.getInputStream().readAllBytes();
                                        }
                                    })) {
                        var connection = listener.accept();
                        assertThatThrownBy(() -> TlsConnection.accept(connection, SERVER))
                                .isInstanceOf(IOException.class)
                                .hasMessageContaining(complaint);
                        assertThat(connection.isOpen()).isFalse();
                        answer[0] = client.get();
                    }
                });
        return answer[0];
    }

    @Test
    void clientThatSpeaksHttpShouldBeToldNothingInTheClear() throws Exception {
        assertOnlyAlerts(
                answerTo("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII), "'GET / HTTP/1.1..'"));
    }

    @Test
    void recordThatIsTooLargeShouldBeRefused() throws Exception {
        var record = new byte[100];
        record[0] = 22;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) 0xFF;
        record[4] = (byte) 0xFF;
        assertOnlyAlerts(answerTo(record, "ecord"));
    }

    @Test
    void clientThatGoesAwayShouldBeNamed() throws Exception {
        assertOnlyAlerts(answerTo(new byte[] {22, 3, 1}, "ended the connection"));
    }

    private static void assertOnlyAlerts(byte[] answer) {
        if (answer.length > 0) {
            assertThat(answer).as("an alert record").startsWith(21, 3).hasSizeLessThan(100);
        }
    }
}
