package dev.catena.spec.portable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.Op;
import dev.catena.ops.SocketName;
import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.Payload;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A driver without a loop around it: what goes in, and what comes out. Belongs to the thread that opened it.
final class RawDriver implements AutoCloseable {
    static final SocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /// One completion.
    record Cqe(long token, int result, int flags) {
        boolean hasMore() {
            return (flags & Driver.MORE) != 0;
        }
    }

    private final Driver driver;
    private final List<Integer> open = new ArrayList<>();
    private long nextToken = 1L << 40;

    // of the last operation that was asked for on its own
    private @Nullable Payload payload;

    RawDriver(DriverUnderTest kind) {
        driver = kind.open(64);
    }

    Driver driver() {
        return driver;
    }

    RawDriver push(long token, Op<?> op, int... flags) {
        assertThat(driver.lacks(op)).isNull();
        int all = dev.catena.ops.Sqe.flagsOf(op);
        for (int flag : flags) {
            all |= flag;
        }
        driver.push(op, all, token, driver.nanoTime());
        return this;
    }

    RawDriver submit() {
        driver.submit();
        return this;
    }

    /// The next completions, in their order.
    List<Cqe> take(int count) {
        var taken = new ArrayList<Cqe>();
        while (taken.size() < count) {
            driver.await(Long.MAX_VALUE);
            driver.reap((token, result, flags) -> taken.add(new Cqe(token, result, flags)));
        }
        return taken;
    }

    /// The completions that there are now, after everything that is ready has been done.
    List<Cqe> now() {
        var taken = new ArrayList<Cqe>();
        for (int round = 0; round < 3; round++) {
            driver.await(0);
            driver.reap((token, result, flags) -> taken.add(new Cqe(token, result, flags)));
        }
        return taken;
    }

    /// The results of the next completions, by token.
    SortedMap<Long, Integer> results(int count) {
        var results = new TreeMap<Long, Integer>();
        take(count).forEach(cqe -> results.put(cqe.token(), cqe.result()));
        return results;
    }

    /// The tokens of the next completions, in their order.
    List<Long> order(int count) {
        return take(count).stream().map(Cqe::token).toList();
    }

    /// The result of one operation on its own.
    int result(Op<?> op) {
        long token = ++nextToken;
        push(token, op);
        var results = new ArrayList<Integer>();
        while (results.isEmpty()) {
            driver.await(Long.MAX_VALUE);
            driver.reap(
                    (completed, result, _) -> {
                        assertThat(completed).isEqualTo(token);
                        results.add(result);
                        payload = result < 0 ? null : payload(op, token);
                        driver.ended(token);
                    });
        }
        return results.getFirst();
    }

    private @Nullable Payload payload(Op<?> op, long token) {
        return switch (op) {
            case dev.catena.ops.Status _,
                    dev.catena.ops.Pipe _,
                    dev.catena.ops.RecvMsg _,
                    dev.catena.ops.GetSocketOption _,
                    SocketName _ ->
                    driver.payload(token);
            default -> null;
        };
    }

    /// The error of one operation on its own.
    Errno error(Op<?> op) {
        int result = result(op);
        assertThat(result).as(op.toString()).isNegative();
        return Errno.of(result);
    }

    /// What one operation on its own gives besides a number.
    <P extends Payload> P payload(Op<?> op, Class<P> type) {
        int result = result(op);
        assertThat(result).as(op + ": " + Errno.of(result)).isNotNegative();
        return type.cast(Objects.requireNonNull(payload));
    }

    /// The descriptor that one operation makes.
    Fd made(Op<?> op) {
        int number = result(op);
        assertThat(number).as(op + ": " + Errno.of(number)).isNotNegative();
        return fd(number);
    }

    /// A descriptor of this driver, closed at the end.
    Fd fd(int number) {
        open.add(number);
        return new Descriptor(number, driver.table());
    }

    Fd slot(int number) {
        return Descriptor.slot(number, driver.table());
    }

    /// It has been closed.
    void forget(Fd fd) {
        open.removeIf(number -> number == fd.number());
    }

    static Buffer buffer(int size) {
        return Buffer.of(Arena.ofAuto().allocate(size, 8));
    }

    static Buffer bytes(String text) {
        var bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return buffer(bytes.length).put(0, bytes);
    }

    static String text(Buffer buffer, int size) {
        return new String(buffer.copy(0, size), java.nio.charset.StandardCharsets.US_ASCII);
    }

    static int number(Errno errno) {
        return -errno.number();
    }

    SocketAddress address(Fd socket) {
        return payload(new SocketName(socket, SocketName.Side.LOCAL), Payload.Address.class)
                .address();
    }

    @Override
    public void close() {
        open.forEach(driver::discard);
        driver.close();
    }
}
