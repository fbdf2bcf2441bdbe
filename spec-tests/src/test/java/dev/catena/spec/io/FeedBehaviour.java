package dev.catena.spec.io;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.acceptEach;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.setSocketOption;
import static dev.catena.ops.Ops.sleep;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TcpOptions;
import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.SocketOption;
import dev.catena.proactor.DriverKind;
import dev.catena.scope.Feed;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.io.TcpBehaviour.Ends;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What feeds do, on any driver.
abstract class FeedBehaviour extends IoSpec {
    // all provided buffers of the loop, one receive past them, and the test's own: what one feed
    // may hold for a moment
    private static final int ALL_BUFFERS = 256 + 4;

    // what it holds while nobody takes: 16 wait, and the kernel brings what its own buffer has
    // before it notices that it was stopped
    private static final int SMALL_RECEIVE_BUFFER = 65536;
    private static final int MOST_WAITING = 200;

    FeedBehaviour(DriverKind kind) {
        super(kind);
    }

    /// Bytes that tell their place in the stream.
    static void fill(Buffer block, long from) {
        var bytes = block.asByteBuffer();
        for (int i = 0; i + 8 <= block.size(); i += 8) {
            bytes.putLong(i, (from + i) * 0x9E3779B97F4A7C15L);
        }
    }

