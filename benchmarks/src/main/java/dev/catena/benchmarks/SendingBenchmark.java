package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.median;
import static dev.catena.benchmarks.Figures.medianRatio;
import static dev.catena.benchmarks.Figures.write;

import dev.catena.io.TcpConnection;
import dev.catena.io.TcpOptions;
import dev.catena.ops.Buffer;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Ops;
import dev.catena.proactor.FastPath;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Ways to send over the loopback: from which size on zero-copy pays, whether a file is sent faster by splices than by copies, and what
/// gathering saves.
final class SendingBenchmark implements Benchmark {
    private static final int ROUNDS = 7;
    private static final int[] SIZES = {4096, 16384, 65536, 262_144, 1 << 20};
    private static final int PIECES = 16;
    private static final int PIECE_BYTES = 512;

    /// What sends so many bytes.
    private interface Sender {
        void send(Scope scope, TcpConnection to, long bytes) throws IOException;
    }

    /// What a way needed for its bytes.
    ///
    /// @param nanos elapsed
    /// @param cpuNanos of the process, the receiving thread included
    private record Cost(double nanos, double cpuNanos) {}

    /// A way, and what each round of it cost, per KiB.
    private static final class Way {
        final String name;
        final TcpOptions options;
        final FastPath[] without;
        final Sender sender;
        final double[] nanos;
        final double[] cpuNanos;

        Way(String name, int rounds, TcpOptions options, Sender sender, FastPath... without) {
            this.name = name;
            this.options = options;
            this.without = without;
            this.sender = sender;
            nanos = new double[rounds];
            cpuNanos = new double[rounds];
        }

        void round(int round, long bytes) throws Exception {
            var cost = cost(this, bytes);
            nanos[round] = cost.nanos() / (bytes / 1024.0);
            cpuNanos[round] = cost.cpuNanos() / (bytes / 1024.0);
        }
    }

    @Override
    public String name() {
        return "sending";
    }

    @Override
    public String about() {
        return "from which size on zero-copy sends pay, and what splices and gathering save";
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int rounds = smoke ? 1 : ROUNDS;
        long bytes = smoke ? 8L << 20 : 400L << 20;
        var file = Files.createTempFile("catena-sending", null);
        try {
            Files.write(file, new byte[32 << 20]);
            var plain = new ArrayList<Way>();
            var zero = new ArrayList<Way>();
            for (int size : SIZES) {
                Sender sender = (scope, to, most) -> blocks(scope, to, most, size);
                plain.add(new Way("copied", rounds, TcpOptions.DEFAULT, sender));
                zero.add(new Way("zero-copy", rounds, TcpOptions.DEFAULT.zeroCopyFrom(1), sender));
            }
            Sender files = (scope, to, most) -> file(scope, to, most, file);
            var spliced = new Way("spliced", rounds, TcpOptions.DEFAULT, files);
            var copied = new Way("copied", rounds, TcpOptions.DEFAULT, files, FastPath.SPLICE);
            var gathered =
                    new Way("gathered", rounds, TcpOptions.DEFAULT, SendingBenchmark::gather);
            var each =
                    new Way("each by itself", rounds, TcpOptions.DEFAULT, SendingBenchmark::each);
            for (int round = smoke ? 0 : -1; round < rounds; round++) { // one to warm up
                int at = Math.max(round, 0);
                for (int i = 0; i < SIZES.length; i++) {
                    plain.get(i).round(at, bytes);
                    zero.get(i).round(at, bytes);
                }
                spliced.round(at, bytes);
                copied.round(at, bytes);
                gathered.round(at, bytes / 20);
                each.round(at, bytes / 20);
            }
            return report(rounds, plain, zero, spliced, copied, gathered, each);
        } finally {
            Files.delete(file);
        }
    }

