package dev.catena.spec.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/// Clients that write to a server until it is killed, and know what it has acknowledged.
final class KvLoad {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Writer[] writers;

    /// One client. It writes numbers that grow: under a key of its own, under a new key each, and by counting.
    private static final class Writer {
        private final int number;

        // its thread's, and the test's once that has ended
        private long sent;
        private final ArrayList<Long> acknowledged = new ArrayList<>();

        Writer(int number) {
            this.number = number;
        }

        private String key() {
            return "writer" + number;
        }

        private String counter() {
            return "counter" + number;
        }

        private String key(long value) {
            return key() + ":" + value;
        }

        void write(int port, AtomicLong left, Runnable enough) {
            try (var jedis = new Jedis("127.0.0.1", port, PATIENCE_MILLIS)) {
                while (true) {
                    long value = sent + 1;
                    sent = value;
                    var pipeline = jedis.pipelined();
                    var once = pipeline.set(key(value), "value" + value);
                    var again = pipeline.set(key(), Long.toString(value));
                    var count = pipeline.incr(counter());
                    pipeline.sync();
                    assertThat(once.get()).isEqualTo("OK");
                    assertThat(again.get()).isEqualTo("OK");
                    assertThat(count.get()).isGreaterThanOrEqualTo(1);
                    acknowledged.add(value);
                    if (left.decrementAndGet() == 0) {
                        enough.run();
                    }
                }
            } catch (JedisConnectionException killed) {
                assertThat(left.get()).as("it broke before it was killed").isLessThanOrEqualTo(0);
            }
        }

        void check(Jedis jedis) {
            var last = jedis.get(key());
            long kept = last == null ? 0 : Long.parseLong(last);
            long newest = acknowledged.isEmpty() ? 0 : acknowledged.getLast();
            assertThat(kept).as(key()).isBetween(newest, sent);
            var count = jedis.get(counter());
            long counted = count == null ? 0 : Long.parseLong(count);
            assertThat(counted).as(counter()).isBetween((long) acknowledged.size(), sent);
            for (long value : acknowledged) {
                assertThat(jedis.get(key(value))).as(key(value)).isEqualTo("value" + value);
            }
        }
    }

    KvLoad(int clients) {
        writers = new Writer[clients];
        for (int i = 0; i < clients; i++) {
            writers[i] = new Writer(i);
        }
    }

    /// Writes, and kills the server once so many writes have been acknowledged, with others on their way.
    void writeUntilKilled(Programs.Server server, long writes) throws Exception {
        var left = new AtomicLong(writes);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ends = new ArrayList<Future<?>>();
            for (var writer : writers) {
                ends.add(threads.submit(() -> writer.write(server.port(), left, server::kill)));
            }
            for (var end : ends) {
                end.get();
            }
        }
    }

    /// Asserts that all that was acknowledged is there, and nothing that was never sent.
    void check(int port) {
        try (var jedis = new Jedis("127.0.0.1", port, PATIENCE_MILLIS)) {
            for (var writer : writers) {
                writer.check(jedis);
            }
        }
    }

    long acknowledged() {
        long sum = 0;
        for (var writer : writers) {
            sum += writer.acknowledged.size();
        }
        return sum;
    }
}