    @Test
    @Tag("L7")
    void slowTakerShouldSlowItsPeerDownAndLoseNothing() throws Exception {
        long total = Long.getLong("catena.stream.bytes", 64L << 20);
        var sent = new CRC32C();
        var received = new CRC32C();
        long[] size = {0};
        // the taker may be given time to take: a minute, with a GiB
        long nanos = Duration.ofSeconds(Long.getLong("catena.stream.seconds", 0)).toNanos();
        long begin = System.nanoTime();
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    var writer =
                            scope.fork(
                                    () -> {
                                        var block = scope.lease(65536);
                                        for (long at = 0; at < total; at += block.size()) {
                                            fill(block, at);
                                            sent.update(block.asByteBuffer());
                                            ends.far().writeAll(block);
                                        }
                                        ends.far().endOutput();
                                    });
                    long most = 0;
                    try (var feed = ends.near().feed()) {
                        for (var part = feed.take(); part != null; part = feed.take()) {
                            received.update(part.asByteBuffer());
                            size[0] += part.size();
                            for (int i = 0; i < 4; i++) { // the sender gets ahead
                                scope.await(nop());
                            }
                            long early = begin + nanos / total * size[0] - System.nanoTime();
                            if (early > 0) {
                                scope.await(sleep(Duration.ofNanos(early)));
                            }
                            most = Math.max(most, ring().metrics().leases());
                        }
                    }
                    writer.await();
                    assertThat(most).as("leases out").isPositive().isLessThanOrEqualTo(ALL_BUFFERS);
                });
        assertThat(size[0]).isEqualTo(total);
        assertThat(received.getValue()).isEqualTo(sent.getValue());
    }

    @Test
    void takerThatDoesNothingShouldStopItsPeer() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    scope.await(
                            setSocketOption(
                                    ends.near().fd(),
                                    SocketOption.RECEIVE_BUFFER,
                                    SMALL_RECEIVE_BUFFER));
                    long[] written = {0};
                    var writer =
                            scope.fork(
                                    () -> {
                                        var block = scope.lease(65536);
                                        try {
                                            while (true) {
                                                written[0] += ends.far().write(block);
                                            }
                                        } catch (OperationFailedException closed) {
                                            return closed.errno();
                                        }
                                    });
                    var feed = ends.near().feed();
                    assertThat(feed.take()).isNotNull();
                    long before;
                    do { // until nothing moves any more
                        before = written[0];
                        for (int i = 0; i < 1000; i++) {
                            scope.await(nop());
                        }
                    } while (written[0] > before);
                    assertThat(ring().metrics().leases()).isLessThan(MOST_WAITING);
                    feed.close();
                    ends.near().close();
                    writer.await();
                });
    }

    @Test
    @Tag("L7")
    void feedThatIsClosedEarlyShouldGiveEverythingBack() throws Exception {
        run(
                scope -> {
                    for (int round = 0; round < 300; round++) { // one lost in each would show
                        var ends = Ends.open(scope);
                        long before = ring().metrics().leases();
                        var feed = ends.near().feed();
                        ends.far().writeAll("some");
                        if (round % 3 > 0) {
                            assertThat(feed.take()).isNotNull();
                        }
                        if (round % 3 > 1) {
                            ends.far().writeAll("more");
                        }
                        feed.close();
                        feed.close();
                        assertThat(ring().metrics().leases()).isEqualTo(before);
                        assertThat(feed.take()).isNull();
                        ends.near().close();
                        ends.far().close();
                    }
                });
    }

    @Test
    @Tag("L7")
    void feedThatItsScopeEndsShouldGiveEverythingBack() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    assertThatThrownBy(
                                    () ->
                                            scope.child(
                                                    ScopeOptions.of("ended"),
                                                    inner -> {
                                                        var feed = ends.near().in(inner).feed();
                                                        ends.far().writeAll("some");
                                                        assertThat(feed.take()).isNotNull();
                                                        ends.far().writeAll("more");
                                                        inner.fork(() -> inner.cancel("over"));
                                                        return feed.take() == null
                                                                ? null
                                                                : feed.take();
                                                    }))
                            .isInstanceOf(OperationCancelledException.class);
                    assertThat(ring().metrics().leases()).isZero();
                });
    }

    @Test
    void whatWasReadAheadShouldComeFirst() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    ends.far().writeAll("header\nbody and");
                    assertThat(ends.near().readUntil("\n", 100)).isEqualTo("header");
                    ends.far().writeAll(" more");
                    ends.far().endOutput();
                    assertThat(text(ends.near().feed())).isEqualTo("body and more");
                });
    }

    static String text(Feed<Buffer> feed) throws IOException {
        var text = new StringBuilder();
        try (feed) {
            for (var part = feed.take(); part != null; part = feed.take()) {
                text.append(new String(part.toArray(), US_ASCII));
            }
        }
        return text.toString();
    }

    @Test
    void resetShouldComeAfterWhatWasReceivedBeforeIt() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    int port = listener.localAddress().getPort();
                    var socket = new Socket("127.0.0.1", port);
                    var connection = listener.accept();
                    try (var feed = connection.feed()) {
                        socket.getOutputStream().write("before".getBytes(US_ASCII));
                        assertThat(feed.take()).isNotNull();
                        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                        socket.close();
                        assertThatThrownBy(feed::take)
                                .isInstanceOf(OperationFailedException.class)
                                .extracting(e -> ((OperationFailedException) e).errno())
                                .isEqualTo(Errno.ECONNRESET);
                        assertThatThrownBy(feed::take).as("again").hasMessageContaining("RESET");
                    }
                });
    }

    @Test
    @Tag("L7")
    void feedsThatHoldAllBuffersShouldNotStarveAnother() throws Exception {
        run(
                scope -> {
                    var hoarders = new ArrayList<Feed<Buffer>>();
                    for (int i = 0; i < 24; i++) {
                        var ends = Ends.open(scope);
                        var feed = ends.near().feed();
                        hoarders.add(feed);
                        scope.start(
                                dev.catena.ops.Ops.sendAll(ends.far().fd(), scope.lease(1 << 20)));
                        assertThat(feed.take()).isNotNull();
                    }
                    long before;
                    do { // until they have all they can get
                        before = ring().metrics().leases();
                        for (int i = 0; i < 1000; i++) {
                            scope.await(nop());
                        }
                    } while (ring().metrics().leases() > before);
                    var ends = Ends.open(scope);
                    ends.far().writeAll("all the same");
                    ends.far().endOutput();
                    assertThat(text(ends.near().feed())).isEqualTo("all the same");
                    hoarders.forEach(Feed::close);
                    scope.cancel("seen");
                });
    }

    @Test
    void descriptorsThatNobodyTakesShouldBeClosed() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var feed = scope.feed(acceptEach(listener.fd()));
                    var client = TcpConnection.connect(scope, listener.localAddress());
                    var taken = TcpConnection.of(scope, feed.take(), TcpOptions.DEFAULT);
                    var other = TcpConnection.connect(scope, listener.localAddress());
                    taken.writeAll("x");
                    assertThat(client.read(scope.lease(1))).isEqualTo(1);
                    feed.close();
                    listener.close();
                    assertThatThrownBy(() -> other.readFully(scope.lease(1)))
                            .isInstanceOf(IOException.class);
                });
    }

    @Test
    void zeroCopyShouldSendTheSameBytesOrFallBackQuietly() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var options = TcpOptions.DEFAULT.zeroCopyFrom(1000);
                    var near = TcpConnection.connect(scope, listener.localAddress(), options);
                    var far = listener.accept();
                    var block = scope.lease(1 << 20);
                    fill(block, 0);
                    var sum = new CRC32C();
                    sum.update(block.asByteBuffer());
                    long expected = sum.getValue();
                    var writer =
                            scope.fork(
                                    () -> {
                                        near.writeAll(block);
                                        near.endOutput();
                                    });
                    sum.reset();
                    try (var feed = far.feed()) {
                        for (var part = feed.take(); part != null; part = feed.take()) {
                            sum.update(part.asByteBuffer());
                        }
                    }
                    writer.await();
                    assertThat(sum.getValue()).isEqualTo(expected);
                    block.set(0, (byte) 1); // it is ours again
                });
    }

    @Test
    void peerThatResetsShouldEndAZeroCopyWriteAndFreeItsBuffer() throws Exception {
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    int port = listener.localAddress().getPort();
                    var socket = new Socket("127.0.0.1", port);
                    var connection =
                            TcpConnection.of(
                                    scope,
                                    scope.await(accept(listener.fd())),
                                    TcpOptions.DEFAULT.zeroCopyFrom(1));
                    var block = scope.lease(1 << 20);
                    var writer =
                            scope.fork(
                                    () -> {
                                        try {
                                            while (true) {
                                                connection.writeAll(block);
                                            }
                                        } catch (OperationFailedException gone) {
                                            return gone.errno();
                                        }
                                    });
                    scope.await(nop());
                    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                    socket.close();
                    assertThat(writer.await()).isIn(Errno.ECONNRESET, Errno.EPIPE);
                    block.set(0, (byte) 1); // it is ours again
                });
    }
}
