package dev.catena.spec.programs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `proxy` between programs that know nothing of it, on one driver.
@Timeout(120)
abstract class ProxyBehaviour {
    private static final int LARGE = 8_000_003;

    @TempDir Path folder;

    private final Programs programs;

    ProxyBehaviour(String driver) {
        programs = new Programs(driver);
    }

    @AfterEach
    void leaveNoProcess() {
        programs.close();
    }

    private Programs.Server proxy(int to, String... more) throws IOException {
        var words = new ArrayList<>(List.of("proxy", "--port", "0", "--to", "localhost:" + to));
        words.addAll(List.of(more));
        return programs.serve(words.toArray(String[]::new));
    }

    private Programs.Server files(byte[] large) throws IOException {
        Files.write(folder.resolve("large.bin"), large);
        Files.writeString(folder.resolve("small.txt"), "small");
        return programs.serve("http", "--port", "0", "--root", folder.toString());
    }

    private static byte[] large() {
        var bytes = new byte[LARGE];
        new Random(11).nextBytes(bytes);
        return bytes;
    }

    private static Socket connect(Programs.Server server) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port());
    }

    @Test
    void curlAndWrkShouldGetThroughItWhatIsThere() throws Exception {
        Programs.assumeInstalled("wrk");
        var large = large();
        var files = files(large);
        var proxy = proxy(files.port());
        var url = "http://127.0.0.1:" + proxy.port();

        assertThat(programs.client("curl", "-sS", url + "/large.bin").bytes()).isEqualTo(large);
        var wrk =
                programs.client("wrk", "-t1", "-c32", "-d1", "--timeout", "60", url + "/small.txt");
        assertThat(wrk.out())
                .containsPattern("[1-9][0-9]* requests in")
                .doesNotContain("Non-2xx")
                .doesNotContain("Socket errors");

        assertThat(proxy.stop()).contains("0 were turned away");
        files.stop();
    }

    /// `sha256sum` answers when it has read the end of what it is sent: that has to come, with all before it, while the other direction
    /// stays open.
    @Test
    void endOfOneDirectionShouldBePassedOnAlone() throws Exception {
        Programs.assumeInstalled("socat");
        var large = large();
        int port = freePort();
        var hashing =
                new ProcessBuilder(
                                "socat",
                                "-d",
                                "-d",
                                "-t",
                                "100",
                                "TCP-LISTEN:" + port + ",bind=127.0.0.1,fork",
                                "EXEC:sha256sum")
                        .redirectErrorStream(true)
                        .start();
        try {
            awaitListening(hashing);
            var proxy = proxy(port);
            try (var socket = connect(proxy)) {
                socket.getOutputStream().write(large);
                socket.shutdownOutput();
                var digest =
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(large));
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .startsWith(digest);
            }
            proxy.stop();
        } finally {
            hashing.destroyForcibly().onExit().join();
        }
    }

    @Test
    void thousandConnectionsShouldBeRelayedAtOnce() throws Exception {
        var echo = programs.serve("echo", "--port", "0");
        var proxy = proxy(echo.port(), "--check", "100000");
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 1000; i++) {
                sockets.add(connect(proxy));
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var all = new ArrayList<Future<?>>();
                for (int i = 0; i < sockets.size(); i++) {
                    var socket = sockets.get(i);
                    var said = ("this is " + i).getBytes(UTF_8);
                    all.add(
                            threads.submit(
                                    () -> {
                                        socket.getOutputStream().write(said);
                                        assertThat(socket.getInputStream().readNBytes(said.length))
                                                .isEqualTo(said);
                                        return said;
                                    }));
                }
                for (var each : all) {
                    each.get();
                }
            }
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
        assertThat(proxy.stop()).contains("of 1,000 connections").contains("0 were turned away");
        assertThat(echo.stop()).contains("served 1,001 connections"); // it was looked at once
    }

    @Test
    void idleConnectionShouldBeClosed() throws Exception {
        var echo = programs.serve("echo", "--port", "0");
        var proxy = proxy(echo.port(), "--idle", "4");
        try (var idle = connect(proxy)) {
            idle.getOutputStream().write(42);
            assertThat(idle.getInputStream().read()).isEqualTo(42);
            assertThat(isEnded(idle)).isTrue();
        }
        assertThat(proxy.stop()).contains("1 broke or were idle");
        echo.stop();
    }

    @Test
    void oneConnectionMoreThanMayBeShouldBeTurnedAway() throws Exception {
        var echo = programs.serve("echo", "--port", "0");
        var proxy = proxy(echo.port(), "--connections", "1");
        try (var first = connect(proxy)) {
            first.getOutputStream().write(42);
            assertThat(first.getInputStream().read()).isEqualTo(42);
            try (var second = connect(proxy)) {
                assertThat(isEnded(second)).isTrue();
            }
            first.getOutputStream().write(43);
            assertThat(first.getInputStream().read()).isEqualTo(43);
        }
        assertThat(proxy.stop()).contains("1 were turned away");
        echo.stop();
    }

    @Test
    void serverThatIsNotThereShouldBeNoticedAndFoundWhenItIsBack() throws Exception {
        int port = freePort();
        var proxy = proxy(port);
        proxy.awaitComplaint("localhost:" + port + " is down");
        try (var nobody = connect(proxy)) {
            assertThat(isEnded(nobody)).isTrue();
        }
        var echo = programs.serve("echo", "--port", "" + port);
        proxy.awaitComplaint("localhost:" + port + " is back");
        try (var socket = connect(proxy)) {
            socket.getOutputStream().write(42);
            assertThat(socket.getInputStream().read()).isEqualTo(42);
        }
        proxy.stop();
        echo.stop();
    }

    /// Whether the peer has closed it, one way or the other; waits for that.
    private static boolean isEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(Process socat) throws IOException {
        var said = socat.inputReader(UTF_8);
        for (var line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains("listening on")) {
                return;
            }
        }
        throw new AssertionError("socat does not listen");
    }
}
