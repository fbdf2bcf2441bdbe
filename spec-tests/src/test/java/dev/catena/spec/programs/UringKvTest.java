package dev.catena.spec.programs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;

/// `kv` on the ring, and what does not depend on the driver: its protocol and its files.
class UringKvTest extends KvBehaviour {
    UringKvTest() {
        super("uring", 10);
    }

    @Test
    void linesThatOneTypesAndBrokenOnesShouldBeAnswered() throws Exception {
        serve();
        assertThat(talk("PING\r\n\r\nset k \"a b\"\nget k\r\nQUIT\r\n"))
                .isEqualTo("+PONG\r\n+OK\r\n$3\r\na b\r\n+OK\r\n");
        assertThat(talk("*1\r\n$4\r\nPING\r\n*1\r\n+4\r\n"))
                .isEqualTo("+PONG\r\n-ERR Protocol error: expected '$'\r\n");
        assertThat(talk("*1\r\n$99999999999\r\n"))
                .isEqualTo("-ERR Protocol error: invalid bulk length\r\n");
        assertThat(talk("get \"a\r\n"))
                .isEqualTo("-ERR Protocol error: unbalanced quotes in request\r\n");
        server.stop();
    }

    private String talk(String text) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            for (byte b : text.getBytes(ISO_8859_1)) { // in the smallest parts that there are
                socket.getOutputStream().write(b);
            }
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void valuesShouldExpireAndStayExpiredBehindARestart() throws Exception {
        serve();
        try (var jedis = client()) {
            jedis.set("soon", "x", SetParams.setParams().px(1));
            jedis.set("late", "y", SetParams.setParams().ex(10_000));
            while (jedis.get("soon") != null) { // a millisecond
                Thread.onSpinWait();
            }
            assertThat(jedis.ttl("late")).isBetween(9_000L, 10_000L);
        }
        server.stop();
        serve();
        try (var jedis = client()) {
            assertThat(jedis.get("soon")).isNull();
            assertThat(jedis.get("late")).isEqualTo("y");
            assertThat(jedis.ttl("late")).isBetween(9_000L, 10_000L);
        }
        server.stop();
    }

    @Test
    void scanShouldFindAllThatStaysWhateverComesAndGoes() throws Exception {
        serve();
        try (var jedis = client()) {
            var pipeline = jedis.pipelined();
            for (int i = 0; i < 1000; i++) {
                pipeline.set("stays" + i, "x");
                pipeline.set("goes" + i, "x");
            }
            pipeline.sync();
            var found = new HashSet<String>();
            var some = new ScanParams().count(50).match("stays*");
            int page = 0;
            var cursor = ScanParams.SCAN_POINTER_START;
            do {
                var result = jedis.scan(cursor, some);
                found.addAll(result.getResult());
                cursor = result.getCursor();
                jedis.del("goes" + page);
                jedis.set("comes" + page, "x");
                page++;
            } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
            assertThat(found).hasSize(1000);
            assertThat(page).isGreaterThan(20);
        }
        server.stop();
    }

    /// The log is short again, nothing is lost, and what is written meanwhile is in the next log.
    @Test
    void compactionShouldKeepTheFolderSmallAndLoseNothing() throws Exception {
        serve("--compact-at", "100k");
        try (var jedis = client()) {
            jedis.set("first", "1");
            int written = 0;
            while (figure(jedis.info(), "log_compactions") < 3) {
                jedis.set("key" + written % 10, "v" + written + " " + "x".repeat(1000));
                written++;
            }
            for (int i = 0; i < 10; i++) {
                jedis.set("key" + i, "last" + i);
            }
            assertThat(written).isGreaterThan(100);
        }
        assertThat(server.stop()).containsPattern("[3-9] compactions");
        try (var files = Files.list(data())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .hasSize(3)
                    .contains("lock")
                    .anyMatch(name -> name.matches("[4-9]\\.snapshot"))
                    .anyMatch(name -> name.matches("[4-9]\\.log"));
        }
        serve();
        try (var jedis = client()) {
            assertThat(jedis.get("first")).isEqualTo("1");
            for (int i = 0; i < 10; i++) {
                assertThat(jedis.get("key" + i)).isEqualTo("last" + i);
            }
            assertThat(jedis.dbSize()).isEqualTo(11);
        }
        server.stop();
    }

    @Test
    void recordThatWasNotWrittenWholeShouldBeCutOff() throws Exception {
        serve();
        try (var jedis = client()) {
            jedis.set("a", "1");
            jedis.set("b", "2");
        }
        server.stop();
        var log = data().resolve("1.log");
        var whole = Files.readAllBytes(log);
        for (int torn : new int[] {5, 20}) { // a part of a header, and of a record
            Files.write(log, whole);
            Files.write(log, Arrays.copyOf(whole, torn), StandardOpenOption.APPEND);
            serve();
            try (var jedis = client()) {
                assertThat(jedis.mget("a", "b")).containsExactly("1", "2");
                assertThat(jedis.set("c", "3")).isEqualTo("OK");
            }
            server.kill();
            assertThat(Files.size(log)).isGreaterThan(whole.length);
        }
        whole[whole.length - 1] ^= 1; // the value of b
        Files.write(log, whole);
        serve();
        try (var jedis = client()) {
            assertThat(jedis.mget("a", "b")).containsExactly("1", null);
        }
        server.stop();
    }

    @Test
    void secondServerInTheSameFolderShouldBeRefused() throws Exception {
        serve();
        var second = programs.run("kv", "--port", "0", "--dir", data().toString());
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err())
                .isEqualTo("examples/run kv: " + data() + " is in use by another server\n");
        try (var jedis = client()) {
            assertThat(jedis.ping()).isEqualTo("PONG");
        }
        server.stop();
    }
}
