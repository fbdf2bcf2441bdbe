package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.median;
import static dev.catena.benchmarks.Figures.medianRatio;
import static dev.catena.benchmarks.Figures.write;

import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.proactor.FastPath;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// What the ways to receive make of small messages and of a stream: buffers shared by several receives, a buffer for each, and a
/// receive asked for each time.
final class ReceivingBenchmark implements Benchmark {
    private static final int ROUNDS = 7;
    private static final int CONNECTIONS = 64;
    private static final int MESSAGE_BYTES = 128;
    private static final int BLOCK_BYTES = 1 << 18;

    /// A way, and its rounds.
    private static final class Way {
        final String name;
        final FastPath[] without;
        final double[] echoes;
        final double[] mebibytes;

        Way(String name, int rounds, FastPath... without) {
            this.name = name;
            this.without = without;
            echoes = new double[rounds];
            mebibytes = new double[rounds];
        }
    }

    @Override
    public String name() {
        return "receiving";
    }

    @Override
    public String about() {
        return "echoes and streams with shared buffers, a buffer a receive, and no multishot";
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int rounds = smoke ? 1 : ROUNDS;
        long nanos = smoke ? 100_000_000L : 1_000_000_000L;
        var ways =
                List.of(
                        new Way("a buffer a receive", rounds, FastPath.INCREMENTAL_BUFFERS),
                        new Way("shared buffers", rounds),
                        new Way("no multishot", rounds, FastPath.MULTISHOT_RECEIVE));
        for (int round = smoke ? 0 : -1; round < rounds; round++) { // one to warm up
            for (var way : ways) {
                int at = Math.max(round, 0);
                try (var proactor = Proactor.builder().without(way.without).open()) {
                    way.echoes[at] = echoes(proactor, nanos);
                    way.mebibytes[at] = stream(proactor, nanos);
                }
            }
        }
        var first = ways.getFirst();
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("", "echoes a second", "ratio", "MiB a second", "ratio"));
        for (var way : ways) {
            rows.add(
                    List.of(
                            way.name,
                            write(median(way.echoes)),
                            write(medianRatio(way.echoes, first.echoes)),
                            write(median(way.mebibytes)),
                            write(medianRatio(way.mebibytes, first.mebibytes))));
        }
        return new Report("Ways to receive")
                .says(
                        String.format(
                                "Echoes of %d bytes over %d TCP connections on the loopback, the server's ends read from feeds; and one stream of"
                                        + " writes of %d KiB into a feed. Both ends are on one loop. Medians of %d rounds, the ratio within each"
                                        + " round.",
                                MESSAGE_BYTES, CONNECTIONS, BLOCK_BYTES / 1024, rounds))
                .table(rows);
    }

    private static double echoes(Proactor proactor, long nanos) throws Exception {
        var trips = new AtomicLong();
        Scope.run(
                proactor,
                scope -> {
                    var listener =
                            TcpListener.bind(
                                    scope,
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    var address = listener.localAddress();
                    for (int i = 0; i < CONNECTIONS; i++) {
                        var near = TcpConnection.connect(scope, address);
                        var far = listener.accept();
                        scope.fork(
                                () -> {
                                    try (var feed = far.feed()) {
                                        for (var part = feed.take();
                                                part != null;
                                                part = feed.take()) {
                                            far.writeAll(part);
                                        }
                                    }
                                });
                        scope.fork(
                                () -> {
                                    var buffer = scope.lease(MESSAGE_BYTES);
                                    long end = System.nanoTime() + nanos;
                                    while (System.nanoTime() - end < 0) {
                                        near.writeAll(buffer);
                                        near.readFully(buffer);
                                        trips.incrementAndGet();
                                    }
                                    near.close();
                                });
                    }
                });
        return trips.get() / (nanos / 1e9);
    }

    private static double stream(Proactor proactor, long nanos) throws Exception {
        var count = new long[1];
        Scope.run(
                proactor,
                scope -> {
                    var listener =
                            TcpListener.bind(
                                    scope,
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    var near = TcpConnection.connect(scope, listener.localAddress());
                    var far = listener.accept();
                    scope.fork(
                            () -> {
                                var block = scope.lease(BLOCK_BYTES);
                                long end = System.nanoTime() + nanos;
                                while (System.nanoTime() - end < 0) {
                                    near.writeAll(block);
                                }
                                near.endOutput();
                            });
                    try (var feed = far.feed()) {
                        for (var part = feed.take(); part != null; part = feed.take()) {
                            count[0] += part.size();
                        }
                    }
                });
        return count[0] / (nanos / 1e9) / (1 << 20);
    }
}
