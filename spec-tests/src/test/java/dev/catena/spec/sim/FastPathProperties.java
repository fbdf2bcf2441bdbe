package dev.catena.spec.sim;

import static dev.catena.ops.Ops.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TcpOptions;
import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.RecvEach;
import dev.catena.ops.SendMsg;
import dev.catena.ops.SendZeroCopy;
import dev.catena.proactor.sim.Capacity;
import dev.catena.proactor.sim.Decision;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;

/// Streams on the fast paths of a kernel that has hardly any buffers and whose connections break: what arrives is in order and whole up
/// to the break, and all leases and buffers are back afterwards.
class FastPathProperties {
    private static final int MOST_BYTES = 3000;

    /// What became of the streams of a run.
    private static final class Seen {
        private int whole;
        private int broken;
        private final List<String> mistakes = new ArrayList<>();
    }

    /// One way to send.
    private interface Sending {
        void send(TcpConnection to, Scope scope, int from, int size) throws IOException;
    }

    private static Buffer numbered(Scope scope, int from, int size) {
        var buffer = scope.lease(size);
        for (int i = 0; i < size; i++) {
            buffer.set(i, (byte) (from + i));
        }
        return buffer;
    }

    private static void plainly(TcpConnection to, Scope scope, int from, int size)
            throws IOException {
        var buffer = numbered(scope, from, size);
        try {
            to.writeAll(buffer);
        } finally {
            scope.release(buffer); // refused if the kernel had it still
        }
    }

    /// In up to five buffers, which may be torn by a break in the middle.
    private static void gathered(TcpConnection to, Scope scope, int from, int size)
            throws IOException {
        var pieces = new ArrayList<Buffer>();
        int step = Math.max(1, size / 5);
        for (int at = 0; at < size; at += step) {
            pieces.add(numbered(scope, from + at, Math.min(step, size - at)));
        }
        try {
            to.writeAll(pieces);
        } finally {
            pieces.forEach(scope::release);
        }
    }

    private static boolean isBreak(OperationFailedException failed) {
        return switch (failed.errno()) {
            case ECONNRESET, EPIPE, ENOTCONN -> true;
            default -> false;
        };
    }

    /// Streams over several connections at once, each into a feed whose taker is slow now and then.
    private static Seen streams(
            SimulatedKernel kernel, long seed, int connections, TcpOptions options, Sending sending)
            throws Exception {
        var seen = new Seen();
        var random = new Random(seed);
        var proactor = kernel.proactor();
        Scope.run(
                proactor,
                scope -> {
                    var listener =
                            TcpListener.bind(
                                    scope,
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                    options);
                    for (int i = 0; i < connections; i++) {
                        var near = TcpConnection.connect(scope, listener.localAddress(), options);
                        var far = listener.accept();
                        int total = 1 + random.nextInt(MOST_BYTES);
                        long ours = random.nextLong();
                        scope.fork(() -> send(near, scope, total, new Random(ours), sending));
                        scope.fork(() -> receive(far, total, new Random(ours + 1), seen));
                    }
                });
        assertThat(proactor.metrics().leases()).as("leases out").isZero();
        proactor.close();
        kernel.close();
        assertThat(kernel.violations()).isEmpty();
        assertThat(seen.mistakes).isEmpty();
        assertThat(seen.whole + seen.broken).isEqualTo(connections);
        return seen;
    }

    private static void send(
            TcpConnection to, Scope scope, int total, Random random, Sending sending)
            throws IOException {
        try {
            for (int done = 0; done < total; ) {
                int size = Math.min(total - done, 1 + random.nextInt(300));
                sending.send(to, scope, done, size);
                done += size;
            }
            to.endOutput();
        } catch (OperationFailedException failed) {
            if (!isBreak(failed)) {
                throw failed;
            }
        }
    }

    private static void receive(TcpConnection from, int total, Random random, Seen seen)
            throws IOException {
        int count = 0;
        try (var feed = from.feed()) {
            for (var part = feed.take(); part != null; part = feed.take()) {
                for (int i = 0; i < part.size(); i++) {
                    if (part.get(i) != (byte) (count + i)) {
                        seen.mistakes.add("byte " + (count + i) + " is " + part.get(i));
                    }
                }
                count += part.size();
                if (random.nextInt(4) == 0) {
                    from.scope().await(sleep(Duration.ofMillis(random.nextInt(20))));
                }
            }
            if (count != total) {
                seen.mistakes.add(count + " of " + total + " bytes came, and then the end");
            }
            seen.whole++;
        } catch (OperationFailedException failed) {
            if (!isBreak(failed)) {
                throw failed;
            }
            seen.broken++;
        }
    }

    private static void sees(String what, boolean isSeen, double leastPercent) {
        Statistics.label(what)
                .collect(isSeen)
                .coverage(
                        coverage ->
                                coverage.check(true).percentage(share -> share >= leastPercent));
    }

    private static SimulatedKernel kernel(Schedule schedule, int buffers) {
        return SimulatedKernel.with(schedule, Capacity.DEFAULT.provided(buffers, 64));
    }

    private static int lacking(SimulatedKernel kernel) {
        return (int)
                kernel.trail().results(RecvEach.class).stream()
                        .filter(result -> result == -Errno.ENOBUFS.number())
                        .count();
    }

    @Property(tries = 100)
    @Tag("L7")
    void streamsShouldArriveWholeHoweverFewBuffersThereAre(@ForAll long seed) throws Exception {
        var kernel = kernel(Schedule.seeded(seed), 1 + Math.floorMod(seed, 4));
        var seen =
                streams(
                        kernel,
                        seed,
                        1 + Math.floorMod(seed, 5),
                        TcpOptions.DEFAULT,
                        FastPathProperties::plainly);
        assertThat(seen.broken).isZero();
        sees("buffers that ran out", lacking(kernel) > 0, 30);
    }

    @Property(tries = 100)
    @Tag("L7")
    void resetInAStreamShouldLeaveNoBufferBehind(@ForAll long seed) throws Exception {
        var kernel =
                kernel(
                        Schedule.seeded(seed).odds(Decision.RESET, 0.03),
                        1 + Math.floorMod(seed, 16));
        var seen =
                streams(
                        kernel,
                        seed,
                        1 + Math.floorMod(seed, 5),
                        TcpOptions.DEFAULT,
                        FastPathProperties::gathered);
        assertThat(kernel.trail().submitted(SendMsg.class)).as("gathering writes").isPositive();
        sees("a connection that broke", seen.broken > 0, 5);
        sees("a connection that did not", seen.whole > 0, 5);
        sees("buffers that ran out", lacking(kernel) > 0, 3);
    }

    @Property(tries = 100)
    @Tag("L2")
    @Tag("L5")
    void resetOfAZeroCopySendShouldFreeItsBuffer(@ForAll long seed) throws Exception {
        var kernel = kernel(Schedule.seeded(seed).odds(Decision.RESET, 0.03), 16);
        var seen =
                streams(
                        kernel,
                        seed,
                        1 + Math.floorMod(seed, 5),
                        TcpOptions.DEFAULT.zeroCopyFrom(1),
                        FastPathProperties::plainly);
        assertThat(kernel.trail().submitted(SendZeroCopy.class)).isPositive();
        sees("a connection that broke", seen.broken > 0, 5);
        sees("a connection that did not", seen.whole > 0, 5);
    }
}