    private static Report report(
            int rounds,
            List<Way> plain,
            List<Way> zero,
            Way spliced,
            Way copied,
            Way gathered,
            Way each) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "ns a KiB", "ns of processor a KiB", "elapsed, against copied"));
        int threshold = -1;
        for (int i = SIZES.length - 1; i >= 0; i--) {
            if (medianRatio(zero.get(i).nanos, plain.get(i).nanos) >= 1) {
                break;
            }
            threshold = SIZES[i];
        }
        for (int i = 0; i < SIZES.length; i++) {
            var size = SIZES[i] / 1024 + " KiB, ";
            rows.add(row(size, plain.get(i), plain.get(i)));
            rows.add(row(size, zero.get(i), plain.get(i)));
        }
        rows.add(row("a file, ", copied, copied));
        rows.add(row("a file, ", spliced, copied));
        var pieces = PIECES + " pieces of " + PIECE_BYTES + " bytes, ";
        rows.add(row(pieces, each, each));
        rows.add(row(pieces, gathered, each));
        return new Report("Ways to send")
                .says(
                        String.format(
                                "One TCP connection over the loopback to a thread that reads with the JDK's channel and drops what it gets, in the"
                                        + " same process. Medians of %d rounds, the ratio within each round; the processor time is that of the"
                                        + " process, the receiver's included.",
                                rounds))
                .says(
                        threshold < 0
                                ? "**Zero-copy did not pay at any size**: over the loopback the kernel copies the bytes all the same, and has the"
                                        + " notification to post besides. The threshold is: never."
                                : "**Zero-copy paid from " + threshold / 1024 + " KiB on.**")
                .table(rows);
    }

    private static List<String> row(String what, Way way, Way against) {
        return List.of(
                what + way.name,
                write(median(way.nanos)),
                write(median(way.cpuNanos)),
                way == against ? "1.00" : write(medianRatio(way.nanos, against.nanos)));
    }

    private static Cost cost(Way way, long bytes) throws Exception {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var address = (InetSocketAddress) server.getLocalAddress();
            var received = new long[1];
            var sink = Thread.ofPlatform().name("sink").start(() -> received[0] = drop(server));
            var cost = new Cost[1];
            try (var proactor = Proactor.builder().without(way.without).open()) {
                Scope.run(
                        proactor,
                        scope -> {
                            var connection = TcpConnection.connect(scope, address, way.options);
                            long cpu = Figures.cpuNanos();
                            long begin = System.nanoTime();
                            way.sender.send(scope, connection, bytes);
                            connection.endOutput();
                            connection.read(scope.lease(1)); // the sink is done
                            cost[0] = new Cost(System.nanoTime() - begin, Figures.cpuNanos() - cpu);
                        });
            }
            sink.join();
            if (received[0] < bytes) {
                throw new IllegalStateException(received[0] + " of " + bytes + " bytes came");
            }
            return cost[0];
        }
    }

    private static long drop(ServerSocketChannel server) {
        try (var from = server.accept()) {
            var buffer = ByteBuffer.allocateDirect(1 << 18);
            long count = 0;
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                count += n;
                buffer.clear();
            }
            return count;
        } catch (IOException broken) {
            return -1;
        }
    }

    private static void blocks(Scope scope, TcpConnection to, long bytes, int size)
            throws IOException {
        var block = scope.lease(size);
        for (long done = 0; done < bytes; done += size) {
            to.writeAll(block);
        }
    }

    private static void file(Scope scope, TcpConnection to, long bytes, Path path)
            throws IOException {
        var file = scope.await(Ops.open(path, OpenFlag.READ));
        for (long done = 0; done < bytes; ) {
            done += to.sendFile(file, 0, bytes - done);
        }
    }

    private static List<Buffer> pieces(Scope scope) {
        List<Buffer> pieces = new ArrayList<>();
        for (int i = 0; i < PIECES; i++) {
            pieces.add(scope.lease(PIECE_BYTES));
        }
        return pieces;
    }

    private static void gather(Scope scope, TcpConnection to, long bytes) throws IOException {
        var pieces = pieces(scope);
        for (long done = 0; done < bytes; done += PIECES * PIECE_BYTES) {
            to.writeAll(pieces);
        }
    }

    private static void each(Scope scope, TcpConnection to, long bytes) throws IOException {
        var pieces = pieces(scope);
        for (long done = 0; done < bytes; done += PIECES * PIECE_BYTES) {
            for (var piece : pieces) {
                to.writeAll(piece);
            }
        }
    }
}
