package dev.catena.spec.programs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `http` as curl and wrk find it, on one driver.
@Timeout(120)
abstract class HttpBehaviour {
    private static final int BIG = 1_000_003;

    @TempDir Path folder;

    private final Programs programs;
    private final byte[] big = new byte[BIG];
    private Path site;
    private Programs.Server server;

    HttpBehaviour(String driver) {
        programs = new Programs(driver);
    }

    @BeforeEach
    void serveAFolder() throws Exception {
        site = Files.createDirectories(folder.resolve("site"));
        Files.writeString(folder.resolve("secret.txt"), "secret");
        Files.writeString(site.resolve("a.txt"), "0123456789");
        Files.writeString(site.resolve("empty.css"), "");
        new Random(42).nextBytes(big);
        Files.write(site.resolve("big.bin"), big);
        var sub = Files.createDirectories(site.resolve("sub"));
        Files.writeString(sub.resolve("x & <y>.txt"), "within");
        var indexed = Files.createDirectories(site.resolve("indexed"));
        Files.writeString(indexed.resolve("index.html"), "<h1>index</h1>");
        Files.createSymbolicLink(site.resolve("inside"), Path.of("sub/../a.txt"));
        Files.createSymbolicLink(site.resolve("outside"), Path.of("../secret.txt"));
        Files.createSymbolicLink(site.resolve("parent"), Path.of(".."));
        Files.createSymbolicLink(site.resolve("absolute"), folder.resolve("secret.txt"));
    }

    @AfterEach
    void leaveNoProcess() {
        programs.close();
    }

