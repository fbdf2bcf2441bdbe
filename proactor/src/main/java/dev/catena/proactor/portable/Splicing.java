package dev.catena.proactor.portable;

import static dev.catena.proactor.portable.Readiness.MOVED;

import dev.catena.ops.Errno;
import dev.catena.ops.PollEvent;
import dev.catena.ops.Splice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// `splice(2)` and `tee(2)` as copies through a buffer. Bytes that were taken from a pipe or socket and could not be passed on
/// stay in its [Stash], so that nothing is lost when the operation is cut short. Loop thread only.
final class Splicing {
    private static final int PIECE = 65536;
    private static final int EINVAL = -Errno.EINVAL.number();
    private static final int ESPIPE = -Errno.ESPIPE.number();

    private final Chains chains;
    private final Readiness readiness;
    private final FilePool pool;

    Splicing(Chains chains, Readiness readiness, FilePool pool) {
        this.chains = chains;
        this.readiness = readiness;
        this.pool = pool;
    }

    void splice(Entry entry, Splice op, OpenFile from, OpenFile to) {
        boolean fromPipe = from instanceof Endpoint source && source.isPipe();
        boolean toPipe = to instanceof Endpoint sink && sink.isPipe();
        if (!fromPipe && !toPipe) {
            chains.end(entry, EINVAL);
        } else if ((from instanceof Endpoint && op.fromOffset() >= 0)
                || (to instanceof Endpoint && op.toOffset() >= 0)) {
            chains.end(entry, ESPIPE);
        } else if (from instanceof Endpoint source && to instanceof Endpoint sink) {
            copy(entry, source, sink, op.length(), true);
        } else if (from instanceof Endpoint source && to instanceof OpenFile.Disk disk) {
            readiness.read(entry, source, () -> toFile(entry, op, source, disk.channel()));
        } else if (from instanceof OpenFile.Disk disk && to instanceof Endpoint sink) {
            fromFile(entry, op, disk.channel(), sink);
        }
    }

    void tee(Entry entry, int length, OpenFile from, OpenFile to) {
        if (from instanceof Endpoint source
                && to instanceof Endpoint sink
                && source.isPipe()
                && sink.isPipe()) {
            copy(entry, source, sink, length, false);
        } else {
            chains.end(entry, EINVAL);
        }
    }

    /// Waits for bytes, and passes them on.
    private void copy(Entry entry, Endpoint from, Endpoint to, int length, boolean takes) {
        readiness.read(
                entry,
                from,
                () -> {
                    int result = Streams.readAhead(from, length);
                    if (result <= 0) {
                        return result;
                    }
                    pass(entry, from, to, length, takes);
                    return MOVED;
                });
    }

    /// Waits for room for the bytes that are there.
    private void pass(Entry entry, Endpoint from, Endpoint to, int length, boolean takes) {
        readiness.write(
                entry,
                to,
                () -> {
                    if (from.stash.isEmpty()) { // another reader was faster
                        copy(entry, from, to, length, takes);
                        return MOVED;
                    }
                    int written = Streams.write(to, from.stash.peek(length));
                    if (written > 0 && takes) {
                        from.stash.drop(written);
                        readiness.acted(from, PollEvent.READABLE.bit());
                    }
                    return written;
                });
    }

    private int toFile(Entry entry, Splice op, Endpoint from, FileChannel file) throws IOException {
        int result = Streams.readAhead(from, op.length());
        if (result <= 0) {
            return result;
        }
        var bytes = from.stash.take(op.length());
        pool.start(
                entry,
                () -> {
                    try {
                        return FileActions.write(file, op.toOffset(), bytes);
                    } catch (IOException | RuntimeException e) {
                        return ErrorNumbers.of(e);
                    }
                },
                written -> {
                    if (bytes.hasRemaining()) {
                        from.stash.putBack(bytes);
                        readiness.putBack(from);
                    }
                    return written;
                });
        return MOVED;
    }

    private void fromFile(Entry entry, Splice op, FileChannel file, Endpoint to) {
        pool.start(
                entry,
                () -> {
                    var piece = ByteBuffer.allocateDirect(Math.min(op.length(), PIECE));
                    long offset = op.fromOffset() < 0 ? file.position() : op.fromOffset();
                    FileActions.read(file, offset, piece);
                    return piece.flip();
                },
                piece -> {
                    if (!piece.hasRemaining()) {
                        return 0;
                    }
                    readiness.write(
                            entry,
                            to,
                            () -> {
                                int written = Streams.write(to, piece.duplicate());
                                if (written > 0 && op.fromOffset() < 0) {
                                    file.position(file.position() + written);
                                }
                                return written;
                            });
                    return MOVED;
                });
    }
}
