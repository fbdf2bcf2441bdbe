package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Ops;
import dev.catena.ops.Pipe;
import dev.catena.ops.PollEvent;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Bytes on their way from one descriptor to another: moved inside the kernel where it can (`splice(2)`), else copied through a
/// buffer. Two descriptors of which none is a pipe get one in between, for the time of the call.
///
/// A splice waits for bytes of a socket with its pipe locked, out of reach of any cancel: the socket is polled first.
///
/// @param scope where its operations wait
record Passage(Scope scope) {
    // what a pipe holds unless told otherwise
    private static final int PIECE_BYTES = 65536;

    // what a copy takes at a time
    private static final int CHUNK_BYTES = 1 << 18;

    /// Moves bytes from one stream to another, at least one of them a pipe, and the source no socket.
    ///
    /// @param ahead what was read from the source already, or null
    /// @return how many, fewer than `most` if the source has ended
    long drain(@Nullable Inbound ahead, Fd from, Fd to, long most) throws IOException {
        long done = passAhead(ahead, to, -1, most);
        boolean splices = true;
        while (done < most) {
            int moved = splices ? spliced(from, -1, to, -1, most - done) : -1;
            if (moved == 0) {
                break;
            } else if (moved > 0) {
                done += moved;
            } else if (splices) {
                splices = false;
            } else {
                return done + copied(from, -1, to, -1, most - done);
            }
        }
        return done;
    }

    /// Moves bytes from a socket into a pipe.
    long intoPipe(Inbound ahead, Fd socket, Fd pipe, long most) throws IOException {
        long done = passAhead(ahead, pipe, -1, most);
        while (done < most) {
            var _ = scope.await(Ops.poll(socket, PollEvent.READABLE));
            int moved = spliced(socket, -1, pipe, -1, most - done);
            if (moved < 0) {
                return done + copied(socket, -1, pipe, -1, most - done);
            }
            if (moved == 0) {
                break;
            }
            done += moved;
        }
        return done;
    }

    /// Moves bytes of a file to a socket.
    long fromFile(Fd file, long offset, Fd socket, long count) throws IOException {
        checkCount(count);
        return scope.child(
                ScopeOptions.of("passage from " + file),
                inner -> {
                    var pipe = new Passage(inner).pipe();
                    long done = 0;
                    while (pipe != null && done < count) {
                        int in = spliced(file, offset + done, pipe.writing(), -1, count - done);
                        if (in == 0) {
                            return done;
                        }
                        if (in < 0) {
                            break;
                        }
                        drainFully(pipe.reading(), socket, -1, in);
                        done += in;
                    }
                    return done + copied(file, offset + done, socket, -1, count - done);
                });
    }

    /// Moves bytes of a socket to a file.
    long intoFile(Inbound ahead, Fd socket, Fd file, long offset, long count) throws IOException {
        long first = passAhead(ahead, file, offset, count);
        return scope.child(
                ScopeOptions.of("passage to " + file),
                inner -> {
                    var pipe = new Passage(inner).pipe();
                    long done = first;
                    while (pipe != null && done < count) {
                        var _ = scope.await(Ops.poll(socket, PollEvent.READABLE));
                        int in = spliced(socket, -1, pipe.writing(), -1, count - done);
                        if (in == 0) {
                            return done;
                        }
                        if (in < 0) {
                            break;
                        }
                        drainFully(pipe.reading(), file, offset + done, in);
                        done += in;
                    }
                    return done + copied(socket, -1, file, offset + done, count - done);
                });
    }

    /// A pipe in between, which its scope closes; null if there are none, or no splices.
    private Pipe.@Nullable Ends pipe() throws IOException {
        try {
            return scope.await(Ops.pipe());
        } catch (UnsupportedOperationException lacking) {
            return null;
        }
    }

    /// Moves what is in a pipe.
    private void drainFully(Fd pipe, Fd to, long offset, int size) throws IOException {
        int done = 0;
        while (done < size) {
            int moved = spliced(pipe, -1, to, offset < 0 ? -1 : offset + done, size - done);
            if (moved < 0) { // the one that fills the pipe was possible, this one is not
                done += (int) copied(pipe, -1, to, offset < 0 ? -1 : offset + done, size - done);
            } else {
                done += moved;
            }
        }
    }

    /// Moves what was read ahead.
    private long passAhead(@Nullable Inbound ahead, Fd to, long offset, long most)
            throws IOException {
        checkCount(most);
        int size = ahead == null ? 0 : (int) Math.min(ahead.available(), most);
        if (ahead != null && size > 0) {
            var chunk = scope.lease(size);
            try {
                ahead.take(chunk);
                write(chunk, to, offset);
            } finally {
                scope.release(chunk);
            }
        }
        return size;
    }

    private static void checkCount(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("0 bytes or more can be moved, not " + count);
        }
    }

    /// One splice; -1 if these two cannot be spliced, and nothing was moved.
    private int spliced(Fd from, long fromOffset, Fd to, long toOffset, long most)
            throws IOException {
        int piece = (int) Math.min(PIECE_BYTES, most);
        try {
            return scope.await(Ops.splice(from, fromOffset, to, toOffset, piece));
        } catch (UnsupportedOperationException lacking) {
            return -1;
        } catch (OperationFailedException failed) {
            if (failed.errno() == Errno.EINVAL) { // a file to append to, a terminal
                return -1;
            }
            throw failed;
        }
    }

    /// Copies up to `most` bytes, fewer if the source ends.
    private long copied(Fd from, long fromOffset, Fd to, long toOffset, long most)
            throws IOException {
        if (most == 0) {
            return 0;
        }
        var chunk = scope.lease((int) Math.min(CHUNK_BYTES, most));
        try {
            long done = 0;
            while (done < most) {
                var part = chunk.first((int) Math.min(chunk.size(), most - done));
                int size =
                        scope.await(
                                Ops.read(from, part).at(fromOffset < 0 ? -1 : fromOffset + done));
                if (size == 0) {
                    break;
                }
                write(part.first(size), to, toOffset < 0 ? -1 : toOffset + done);
                done += size;
            }
            return done;
        } finally {
            scope.release(chunk);
        }
    }

    private void write(Buffer bytes, Fd to, long offset) throws IOException {
        var _ = scope.await(Ops.writeFully(Ops.write(to, bytes).at(offset)));
    }
}
