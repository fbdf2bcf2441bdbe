package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.scope.Feed;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// A stream of bytes in each direction, to somebody else.
///
/// A connection belongs to a scope, which closes it at the latest. Its calls wait in that scope, or in the one given to [#in]; how
/// long each may take is said with [#within]. Both give a view of the same connection:
///
/// ```java
/// var line = connection.within(ofSeconds(5)).readUntil("\r\n", 1024);
/// ```
///
/// One thread at a time reads and one at a time writes; the two may be different ones. After an exception from the middle of a
/// transfer it is not known how far that came: close the connection. All methods throw
/// [dev.catena.ops.OperationFailedException] with the error number when the connection breaks (`ECONNRESET`, `EPIPE`),
/// [dev.catena.ops.DeadlineExceededException] when time is up, and [dev.catena.ops.OperationCancelledException] when the scope was
/// cancelled.
public sealed interface Connection extends AutoCloseable permits SocketConnection, TlsConnection {

    /// The scope in which its calls wait.
    Scope scope();

    /// The same connection; each call of the result ends with a [dev.catena.ops.DeadlineExceededException] when it takes longer than
    /// `limit`.
    Connection within(Duration limit);

    /// The same connection, its calls waiting in another scope, whose deadline and cancellation end them. The connection still
    /// belongs to the scope it belonged to.
    Connection in(Scope inner);

    /// Reads what there is, waiting for the first byte. Gives how many bytes, 0 at the end of the stream.
    int read(Buffer into) throws IOException;

    /// Reads until `into` is full.
    ///
    /// @throws java.io.EOFException if the stream ends before; says how many bytes came
    void readFully(Buffer into) throws IOException;

    /// Reads up to a delimiter, and takes that off the stream too.
    ///
    /// @param delimiter at least one byte
    /// @param most how many bytes may come before it
    /// @return the bytes before it, or null if the stream has ended before the first byte
    /// @throws java.net.ProtocolException if there is none within `most` bytes
    /// @throws java.io.EOFException if the stream ends in the middle
    byte @Nullable [] readUntil(byte[] delimiter, int most) throws IOException;

    /// The same for text in UTF-8, such as lines.
    default @Nullable String readUntil(String delimiter, int most) throws IOException {
        var bytes = readUntil(delimiter.getBytes(StandardCharsets.UTF_8), most);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /// Writes what the connection takes at once, at least one byte. Gives how many.
    int write(Buffer from) throws IOException;

    /// Writes all of `from`.
    void writeAll(Buffer from) throws IOException;

    /// Writes all of several buffers, one after the other. A socket takes them together, with as few calls of the kernel as it takes.
    ///
    /// @param from 1 to 1024 regions
    default void writeAll(List<Buffer> from) throws IOException {
        for (var buffer : from) {
            writeAll(buffer);
        }
    }

    /// Writes all of an array, by way of a buffer.
    default void writeAll(byte[] bytes) throws IOException {
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
    default void writeAll(String text) throws IOException {
        writeAll(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Ends this side: the peer reads the end of the stream after all that was written. Reading goes on.
    void endOutput() throws IOException;

    /// What comes, chunk by chunk, with back-pressure: a slow taker slows the peer down. While the feed is open nothing else
    /// reads. See [Feed] for how long a chunk may be used.
    Feed<Buffer> feed();

    /// The chunks of [#feed] for one subscriber, as read-only copies on the heap. They are fetched by a thread of the scope as they
    /// are asked for, and the feed is closed when the subscription ends.
    default Flow.Publisher<ByteBuffer> publisher() {
        return new FeedPublisher<>(scope(), this::feed, FeedPublisher::copy);
    }

    /// A view for code that wants an `InputStream`. Closing it closes the connection.
    default InputStream inputStream() {
        return Channels.newInputStream(channel());
    }

    /// A view for code that wants an `OutputStream`: each write is sent at once, so wrap it where writes are small. Closing it closes
    /// the connection.
    default OutputStream outputStream() {
        return Channels.newOutputStream(channel());
    }

    /// A view for code that wants a blocking channel. Closing it closes the connection.
    default ByteChannel channel() {
        return new LeasedChannel(scope(), this::read, this::writeAll, this::isOpen, this::close);
    }

    /// Whether it has not been closed.
    boolean isOpen();

    /// Closes it, having cancelled what is in flight on it. Does nothing if it is closed.
    @Override
    void close() throws IOException;
}