    private void serve(String... more) throws IOException {
        var words = new ArrayList<>(List.of("http", "--port", "0", "--root", site.toString()));
        words.addAll(List.of(more));
        server = programs.serve(words.toArray(String[]::new));
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    /// An answer as curl has it: the head, in lower case, and the body.
    private record Answer(String head, byte[] body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        String text() {
            return new String(body, UTF_8);
        }

        String field(String name) {
            return head.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("none");
        }
    }

    private Answer curl(String path, String... options) throws Exception {
        var command = new ArrayList<>(List.of("curl", "-sS", "-i", "--path-as-is"));
        command.addAll(List.of(options));
        command.add(url(path));
        var run = programs.client(command.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        int end = new String(run.bytes(), ISO_8859_1).indexOf("\r\n\r\n");
        return new Answer(
                new String(run.bytes(), 0, end, ISO_8859_1).toLowerCase(java.util.Locale.ROOT),
                Arrays.copyOfRange(run.bytes(), end + 4, run.bytes().length));
    }

    @Test
    void curlShouldBeServed() throws Exception {
        serve();
        gets();
        ranges();
        conditions();
        refusals();
        assertThat(server.stop()).containsPattern("served [0-9]+ requests on [0-9]+ connections");
    }

    private void gets() throws Exception {
        var text = curl("/a.txt?query=%");
        assertThat(text.status()).isEqualTo(200);
        assertThat(text.text()).isEqualTo("0123456789");
        assertThat(text.field("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(curl("/big.bin").body()).isEqualTo(big);
        assertThat(curl("/big.bin").field("content-type")).isEqualTo("application/octet-stream");
        assertThat(curl("/empty.css").field("content-length")).isEqualTo("0");
        assertThat(curl("/inside").text()).isEqualTo("0123456789");

        var head = curl("/big.bin", "-I");
        assertThat(head.field("content-length")).isEqualTo(Integer.toString(BIG));
        assertThat(head.body()).isEmpty();

        assertThat(curl("/indexed/").text()).isEqualTo("<h1>index</h1>");
        assertThat(curl("/indexed").field("location")).isEqualTo("/indexed/");
        assertThat(curl("//evil/..//indexed").field("location")).doesNotStartWith("//");
        var listing = curl("/sub/").text();
        assertThat(listing).contains("href=\"./x%20%26%20%3Cy%3E.txt\">x &amp; &lt;y&gt;.txt</a>");
        assertThat(curl("/sub/x%20%26%20%3Cy%3E.txt").text()).isEqualTo("within");
    }

    private void ranges() throws Exception {
        var part = curl("/big.bin", "-r", "200000-700000");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.field("content-range")).isEqualTo("bytes 200000-700000/" + BIG);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(big, 200_000, 700_001));
        assertThat(curl("/a.txt", "-r", "7-").text()).isEqualTo("789");
        assertThat(curl("/a.txt", "-r", "-2").text()).isEqualTo("89");
        assertThat(curl("/a.txt", "-r", "8-99999").field("content-range"))
                .isEqualTo("bytes 8-9/10");
        var beyond = curl("/a.txt", "-r", "10-");
        assertThat(beyond.status()).isEqualTo(416);
        assertThat(beyond.field("content-range")).isEqualTo("bytes */10");
        assertThat(curl("/a.txt", "-H", "Range: lines=1-2").status()).isEqualTo(200);
    }

    private void conditions() throws Exception {
        var file = curl("/a.txt");
        var tag = file.field("etag");
        var time = "Fri, 20 Nov 2020 10:00:00 GMT";
        var later = "Fri, 20 Nov 2099 10:00:00 GMT";
        var same = curl("/a.txt", "-H", "If-None-Match: \"other\", " + tag);
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(curl("/a.txt", "-H", "If-None-Match: \"other\"").status()).isEqualTo(200);
        assertThat(curl("/a.txt", "-H", "If-Modified-Since: " + later).status()).isEqualTo(304);
        assertThat(curl("/a.txt", "-H", "If-Modified-Since: " + time).status()).isEqualTo(200);
        assertThat(curl("/a.txt", "-H", "If-Match: \"other\"").status()).isEqualTo(412);
        assertThat(curl("/a.txt", "-H", "If-Match: " + tag).status()).isEqualTo(200);
        assertThat(curl("/a.txt", "-H", "If-Unmodified-Since: " + time).status()).isEqualTo(412);
        assertThat(curl("/a.txt", "-r", "1-2", "-H", "If-Range: " + tag).text()).isEqualTo("12");
        assertThat(curl("/a.txt", "-r", "1-2", "-H", "If-Range: \"old\"").status()).isEqualTo(200);
    }

    private void refusals() throws Exception {
        for (var way :
                List.of(
                        "/../secret.txt",
                        "/sub/../../secret.txt",
                        "/%2e%2e/secret.txt",
                        "/..%2fsecret.txt",
                        "/sub/..%2F..%2Fsecret.txt",
                        "//../secret.txt",
                        "/outside",
                        "/absolute",
                        "/parent/secret.txt",
                        "/parent/",
                        folder.resolve("secret.txt").toString(),
                        "/" + folder.resolve("secret.txt"),
                        "/a.txt/",
                        "/a.txt/x",
                        "/none")) {
            var answer = curl(way);
            assertThat(answer.status()).as(way).isEqualTo(404);
            assertThat(answer.text()).as(way).doesNotContain("secret");
        }
        assertThat(curl("/%00").status()).isEqualTo(400);
        assertThat(curl("/%zz").status()).isEqualTo(400);
        assertThat(curl("/%ff").status()).isEqualTo(400);
        assertThat(curl("/a.txt", "-X", "DELETE").field("allow")).isEqualTo("get, head");
        assertThat(curl("/a.txt", "-d", "x=1").status()).isEqualTo(405);
        assertThat(curl("/a.txt", "-H", "Host:").status()).isEqualTo(400);
        assertThat(curl("/a.txt", "-H", "X: " + "y".repeat(9000)).status()).isEqualTo(431);
    }

    /// Three requests are sent at once, and the answers come in order on the one connection, which the last asks to be closed.
    @Test
    void requestsSentAheadShouldBeAnsweredInOrder() throws Exception {
        serve();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            say(
                    socket,
                    "GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n"
                            + "HEAD /big.bin HTTP/1.1\r\nHost: x\r\n\r\n"
                            + "GET /sub/x%20%26%20%3Cy%3E.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            var all = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(all)
                    .containsSubsequence(
                            "HTTP/1.1 200 OK", "0123456789HTTP/1.1 200 OK", "HTTP/1.1 200 OK")
                    .endsWith("\r\n\r\nwithin");
        }
        assertThat(server.stop()).contains("served 3 requests on 1 connections");
    }

    /// A thousand clients have begun requests and do not go on. Another is served as if they were not there; each of them is
    /// told in the end that it was too slow. So is one that goes on, a byte now and then.
    @Test
    void thousandClientsThatDoNotGoOnShouldNotKeepOthersWaiting() throws Exception {
        serve("--head", "1", "--idle", "1000");
        var slow = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 1000; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                slow.add(socket);
                say(socket, "GET /a.txt HT");
            }
            assertThat(curl("/a.txt").text()).isEqualTo("0123456789");
            trickle();
            for (var socket : slow) {
                assertThat(answerOf(socket.getInputStream())).startsWith("HTTP/1.1 408 ");
            }
        } finally {
            for (var socket : slow) {
                socket.close();
            }
        }
        assertThat(server.stop()).contains("served 1,002 requests on 1,002 connections");
    }

