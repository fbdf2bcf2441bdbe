package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.median;
import static dev.catena.benchmarks.Figures.medianRatio;
import static dev.catena.benchmarks.Figures.write;
import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.socket;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Fd;
import dev.catena.ops.SocketType;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorGroup;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Echoes over TCP on the loopback, on one loop and on two.
final class LoopsBenchmark implements Benchmark {
    private static final int ROUNDS = 7;
    private static final int CONNECTIONS = 32;
    private static final int BYTES = 64;

    @Override
    public String name() {
        return "loops";
    }

    @Override
    public String about() {
        return "TCP echoes a second on two pinned loops against one";
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int rounds = smoke ? 1 : ROUNDS;
        long nanos = smoke ? 100_000_000L : 3_000_000_000L;
        var one = new double[rounds];
        var two = new double[rounds];
        try (var single = group(1);
                var pair = group(2)) {
            for (int round = smoke ? 0 : -1; round < rounds; round++) { // one to warm up
                int at = Math.max(round, 0);
                one[at] = echoes(single, CONNECTIONS, nanos);
                two[at] = echoes(pair, CONNECTIONS / 2, nanos);
            }
        }
        return new Report("Echoes on one loop and on two")
                .says(
                        String.format(
                                "Round trips of %d bytes a second over %d TCP connections on the loopback; both ends of a connection are on one"
                                        + " loop, in a virtual thread each. Two loops have half of the connections each. Medians of %d rounds,"
                                        + " the ratio within each round.",
                                BYTES, CONNECTIONS, rounds))
                .table(
                        List.of(
                                List.of("", "round trips a second", "against one"),
                                List.of("one loop", write(median(one)), "1.00"),
                                List.of(
                                        "two loops",
                                        write(median(two)),
                                        write(medianRatio(two, one))),
                                List.of(
                                        "two loops, the worst round",
                                        write(Figures.quantile(0, two)),
                                        "")));
    }

    private static ProactorGroup group(int loops) {
        return ProactorGroup.open(
                loops, number -> Proactor.builder().name("echo-" + number).pin(number));
    }

    private static double echoes(ProactorGroup group, int connections, long nanos)
            throws IOException {
        var trips = new AtomicLong();
        Scope.onEach(
                group,
                scope -> {
                    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
                    var listener = scope.await(listen(any));
                    var address = scope.await(localAddress(listener));
                    for (int i = 0; i < connections; i++) {
                        var client = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                        scope.await(connect(client, address));
                        var server = scope.await(accept(listener));
                        scope.fork(() -> echo(scope, server));
                        scope.fork(() -> trips.addAndGet(talk(scope, client, nanos)));
                    }
                });
        return trips.get() / (nanos / 1e9);
    }

    private static void echo(Scope scope, Fd socket) throws IOException {
        var buffer = scope.lease(BYTES);
        while (scope.await(recvAll(socket, buffer)) == BYTES) {
            scope.await(sendAll(socket, buffer));
        }
    }

    private static long talk(Scope scope, Fd socket, long nanos) throws IOException {
        var buffer = scope.lease(BYTES);
        long trips = 0;
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            buffer.set(0, (byte) trips);
            scope.await(sendAll(socket, buffer));
            scope.await(recvAll(socket, buffer));
            if (buffer.get(0) != (byte) trips) {
                throw new IllegalStateException("something else came back");
            }
            trips++;
        }
        scope.await(close(socket));
        return trips;
    }
}
