package dev.catena.spec.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.io.TcpOptions;
import dev.catena.ops.Buffer;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Ops;
import dev.catena.ops.Pipeline;
import dev.catena.ops.spi.Region;
import dev.catena.proactor.Capabilities;
import dev.catena.proactor.DriverKind;
import dev.catena.proactor.FastPath;
import dev.catena.scope.Scope;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.io.TcpBehaviour.Ends;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each fast path taken and not: what is done is the same.
@Timeout(200)
class UringFastPathsTest {
    private static final int SIZE = 3_000_001;

    @TempDir Path folder;

    private static RingUnderTest without(FastPath... paths) {
        return RingUnderTest.open(builder -> builder.driver(DriverKind.URING).without(paths));
    }

    private static long sum(Buffer buffer) {
        var sum = new CRC32C();
        sum.update(buffer.asByteBuffer());
        return sum.getValue();
    }

    @ParameterizedTest
    @EnumSource
    void programShouldDoTheSameWithoutIt(FastPath path) throws Exception {
        try (var ring = without(path)) {
            Scope.run(ring.proactor(), this::useThemAll);
        }
    }

    @Test
    void programShouldDoTheSameWithAllAndWithNone() throws Exception {
        for (var paths : new FastPath[][] {{}, FastPath.values()}) {
            try (var ring = without(paths)) {
                Scope.run(ring.proactor(), this::useThemAll);
            }
        }
    }

    /// Accepts from a feed, sends a file and a large buffer, receives them from a feed.
    private void useThemAll(Scope scope) throws Exception {
        var bytes = scope.lease(SIZE);
        FeedBehaviour.fill(bytes, 0);
        long expected = sum(bytes);
        var file =
                scope.await(Ops.open(folder.resolve("file"), OpenFlag.READ_WRITE, OpenFlag.CREATE));
        scope.await(Ops.writeFully(Ops.write(file, bytes).at(0)));

        var listener = TcpListener.bind(scope, IoSpec.ANY_PORT);
        var options = TcpOptions.DEFAULT.zeroCopyFrom(100_000);
        try (var connections = listener.connections()) {
            var near = TcpConnection.connect(scope, listener.localAddress(), options);
            var far = TcpConnection.of(scope, connections.take(), options);
            var sending =
                    scope.fork(
                            () -> {
                                assertThat(near.sendFile(file, 0, SIZE)).isEqualTo(SIZE);
                                near.writeAll(bytes);
                                near.endOutput();
                            });
            var sums = new CRC32C[] {new CRC32C(), new CRC32C()};
            long count = 0;
            try (var feed = far.feed()) {
                for (var part = feed.take(); part != null; part = feed.take()) {
                    int first = Math.clamp(SIZE - count, 0, part.size());
                    if (first > 0) {
                        sums[0].update(part.first(first).asByteBuffer());
                    }
                    if (first < part.size()) {
                        sums[1].update(part.from(first).asByteBuffer());
                    }
                    count += part.size();
                }
            }
            sending.await();
            assertThat(count).isEqualTo(2L * SIZE);
            assertThat(sums[0].getValue()).isEqualTo(expected);
            assertThat(sums[1].getValue()).isEqualTo(expected);
        }
    }

