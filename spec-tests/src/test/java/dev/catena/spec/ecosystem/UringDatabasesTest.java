package dev.catena.spec.ecosystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.loop.VirtualThreads;
import dev.catena.scope.Scope;
import dev.catena.spec.UringSpec;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.JedisPooled;
import redis.embedded.RedisServer;

/// PostgreSQL's JDBC driver under HikariCP, and Jedis, against real servers.
@Timeout(300)
class UringDatabasesTest extends UringSpec {
    static final int THREADS = 1_000;
    private static final int ROUNDS = 5;

    private static EmbeddedPostgres postgres;
    private static RedisServer redis;
    private static int redisPort;

    @BeforeAll
    static void startServers() throws Exception {
        postgres =
                EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .setServerConfig("fsync", "off")
                        .start();
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            redisPort = free.getLocalPort();
        }
        redis =
                RedisServer.newRedisServer()
                        .port(redisPort)
                        .bind("127.0.0.1")
                        .setting("save \"\"")
                        .setting("appendonly no")
                        .build();
        redis.start();
    }

    @AfterAll
    static void stopServers() throws IOException {
        if (redis != null) {
            redis.stop();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void thousandThreadsOfJdbcAndJedisShouldWorkOnOneLoopBesideEchoTraffic() throws Exception {
        try (var database = pool();
                var cache = cache()) {
            update(
                    database,
                    "create table entries (thread int, round int, unique (thread, round))");
            var onLoop = new AtomicInteger();
            var traffic =
                    Scope.<EchoTraffic, Exception>open(
                            proactor(),
                            scope -> {
                                var echo = new EchoTraffic(scope);
                                echo.start(4);
                                scope.child(
                                        dev.catena.scope.ScopeOptions.of("clients"),
                                        clients -> {
                                            for (int i = 0; i < THREADS; i++) {
                                                int thread = i;
                                                clients.fork(
                                                        () -> {
                                                            if (((EventLoop) proactor())
                                                                    .isOnLoop()) {
                                                                onLoop.incrementAndGet();
                                                            }
                                                            work(database, cache, thread);
                                                        });
                                            }
                                            return clients;
                                        });
                                echo.stop();
                                return echo;
                            });
            assertThat(onLoop).hasValue(VirtualThreads.canSchedule() ? THREADS : 0);
            assertThat(number(database, "select count(*) from entries"))
                    .isEqualTo(THREADS * ROUNDS);
            assertThat(number(database, "select sum(thread) from entries"))
                    .isEqualTo((long) ROUNDS * THREADS * (THREADS - 1) / 2);
            assertThat(cache.get("rounds")).isEqualTo(String.valueOf(THREADS * ROUNDS));
            assertThat(traffic.roundTrips()).isPositive();
            assertThat(traffic.wrong()).isZero();
            System.out.printf(
                    "echo beside %,d threads of JDBC and Jedis: %,d round trips, p50 %.0f µs, p99 %.0f µs%n",
                    THREADS, traffic.roundTrips(), traffic.micros(0.5), traffic.micros(0.99));
        }
    }

    static void work(DataSource database, JedisPooled cache, int thread) throws SQLException {
        for (int round = 0; round < ROUNDS; round++) {
            var key = "thread-" + thread;
            cache.set(key, round + " of " + thread);
            try (var connection = database.getConnection()) {
                connection.setAutoCommit(false);
                try (var insert =
                        connection.prepareStatement("insert into entries values (?, ?)")) {
                    insert.setInt(1, thread);
                    insert.setInt(2, round);
                    insert.executeUpdate();
                }
                try (var select =
                        connection.prepareStatement(
                                "select max(round) from entries where thread = ?")) {
                    select.setInt(1, thread);
                    try (var rows = select.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getInt(1)).isEqualTo(round);
                    }
                }
                connection.commit();
                connection.setAutoCommit(true);
            }
            assertThat(cache.get(key)).isEqualTo(round + " of " + thread);
            cache.incr("rounds");
        }
    }

    static HikariDataSource pool() {
        var config = new HikariConfig();
        config.setDataSource(postgres.getPostgresDatabase());
        config.setMaximumPoolSize(16);
        config.setConnectionTimeout(Duration.ofMinutes(4).toMillis());
        return new HikariDataSource(config);
    }

    static JedisPooled cache() {
        var config = new ConnectionPoolConfig();
        config.setMaxTotal(16);
        config.setMaxIdle(16);
        // without a limit commons-pool 2.12 waits for a connection that another thread makes by
        // spinning
        config.setMaxWait(Duration.ofMinutes(4));
        return new JedisPooled(config, "127.0.0.1", redisPort, 60_000);
    }

    static void update(DataSource database, String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static long number(DataSource database, String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
