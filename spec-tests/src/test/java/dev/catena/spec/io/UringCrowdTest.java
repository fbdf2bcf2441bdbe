package dev.catena.spec.io;

import static dev.catena.ops.Ops.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.io.Command;
import dev.catena.io.Processes;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TcpOptions;
import dev.catena.io.TlsConnection;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.proactor.DriverKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Many connections on one loop. Both ends are in this process, so that each takes two descriptors: how many there are is
/// `-Dcatena.crowd`, at most half of `ulimit -n`.
class UringCrowdTest extends IoSpec {
    private static final int CROWD = Integer.getInteger("catena.crowd", 2_000);

    UringCrowdTest() {
        super(DriverKind.URING);
    }

    @Test
    void everyIdleConnectionShouldBeServedWhenItSpeaks() throws Exception {
        var served = new AtomicInteger();
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var address = listener.localAddress();
                    var serving =
                            scope.fork(
                                    () ->
                                            listener.serve(
                                                    connection -> {
                                                        try (var feed = connection.feed()) {
                                                            for (var part = feed.take();
                                                                    part != null;
                                                                    part = feed.take()) {
                                                                connection.writeAll(part);
                                                                served.incrementAndGet();
                                                            }
                                                        }
                                                    }));
                    long before = heapBytes();
                    var clients = new ArrayList<TcpConnection>();
                    var plain = TcpOptions.DEFAULT.noDelay(false);
                    for (int i = 0; i < CROWD; i++) {
                        clients.add(TcpConnection.connect(scope, address, plain));
                    }
                    for (int round = 0; round < 2; round++) {
                        var buffer = scope.lease(1);
                        for (int i = 0; i < CROWD; i++) {
                            clients.get(i).writeAll(buffer.set(0, (byte) i));
                            clients.get(i).readFully(buffer);
                            assertThat(buffer.get(0)).isEqualTo((byte) i);
                        }
                        if (round == 0) {
                            System.out.printf(
                                    "%,d connections idle, both ends: %,d bytes of heap each; %d buffers leased%n",
                                    CROWD,
                                    (heapBytes() - before) / CROWD,
                                    ring().metrics().leases());
                        }
                    }
                    for (var client : clients) {
                        client.close();
                    }
                    listener.close();
                    serving.await();
                });
        assertThat(served).hasValue(2 * CROWD);
    }

    /// How many are `-Dcatena.crowd.outside`, at most what `ulimit -n` leaves.
    @Test
    void connectionsFromAnotherProcessShouldBeServedWhenTheySpeakAndCostLittleMeanwhile()
            throws Exception {
        int crowd = Integer.getInteger("catena.crowd.outside", CROWD);
        var open = new AtomicInteger();
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var port = String.valueOf(listener.localAddress().getPort());
                    var serving =
                            scope.fork(() -> listener.serve(connection -> echo(connection, open)));
                    long heap = heapBytes();
                    long resident = residentBytes();
                    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
                    var classes =
                            Path.of(
                                    CrowdOutside.class
                                            .getProtectionDomain()
                                            .getCodeSource()
                                            .getLocation()
                                            .toURI());
                    var outside =
                            Command.of(
                                            java,
                                            "-cp",
                                            classes.toString(),
                                            CrowdOutside.class.getName(),
                                            port,
                                            String.valueOf(crowd))
                                    .error(Command.Stream.INHERITED);
                    try (var peer = Processes.start(scope, outside)) {
                        assertThat(peer.output().readUntil("\n", 100)).isEqualTo("connected");
                        while (open.get() < crowd) { // accepted by the kernel, and soon by us
                            scope.await(sleep(Duration.ofMillis(1)));
                        }
                        System.out.printf(
                                "%,d connections of another process idle: %,d bytes of heap each, %,d resident; %d"
                                        + " buffers leased%n",
                                crowd,
                                (heapBytes() - heap) / crowd,
                                (residentBytes() - resident) / crowd,
                                ring().metrics().leases());
                        for (int round = 0; round < 3; round++) {
                            peer.input().writeAll("speak\n");
                            assertThat(peer.output().readUntil("\n", 100))
                                    .isEqualTo("heard " + crowd);
                        }
                        peer.input().close();
                        assertThat(peer.await().code()).isZero();
                    }
                    while (open.get() > 0) { // each sees the end
                        scope.await(sleep(Duration.ofMillis(1)));
                    }
                    listener.close();
                    serving.await();
                });
    }

    private static void echo(TcpConnection connection, AtomicInteger open) throws IOException {
        open.incrementAndGet();
        try (var feed = connection.feed()) {
            for (var part = feed.take(); part != null; part = feed.take()) {
                connection.writeAll(part);
            }
        } finally {
            open.decrementAndGet();
        }
    }

    private static long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .sum();
    }

    private static long heapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void clientsThatNeverShakeHandsShouldAllBeSentAway() throws Exception {
        int crowd = Integer.getInteger("catena.crowd.silent", CROWD / 4);
        var sentAway = new AtomicInteger();
        var hurried = TlsBehaviour.SERVER.handshakeLimit(Duration.ofMillis(200));
        run(
                scope -> {
                    var listener = TcpListener.bind(scope, ANY_PORT);
                    var address = listener.localAddress();
                    var serving =
                            scope.fork(
                                    () ->
                                            listener.serve(
                                                    connection -> {
                                                        try {
                                                            TlsConnection.accept(
                                                                    connection, hurried);
                                                        } catch (DeadlineExceededException e) {
                                                            sentAway.incrementAndGet();
                                                        }
                                                    }));
                    var clients = new ArrayList<TcpConnection>();
                    for (int i = 0; i < crowd; i++) {
                        clients.add(TcpConnection.connect(scope, address));
                    }
                    var buffer = scope.lease(1);
                    for (var client : clients) {
                        assertThat(client.read(buffer)).as("the end").isZero();
                        client.close();
                    }
                    listener.close();
                    serving.await();
                    assertThat(ring().metrics().leases()).isEqualTo(1);
                });
        assertThat(sentAway).hasValue(crowd);
    }
}
