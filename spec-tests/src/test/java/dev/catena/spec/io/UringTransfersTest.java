package dev.catena.spec.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.Pipes;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Ops;
import dev.catena.ops.SocketOption;
import dev.catena.scope.Scope;
import dev.catena.spec.UringSpec;
import dev.catena.spec.io.TcpBehaviour.Ends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Bytes on their way between sockets, files and pipes, and gathered from several buffers: on any driver, and on a ring that does not
/// splice.
@Timeout(200)
class UringTransfersTest extends UringSpec {
    private static final Path FILE =
            Path.of("/tmp/catena-transfers-" + ProcessHandle.current().pid());
    private static final int SIZE = 1_000_003;

    private void run(Scope.Work<Exception> body) throws Exception {
        Scope.run(proactor(), body);
    }

    private static Buffer filled(Scope scope, int size) {
        var buffer = scope.lease(size);
        FeedBehaviour.fill(buffer, size);
        return buffer;
    }

    private static long sum(Buffer buffer) {
        var sum = new CRC32C();
        sum.update(buffer.asByteBuffer());
        return sum.getValue();
    }

    /// An empty file, which goes with its scope.
    private static Fd file(Scope scope) throws IOException {
        scope.onClose(cleanup -> cleanup.attempt(Ops.unlink(FILE)));
        return scope.await(Ops.open(FILE, OpenFlag.READ_WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE));
    }

    @Test
    void partOfAFileShouldBeSent() throws Exception {
        run(
                scope -> {
                    var bytes = filled(scope, SIZE);
                    var file = file(scope);
                    scope.await(Ops.writeFully(Ops.write(file, bytes).at(0)));
                    var ends = Ends.open(scope);
                    var sending =
                            scope.fork(
                                    () -> {
                                        long sent = ends.near().sendFile(file, 5, 500_000);
                                        sent += ends.near().sendFile(file, 500_005, 2L * SIZE);
                                        ends.near().endOutput();
                                        return sent;
                                    });
                    var back = scope.lease(SIZE - 5);
                    ends.far().readFully(back);
                    assertThat(ends.far().read(scope.lease(1))).as("the end").isZero();
                    assertThat(sum(back)).isEqualTo(sum(bytes.from(5)));
                    assertThat(sending.await()).isEqualTo(SIZE - 5);
                    assertThat(ends.near().sendFile(file, SIZE, 10)).as("behind the end").isZero();
                    assertThatThrownBy(() -> ends.near().sendFile(file, 0, -1))
                            .isInstanceOf(IllegalArgumentException.class);
                });
    }

    @Test
    void whatComesShouldBeReceivedIntoAFileAlsoWhatWasReadAhead() throws Exception {
        run(
                scope -> {
                    var bytes = filled(scope, SIZE);
                    var file = file(scope);
                    var ends = Ends.open(scope);
                    var sending =
                            scope.fork(
                                    () -> {
                                        ends.near().writeAll("head\n");
                                        ends.near().writeAll(bytes);
                                        ends.near().endOutput();
                                    });
                    assertThat(ends.far().readUntil("\n", 10)).isEqualTo("head");
                    assertThat(ends.far().receiveFile(file, 7, 400_000)).isEqualTo(400_000);
                    assertThat(ends.far().receiveFile(file, 400_007, Long.MAX_VALUE))
                            .isEqualTo(SIZE - 400_000);
                    sending.await();
                    assertThat(scope.await(Ops.status(file)).size()).isEqualTo(SIZE + 7);
                    var back = scope.lease(SIZE);
                    scope.await(Ops.readFully(Ops.read(file, back).at(7)));
                    assertThat(sum(back)).isEqualTo(sum(bytes));
                });
    }

    @Test
    void whatComesShouldBeMovedIntoAPipeAlsoWhatWasReadAhead() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    ends.near().writeAll("head\nbody");
                    assertThat(ends.far().readUntil("\n", 10)).isEqualTo("head");
                    var pipe = Pipes.open(scope);
                    assertThat(ends.far().spliceTo(pipe.writing(), 4)).isEqualTo(4);
                    ends.near().writeAll("tail");
                    ends.near().endOutput();
                    assertThat(ends.far().spliceTo(pipe.writing(), Long.MAX_VALUE)).isEqualTo(4);
                    pipe.writing().close();
                    try (var in = pipe.reading().inputStream()) {
                        assertThat(in.readAllBytes()).asString(US_ASCII).isEqualTo("bodytail");
                    }
                });
    }

    @Test
    void severalBuffersShouldArriveAsOneStream() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    // so that no single send takes them all
                    scope.await(
                            Ops.setSocketOption(ends.near().fd(), SocketOption.SEND_BUFFER, 65536));
                    var sum = new CRC32C();
                    List<Buffer> pieces = new ArrayList<>();
                    int size = 0;
                    for (int i = 0; i < 1000; i++) {
                        var piece = filled(scope, 1 + 7 * i);
                        sum.update(piece.asByteBuffer());
                        pieces.add(piece);
                        size += piece.size();
                    }
                    var sending = scope.fork(() -> ends.near().writeAll(pieces));
                    var back = scope.lease(size);
                    ends.far().readFully(back);
                    sending.await();
                    assertThat(sum(back)).isEqualTo(sum.getValue());
                });
    }

    @Test
    void resetInTheMiddleOfAGatheringWriteShouldBeToldAndFreeItsBuffers() throws Exception {
        run(
                scope -> {
                    Ends ends;
                    try (var listener = TcpListener.bind(scope, IoSpec.ANY_PORT)) {
                        var near = TcpConnection.connect(scope, listener.localAddress());
                        ends = new Ends(near, listener.accept());
                    }
                    var pieces = new ArrayList<Buffer>();
                    for (int i = 0; i < 64; i++) {
                        pieces.add(scope.lease(65536));
                    }
                    var sending =
                            scope.fork(
                                    () -> {
                                        try {
                                            while (true) {
                                                ends.near().writeAll(pieces);
                                            }
                                        } catch (OperationFailedException broken) {
                                            return broken.errno();
                                        }
                                    });
                    ends.far().readFully(scope.lease(100_000)); // in the middle of the first
                    ends.far().close(); // with bytes unread: a reset
                    assertThat(sending.await()).isIn(Errno.ECONNRESET, Errno.EPIPE);
                    pieces.forEach(scope::release); // refused if the kernel had one of them
                    assertThat(ring().metrics().leases()).isEqualTo(1);
                });
    }
}