    @Test
    void operationThatSaysASwitchedOffPathShouldBeRefused() throws Exception {
        try (var ring = without(FastPath.values())) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var ends = Ends.open(scope);
                        var socket = ends.near().fd();
                        for (Pipeline<?> refused :
                                List.<Pipeline<?>>of(
                                        Ops.sendZeroCopy(socket, scope.lease(1)),
                                        Ops.splice(socket, socket, 1))) {
                            assertThatThrownBy(() -> scope.start(refused))
                                    .isInstanceOf(UnsupportedOperationException.class)
                                    .hasMessageContaining("switched off");
                        }
                        assertThatThrownBy(scope::slot)
                                .isInstanceOf(UnsupportedOperationException.class);
                    });
        }
    }

    @Test
    void probeShouldTellOfEach() {
        var found = Capabilities.probe();
        assertThat(found.fastPaths())
                .extracting(Capabilities.Path::path)
                .containsExactly(FastPath.values());
        var text = found.toText();
        var json = found.toJson();
        assertThat(text).containsPattern("bundles +not used");
        assertThat(json).containsPattern("\"bundles\": ?\"not used");
        for (var one : found.fastPaths()) {
            assertThat(text)
                    .contains(
                            one.path().words()
                                    + " ".repeat(Math.max(1, 19 - one.path().words().length()))
                                    + one.lacking().map(why -> "no: " + why).orElse("yes"));
            assertThat(json).contains("\"" + one.path().words() + "\"");
        }
    }

    @Test
    void kernelThatIsNewEnoughShouldHaveThem() {
        var found = Capabilities.probe();
        assumeTrue(found.verdict() == Capabilities.Verdict.URING, "there is no ring");
        int here = version(System.getProperty("os.version"));
        assertThat(found.fastPaths())
                .filteredOn(one -> here >= version(one.path().kernel()))
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.lacking()).as(one.path().words()).isEmpty());
    }

    private static int version(String kernel) {
        var parts = kernel.split("[^0-9]+");
        return 1000 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]);
    }

    /// Two small receives, one after the other; where the second was put, counted from the end of the first.
    private static long distance(Scope scope) throws Exception {
        var ends = Ends.open(scope);
        try (var feed = ends.far().feed()) {
            ends.near().writeAll("first");
            var first = ((Region) feed.take()).address() + 5;
            ends.near().writeAll("second");
            return ((Region) feed.take()).address() - first;
        }
    }

    private static boolean has(FastPath path) {
        return Capabilities.probe().fastPaths().stream()
                .anyMatch(one -> one.path() == path && one.lacking().isEmpty());
    }

    @Test
    @Tag("L7")
    void smallReceivesShouldShareABufferUnlessThatIsSwitchedOff() throws Exception {
        if (has(FastPath.INCREMENTAL_BUFFERS)) {
            try (var ring = without()) {
                Scope.run(ring.proactor(), scope -> assertThat(distance(scope)).isZero());
            }
        }
        try (var ring = without(FastPath.INCREMENTAL_BUFFERS)) {
            Scope.run(ring.proactor(), scope -> assertThat(distance(scope)).isNotZero());
        }
    }

    @Test
    @Tag("L7")
    void partOfASharedBufferShouldStayUntilItsTakerIsDoneWithIt() throws Exception {
        try (var ring = without()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var held = Ends.open(scope);
                        var busy = Ends.open(scope);
                        try (var feed = held.far().feed();
                                var stream = busy.far().feed()) {
                            held.near().writeAll("held");
                            var part = feed.take();
                            // many times what the kernel has to fill
                            var block = scope.lease(1 << 20);
                            FeedBehaviour.fill(block, 1);
                            var sending =
                                    scope.fork(
                                            () -> {
                                                for (int i = 0; i < 16; i++) {
                                                    busy.near().writeAll(block);
                                                }
                                                busy.near().endOutput();
                                            });
                            long count = 0;
                            for (var one = stream.take(); one != null; one = stream.take()) {
                                count += one.size();
                            }
                            sending.await();
                            assertThat(count).isEqualTo(16L << 20);
                            assertThat(new String(part.toArray(), US_ASCII)).isEqualTo("held");
                            scope.release(block);
                        }
                        assertThat(ring.metrics().leases()).isZero();
                    });
        }
    }

    @Test
    @Tag("L7")
    void manySmallReceivesShouldGiveEveryBufferBack() throws Exception {
        try (var ring = without()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var ends = Ends.open(scope);
                        var text = scope.lease(777);
                        // all buffers several times over, in parts that do not fit evenly
                        int rounds = 3 * 256 * 16384 / 777;
                        try (var feed = ends.far().feed()) {
                            for (int i = 0; i < rounds; i++) {
                                FeedBehaviour.fill(text, i);
                                ends.near().writeAll(text);
                                var expected = text.toArray();
                                var got = new byte[0];
                                while (got.length < 777) {
                                    var part = feed.take().toArray();
                                    int before = got.length;
                                    got = Arrays.copyOf(got, before + part.length);
                                    System.arraycopy(part, 0, got, before, part.length);
                                }
                                assertThat(got).isEqualTo(expected);
                            }
                        }
                        // there are buffers left, or each would be received into a lease; one of
                        // two may be the first of a buffer
                        if (has(FastPath.INCREMENTAL_BUFFERS)) {
                            assertThat(List.of(distance(scope), distance(scope))).contains(0L);
                        }
                    });
        }
    }
}
