package dev.catena.spec.sim;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.sendZeroCopy;
import static dev.catena.ops.Ops.shutdown;
import static dev.catena.ops.Ops.write;

import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.Outcome;
import dev.catena.ops.Shutdown;
import dev.catena.ops.Step;
import dev.catena.spec.sim.Workload.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Bytes on their way, numbered from 0, so that each is seen to arrive once and in order, whatever was cancelled meanwhile.
final class Streams {
    private static final int PATIENCE = 400;

    private Streams() {}

    /// What one side knows.
    private static final class Side {
        private int bytes;
        private boolean broken;
    }

    static void throughAPipe(Stage stage) throws IOException {
        var ends = stage.scope().await(pipe());
        int total = 500 + stage.random().nextInt(3000);
        stream(
                stage,
                total,
                buffer -> write(ends.writing(), buffer),
                buffer -> read(ends.reading(), buffer),
                () -> stage.attempt(close(ends.writing())));
    }

    static void overTcp(Stage stage) throws IOException {
        var ends = connected(stage);
        int total = 500 + stage.random().nextInt(3000);
        stream(
                stage,
                total,
                buffer -> send(ends[0], buffer),
                buffer -> recv(ends[1], buffer),
                () -> finish(stage, ends[0]));
    }

    static void withoutCopies(Stage stage) throws IOException {
        var ends = connected(stage);
        int total = 500 + stage.random().nextInt(3000);
        stream(
                stage,
                total,
                buffer -> sendZeroCopy(ends[0], buffer),
                buffer -> recv(ends[1], buffer),
                () -> finish(stage, ends[0]));
    }

    static void intoProvidedBuffers(Stage stage) throws IOException {
        var ends = connected(stage);
        int total = 200 + stage.random().nextInt(1000);
        var sent = new Side();
        stage.scope()
                .fork(
                        () -> {
                            feed(stage, total, sent, buffer -> send(ends[0], buffer));
                            finish(stage, ends[0]);
                        });
        var seen = new Side();
        boolean cancels = stage.chance(30);
        var outcome =
                stage.attempt(
                        forEach(
                                recvEach(ends[1]),
                                buffer -> {
                                    check(stage, buffer, buffer.size(), seen);
                                    stage.scope().release(buffer);
                                    return cancels && seen.bytes > 100 ? nothingMore() : done(0);
                                }));
        if (outcome.isCompleted() && !sent.broken) {
            stage.check(
                    seen.bytes == total || seen.broken,
                    "X4: " + seen.bytes + " of " + total + " bytes came");
        }
    }

    private static dev.catena.ops.Pipeline<Integer> nothingMore() {
        return dev.catena.ops.Ops.failed(
                new Outcome.Failed<>(Errno.EIO, dev.catena.ops.Ops.nop(), "enough"));
    }

    /// Sends no more, however often the schedule lets that fail.
    private static void finish(Stage stage, Fd socket) {
        for (int tries = 0; tries < PATIENCE; tries++) {
            var outcome = stage.attempt(shutdown(socket, Shutdown.Direction.WRITE));
            if (outcome.isCompleted() || breaks(outcome)) {
                return;
            }
        }
    }

    private static Fd[] connected(Stage stage) throws IOException {
        var scope = stage.scope();
        var listener =
                scope.await(listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        var address = scope.await(localAddress(listener));
        var accepting = scope.start(accept(listener));
        var near = scope.await(connect(address));
        return new Fd[] {near, accepting.await()};
    }

    private static void stream(
            Stage stage,
            int total,
            java.util.function.Function<Buffer, Step<Integer>> put,
            java.util.function.Function<Buffer, Step<Integer>> take,
            Runnable end) {
        var sent = new Side();
        var seen = new Side();
        stage.scope()
                .fork(
                        () -> {
                            feed(stage, total, sent, put);
                            end.run();
                        });
        drain(stage, seen, take, sent);
        if (!sent.broken && !seen.broken) {
            stage.check(
                    sent.bytes == seen.bytes,
                    "X4: " + seen.bytes + " of " + sent.bytes + " bytes came");
        }
    }

    private static void feed(
            Stage stage,
            int total,
            Side sent,
            java.util.function.Function<Buffer, Step<Integer>> put) {
        for (int tries = 0; sent.bytes < total && !sent.broken; tries++) {
            int size = Math.min(total - sent.bytes, 1 + stage.random().nextInt(200));
            var buffer = stage.scope().lease(size);
            for (int i = 0; i < size; i++) {
                buffer.set(i, (byte) (sent.bytes + i));
            }
            var outcome = moved(stage, put.apply(buffer), sent, tries);
            buffer.fill((byte) 0x55);
            sent.bytes += outcome;
            stage.scope().release(buffer);
        }
    }

    private static void drain(
            Stage stage,
            Side seen,
            java.util.function.Function<Buffer, Step<Integer>> take,
            Side sent) {
        for (int tries = 0; !seen.broken; tries++) {
            int size = 1 + stage.random().nextInt(150);
            var buffer = stage.scope().lease(size);
            var before = seen.bytes;
            var outcome = attempt(stage, take.apply(buffer));
            if (outcome instanceof Outcome.Completed<Integer>(var count)) {
                if (count == 0) {
                    return;
                }
                check(stage, buffer, count, seen);
                stage.check(seen.bytes == before + count, "X4: bytes out of order");
            } else {
                seen.broken |= breaks(outcome) || tries > PATIENCE;
                sent.broken |= seen.broken;
            }
            stage.scope().release(buffer);
        }
    }

    private static int moved(Stage stage, Step<Integer> work, Side side, int tries) {
        var outcome = attempt(stage, work);
        if (outcome instanceof Outcome.Completed<Integer>(var count)) {
            return count;
        }
        side.broken |= breaks(outcome) || tries > PATIENCE;
        return 0;
    }

    /// Tries it, sometimes with a bound, sometimes with a cancel behind it.
    private static Outcome<Integer> attempt(Stage stage, Step<Integer> work) {
        if (stage.chance(20)) {
            return stage.attempt(work.within(stage.millis(3)));
        }
        var pending = stage.scope().start(work);
        if (stage.chance(20)) {
            if (stage.chance(50)) {
                stage.attempt(dev.catena.ops.Ops.timeout(stage.millis(2)));
            }
            pending.cancel("changed its mind");
        }
        return stage.workload().seen(pending.outcome());
    }

    /// Whether the stream is over after this: what is retried is what the schedule makes fail.
    private static boolean breaks(Outcome<?> outcome) {
        return outcome instanceof Outcome.Failed<?>(var errno, _, _)
                && switch (errno) {
                    case ECONNRESET, EPIPE, ENOTCONN, EBADF -> true;
                    default -> false;
                };
    }

    private static void check(Stage stage, Buffer buffer, int count, Side seen) {
        for (int i = 0; i < count; i++) {
            if (buffer.get(i) != (byte) (seen.bytes + i)) {
                stage.check(false, "X4: byte " + (seen.bytes + i) + " is " + buffer.get(i));
                return;
            }
        }
        seen.bytes += count;
    }
}
