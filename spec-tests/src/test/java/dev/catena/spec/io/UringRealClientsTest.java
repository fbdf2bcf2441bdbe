package dev.catena.spec.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.io.Connection;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TlsConnection;
import dev.catena.io.Udp;
import dev.catena.io.UnixListener;
import dev.catena.proactor.DriverKind;
import dev.catena.spec.io.Certificates.Key;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that people have: nc, socat, curl and OpenSSL's client and server. Where one is missing its test is skipped and says so.
class UringRealClientsTest extends IoSpec {
    @TempDir Path folder;

    UringRealClientsTest() {
        super(DriverKind.URING);
    }

    /// A program with its input and output.
    private static final class Program implements AutoCloseable {
        private final Process process;
        private final BufferedReader output;

        Program(String... command) throws IOException {
            boolean present =
                    Stream.of(System.getenv("PATH").split(":"))
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command[0])));
            Assumptions.assumeTrue(present, command[0] + " is not installed");
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            output = process.inputReader(UTF_8);
        }

        void say(String line) throws IOException {
            process.getOutputStream().write((line + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
        }

        /// The first line of what it says that has `part` in it.
        String line(String part) throws IOException {
            var said = new StringBuilder();
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                if (line.contains(part)) {
                    return line;
                }
                said.append(line).append('\n');
            }
            throw new AssertionError("it did not say '" + part + "', but: " + said);
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly().onExit().join();
            output.close();
        }
    }

    /// Speaks with a program on a thread of its own.
    private interface Talk {
        String with(Program program) throws Exception;
    }

    private static Outside<String> talk(Talk talk, String... command) {
        return Outside.run(
                () -> {
                    try (var program = new Program(command)) {
                        return talk.with(program);
                    }
                });
    }

    private static void echoLine(Connection connection) throws IOException {
        var line = Objects.requireNonNull(connection.readUntil("\n", 1000));
        connection.writeAll("got " + line + "\n");
    }

    private static String hello(Program program) throws IOException {
        program.say("hello");
        return program.line("got");
    }

    @Test
    void ncShouldBeAnswered() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var port = String.valueOf(listener.localAddress().getPort());
                    try (var nc = talk(UringRealClientsTest::hello, "nc", "127.0.0.1", port)) {
                        echoLine(listener.accept());
                        assertThat(nc.get()).isEqualTo("got hello");
                    }
                });
    }

    @Test
    void socatShouldBeAnsweredOnAUnixSocket() throws Exception {
        run(
                scope -> {
                    var path = folder.resolve("socket");
                    var listener = UnixListener.bind(scope, UnixDomainSocketAddress.of(path));
                    try (var socat =
                            talk(
                                    UringRealClientsTest::hello,
                                    "socat",
                                    "-",
                                    "UNIX-CONNECT:" + path)) {
                        echoLine(listener.accept());
                        assertThat(socat.get()).isEqualTo("got hello");
                    }
                });
    }

    @Test
    void socatShouldBeAnsweredByUdp() throws Exception {
        run(
                scope -> {
                    var udp = Udp.bind(scope, ANY_PORT);
                    var to = "UDP:127.0.0.1:" + udp.localAddress().getPort();
                    try (var socat = talk(UringRealClientsTest::hello, "socat", "-", to)) {
                        var buffer = scope.lease(100);
                        var datagram = udp.receive(buffer);
                        var text = new String(buffer.copy(0, datagram.size()), UTF_8);
                        var answer = ("got " + text).getBytes(UTF_8);
                        udp.send(
                                scope.lease(answer.length).put(0, answer),
                                (java.net.InetSocketAddress) datagram.from());
                        assertThat(socat.get()).isEqualTo("got hello");
                    }
                });
    }

    @Test
    void curlShouldFetchByHttps() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    int port = listener.localAddress().getPort();
                    try (var curl =
                            talk(
                                    program -> program.line("from Catena"),
                                    "curl",
                                    "-sS",
                                    "--cacert",
                                    Certificates.pem(Key.SERVER).toString(),
                                    "--resolve",
                                    "localhost:" + port + ":127.0.0.1",
                                    "https://localhost:" + port + "/")) {
                        var tls =
                                TlsConnection.accept(
                                        listener.accept(),
                                        TlsBehaviour.SERVER.applicationProtocols("http/1.1"));
                        assertThat(tls.readUntil("\r\n\r\n", 8000)).startsWith("GET / HTTP/1.1");
                        tls.writeAll("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nfrom Catena\n");
                        assertThat(curl.get()).isEqualTo("from Catena");
                        tls.close();
                    }
                });
    }

    @Test
    void clientOfOpenSslShouldNegotiate() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    try (var client =
                            talk(
                                    program -> {
                                        var alpn = program.line("ALPN protocol");
                                        program.say("hello");
                                        return alpn + ", " + program.line("got");
                                    },
                                    "openssl",
                                    "s_client",
                                    "-connect",
                                    "127.0.0.1:" + listener.localAddress().getPort(),
                                    "-servername",
                                    "localhost",
                                    "-alpn",
                                    "x,catena",
                                    "-verify_return_error",
                                    "-CAfile",
                                    Certificates.pem(Key.SERVER).toString())) {
                        var tls =
                                TlsConnection.accept(
                                        listener.accept(),
                                        TlsBehaviour.SERVER.applicationProtocols("catena"));
                        assertThat(tls.requestedServerName()).isEqualTo("localhost");
                        echoLine(tls);
                        assertThat(client.get()).isEqualTo("ALPN protocol: catena, got hello");
                        tls.close();
                    }
                });
    }

    @Test
    void serverOfOpenSslShouldBeUsed() throws Exception {
        try (var server =
                new Program(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:0",
                        "-cert",
                        Certificates.pem(Key.SERVER).toString(),
                        "-alpn",
                        "catena",
                        "-rev")) {
            var where = server.line("ACCEPT");
            int port = Integer.parseInt(where.substring(where.lastIndexOf(':') + 1).trim());
            run(
                    scope -> {
                        var tcp = TcpConnection.connect(scope, "127.0.0.1", port);
                        var tls =
                                TlsConnection.connect(
                                        tcp,
                                        "localhost",
                                        port,
                                        TlsBehaviour.CLIENT.applicationProtocols("catena"));
                        assertThat(tls.applicationProtocol()).isEqualTo("catena");
                        tls.writeAll("hello\n");
                        assertThat(tls.readUntil("\n", 100)).isEqualTo("olleh");
                        tls.close();
                        assertThat(List.of(tcp.isOpen())).containsExactly(false);
                    });
        }
    }
}
