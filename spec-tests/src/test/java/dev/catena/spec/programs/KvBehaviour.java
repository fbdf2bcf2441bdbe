package dev.catena.spec.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/// `kv` as redis-cli, redis-benchmark and Jedis find it, on one driver.
@Timeout(300)
abstract class KvBehaviour {
    @TempDir Path folder;
    final Programs programs;

    private final int kills;
    Programs.Server server;

    /// @param kills how often it is killed unless `-Dkv.kills` says
    KvBehaviour(String driver, int kills) {
        programs = new Programs(driver);
        this.kills = Integer.getInteger("kv.kills", kills);
    }

    @AfterEach
    void leaveNoProcess() {
        programs.close();
    }

    final void serve(String... more) throws IOException {
        var words = new ArrayList<>(List.of("kv", "--port", "0", "--dir", data().toString()));
        words.addAll(List.of(more));
        server = programs.serve(words.toArray(String[]::new));
    }

    final Path data() {
        return folder.resolve("data");
    }

    final Jedis client() {
        return new Jedis("127.0.0.1", server.port(), 60_000);
    }

    private String cli(String... words) throws Exception {
        var command = new ArrayList<>(List.of("redis-cli", "-p", "" + server.port(), "--no-raw"));
        command.addAll(List.of(words));
        var run = programs.client(command.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().strip();
    }

    @Test
    void redisCliShouldBeUnderstood() throws Exception {
        serve();
        assertThat(cli("ping")).isEqualTo("PONG");
        assertThat(cli("set", "a", "x y\"z")).isEqualTo("OK");
        assertThat(cli("get", "a")).isEqualTo("\"x y\\\"z\"");
        assertThat(cli("get", "none")).isEqualTo("(nil)");
        assertThat(cli("set", "a", "2", "NX")).isEqualTo("(nil)");
        assertThat(cli("set", "n", "41", "NX")).isEqualTo("OK");
        assertThat(cli("incr", "n")).isEqualTo("(integer) 42");
        assertThat(cli("incr", "a")).contains("ERR value is not an integer or out of range");
        assertThat(cli("mget", "n", "none", "n").lines())
                .containsExactly("1) \"42\"", "2) (nil)", "3) \"42\"");
        assertThat(cli("ttl", "n")).isEqualTo("(integer) -1");
        assertThat(cli("ttl", "none")).isEqualTo("(integer) -2");
        assertThat(cli("set", "t", "1", "EX", "1000")).isEqualTo("OK");
        assertThat(cli("ttl", "t")).matches("\\(integer\\) (1000|9[0-9][0-9])");
        assertThat(cli("set", "t", "1", "PX", "1000000")).isEqualTo("OK");
        assertThat(cli("ttl", "t")).matches("\\(integer\\) (1000|9[0-9][0-9])");
        assertThat(cli("expire", "n", "500")).isEqualTo("(integer) 1");
        assertThat(cli("ttl", "n")).matches("\\(integer\\) (500|4[0-9][0-9])");
        assertThat(cli("expire", "none", "500")).isEqualTo("(integer) 0");
        assertThat(cli("del", "a", "none", "t")).isEqualTo("(integer) 2");
        assertThat(cli("scan", "0")).contains("1) \"0\"").contains("\"n\"");
        assertThat(cli("info")).contains("db0:keys=1,expires=1").contains("log_syncs:");
        assertThat(cli("expire", "n", "-1")).isEqualTo("(integer) 1");
        assertThat(cli("get", "n")).isEqualTo("(nil)");
        assertThat(cli("subscribe", "x")).contains("ERR unknown command 'SUBSCRIBE'");
        assertThat(cli("get")).contains("ERR wrong number of arguments for 'get' command");
        assertThat(cli("set", "a", "1", "EX", "0")).contains("ERR invalid expire time");
        assertThat(server.stop()).contains("commands of");
    }

    /// Each value is on the device before it is acknowledged, but not each by a sync of its own.
    @Test
    void redisBenchmarkShouldBeServedAndShareSyncs() throws Exception {
        serve();
        for (var pipelining : List.of("1", "16")) {
            var run =
                    programs.client(
                            "redis-benchmark",
                            "-p",
                            "" + server.port(),
                            "-t",
                            "set,get,incr",
                            "-n",
                            "4000",
                            "-c",
                            "20",
                            "-P",
                            pipelining,
                            "-r",
                            "100",
                            "--csv");
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).contains("\"SET\"", "\"GET\"", "\"INCR\"");
        }
        try (var jedis = client()) {
            var info = jedis.info();
            assertThat(figure(info, "log_records")).isEqualTo(16_000);
            assertThat(figure(info, "log_syncs")).isBetween(1L, 8_000L);
            assertThat(figure(info, "total_commands_processed")).isGreaterThanOrEqualTo(24_000);
        }
        assertThat(server.stop()).contains("16,000 records in");
    }

    static long figure(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    /// It is killed in the middle of what several clients write, again and again, while it also compacts; whatever was acknowledged is
    /// there when it is back.
    @Test
    void nothingThatWasAcknowledgedShouldBeLostWhenItIsKilled() throws Exception {
        var load = new KvLoad(8);
        for (int kill = 0; kill < kills; kill++) {
            serve("--compact-at", "20k");
            load.check(server.port());
            load.writeUntilKilled(server, 200 + 37 * (kill % 7));
        }
        serve();
        load.check(server.port());
        assertThat(load.acknowledged()).isGreaterThan(200L * kills);
        server.stop();
    }
}