    @Test
    void oneConnectionMoreThanMayBeShouldBeTurnedAway() throws Exception {
        serve("--connections", "1");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            say(socket, "GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(socket.getInputStream().readNBytes(8)).asString(UTF_8).isEqualTo("HTTP/1.1");
            assertThat(curl("/a.txt").status()).isEqualTo(503);
        }
        assertThat(server.stop()).contains("1 were turned away");
    }

    @Test
    void httpsShouldBeServedWithTheGivenCertificate() throws Exception {
        var pem = folder.resolve("both.pem");
        var made =
                programs.client(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-batch",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-keyout",
                        folder.resolve("key.pem").toString(),
                        "-out",
                        pem.toString());
        assertThat(made.exitCode()).as(made.err()).isZero();
        serve("--tls", "--certificate", pem.toString(), "--key", folder + "/key.pem");

        var run =
                programs.client(
                        "curl",
                        "-sS",
                        "--cacert",
                        pem.toString(),
                        "https://127.0.0.1:" + server.port() + "/big.bin",
                        "https://127.0.0.1:" + server.port() + "/a.txt");

        assertThat(run.err()).isEmpty();
        assertThat(Arrays.copyOf(run.bytes(), BIG)).isEqualTo(big);
        assertThat(run.bytes()).hasSize(BIG + 10);
        assertThat(server.stop()).contains("served 2 requests on 1 connections");
    }

    /// A second of wrk: no answer is wrong. How fast it is is measured elsewhere (`benchmarks/http-beside-nginx`).
    @Test
    void wrkShouldFindNoErrors() throws Exception {
        Programs.assumeInstalled("wrk");
        serve();

        var run = programs.client("wrk", "-t1", "-c32", "-d1", "--timeout", "60", url("/a.txt"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .containsPattern("[1-9][0-9]* requests in")
                .doesNotContain("Non-2xx")
                .doesNotContain("Socket errors");
    }

    /// Sends a request byte by byte until the server ends the connection.
    private void trickle() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(50);
            while (true) {
                socket.getOutputStream().write('G');
                try {
                    assertThat(socket.getInputStream().read()).isEqualTo('H'); // of HTTP/1.1 408
                    return;
                } catch (SocketTimeoutException notYet) {
                    continue;
                }
            }
        } catch (SocketException ended) {
            assertThat(ended).hasMessageMatching("(?i).*(reset|pipe|abort).*");
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String answerOf(InputStream in) throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }
}
