package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.ops.Ops;
import dev.catena.ops.ShortTransfer;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// The end of a pipe where bytes are put in; see [Pipes].
///
/// It belongs to a scope, which closes it at the latest; the reader then sees the end of the stream. A pipe holds 64 KiB unless told
/// otherwise: who writes more waits for the reader. Calls wait and end as those of [PipeReader]; `EPIPE` says that the reading end is
/// closed. Writes of several threads are not torn up to 4096 bytes (`pipe(7)`, `PIPE_BUF`).
public final class PipeWriter implements AutoCloseable {
    private final Calls calls;
    private final Fd fd;

    private PipeWriter(Calls calls, Fd fd) {
        this.calls = calls;
        this.fd = fd;
    }

    /// A descriptor that operations have made, of whatever can be written as a stream; it comes to belong to `scope`.
    public static PipeWriter of(Scope scope, Fd pipe) {
        return owned(scope, scope.adopt(pipe));
    }

    /// The same of one that belongs to `scope` already.
    static PipeWriter owned(Scope scope, Fd pipe) {
        return new PipeWriter(new Calls(scope, null), pipe);
    }

    /// The scope in which its calls wait.
    public Scope scope() {
        return calls.scope();
    }

    /// The descriptor, for operations of your own.
    public Fd fd() {
        return fd;
    }

    /// The same end; each call of the result takes no longer than `limit`.
    public PipeWriter within(Duration limit) {
        return new PipeWriter(new Calls(calls.scope(), limit), fd);
    }

    /// The same end, its calls waiting in another scope, whose deadline and cancellation end them.
    public PipeWriter in(Scope inner) {
        return new PipeWriter(new Calls(inner, calls.limit()), fd);
    }

    /// Writes what the pipe takes at once, at least one byte. Gives how many.
    public int write(Buffer from) throws IOException {
        return calls.once(Ops.write(fd, from));
    }

    /// Writes all of `from`.
    public void writeAll(Buffer from) throws IOException {
        var _ = calls.bounded(this, inner -> inner.await(Ops.writeFully(Ops.write(fd, from))));
    }

    /// Writes all of several buffers, one after the other, with as few calls of the kernel as it takes.
    ///
    /// @param from 1 to 1024 regions
    public void writeAll(List<Buffer> from) throws IOException {
        var _ =
                calls.bounded(
                        this,
                        inner -> inner.await(Ops.write(fd, from).onShort(ShortTransfer.RETRY)));
    }

    /// Writes all of an array, by way of a buffer.
    public void writeAll(byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            var buffer = scope().lease(bytes.length).put(0, bytes);
            try {
                writeAll(buffer);
            } finally {
                scope().release(buffer);
            }
        }
    }

    /// Writes text in UTF-8.
    public void writeAll(String text) throws IOException {
        writeAll(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Moves bytes from a socket, a file (at its position) or another pipe in here without bringing them into this process
    /// (`splice(2)`), until `most` have been moved or the source ends. Where the kernel cannot, they are copied.
    ///
    /// Not from a socket: [TcpConnection#spliceTo] does that, and knows what was read ahead.
    ///
    /// @param most how many bytes at most, 0 or more
    /// @return how many were moved
    public long spliceFrom(Fd source, long most) throws IOException {
        return calls.bounded(this, inner -> new Passage(inner).drain(null, source, fd, most));
    }

    /// A view for code that wants an `OutputStream`. Closing it closes this end.
    public OutputStream outputStream() {
        return Channels.newOutputStream(channel());
    }

    /// A view for code that wants a blocking channel. Closing it closes this end.
    public WritableByteChannel channel() {
        Inbound.Source none =
                _ -> {
                    throw new NonReadableChannelException();
                };
        return new LeasedChannel(scope(), none, this::writeAll, this::isOpen, this::close);
    }

    /// Whether it has not been closed.
    public boolean isOpen() {
        return fd.isOpen();
    }

    /// Closes it, having cancelled what is in flight on it; the reader sees the end. Does nothing if it is closed.
    @Override
    public void close() throws IOException {
        PipeReader.close(scope(), fd);
    }

    @Override
    public String toString() {
        return "PipeWriter[" + fd + "]";
    }
}
