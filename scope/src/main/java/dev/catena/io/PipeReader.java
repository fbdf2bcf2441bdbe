package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.ops.Ops;
import dev.catena.ops.Outcome;
import dev.catena.scope.Feed;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// The end of a pipe where bytes come out; see [Pipes].
///
/// It belongs to a scope, which closes it at the latest. Its calls wait in that scope, or in the one given to [#in]; how long each may
/// take is said with [#within]. A call that is cut short loses no bytes. One thread at a time reads.
///
/// All methods throw [dev.catena.ops.OperationFailedException] with the error number when reading fails,
/// [dev.catena.ops.DeadlineExceededException] when time is up, and [dev.catena.ops.OperationCancelledException] when the scope was
/// cancelled.
public final class PipeReader implements AutoCloseable {
    private final Calls calls;
    private final Fd fd;
    private final Inbound inbound;

    private PipeReader(Calls calls, Fd fd, Inbound inbound) {
        this.calls = calls;
        this.fd = fd;
        this.inbound = inbound;
    }

    /// A descriptor that operations have made, of whatever can be read as a stream; it comes to belong to `scope`.
    public static PipeReader of(Scope scope, Fd pipe) {
        return owned(scope, scope.adopt(pipe));
    }

    /// The same of one that belongs to `scope` already.
    static PipeReader owned(Scope scope, Fd pipe) {
        return new PipeReader(new Calls(scope, null), pipe, new Inbound());
    }

    /// The scope in which its calls wait.
    public Scope scope() {
        return calls.scope();
    }

    /// The descriptor, for operations of your own. Do not read with them between calls of [#readUntil], which reads ahead.
    public Fd fd() {
        return fd;
    }

    /// The same end; each call of the result takes no longer than `limit`.
    public PipeReader within(Duration limit) {
        return new PipeReader(new Calls(calls.scope(), limit), fd, inbound);
    }

    /// The same end, its calls waiting in another scope, whose deadline and cancellation end them.
    public PipeReader in(Scope inner) {
        return new PipeReader(new Calls(inner, calls.limit()), fd, inbound);
    }

    /// Reads what there is, waiting for the first byte. Gives how many bytes, 0 when all writing ends are closed.
    public int read(Buffer into) throws IOException {
        return inbound.alone(() -> inbound.read(into, buffer -> calls.once(Ops.read(fd, buffer))));
    }

    /// Reads until `into` is full.
    ///
    /// @throws java.io.EOFException if the stream ends before; says how many bytes came
    public void readFully(Buffer into) throws IOException {
        inbound.<@Nullable Void>alone(
                () ->
                        calls.bounded(
                                this,
                                inner -> {
                                    inbound.readFully(into, source(inner));
                                    return null;
                                }));
    }

    /// Reads up to a delimiter, and takes that off the stream too; as [Connection#readUntil(byte[], int)].
    ///
    /// @param most how many bytes may come before it
    /// @return the bytes before it, or null if the stream has ended before the first byte
    /// @throws java.net.ProtocolException if there is none within `most` bytes
    /// @throws java.io.EOFException if the stream ends in the middle
    public byte @Nullable [] readUntil(byte[] delimiter, int most) throws IOException {
        return inbound.<byte @Nullable []>alone(
                () ->
                        calls.bounded(
                                this,
                                inner -> inbound.readUntil(delimiter, most, inner, source(inner))));
    }

    /// The same for text in UTF-8, such as lines.
    public @Nullable String readUntil(String delimiter, int most) throws IOException {
        var bytes = readUntil(delimiter.getBytes(StandardCharsets.UTF_8), most);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /// What comes, chunk by chunk, each read when it is asked for: a slow taker slows the writer down. While the feed is open nothing
    /// else reads. See [Feed] for how long a chunk may be used.
    public Feed<Buffer> feed() {
        inbound.enter();
        return new PulledFeed(
                scope(),
                this,
                inbound,
                (into, inner) -> inbound.read(into, source(inner)),
                calls.limit());
    }

    /// The chunks of [#feed] for one subscriber, as read-only copies on the heap.
    public Flow.Publisher<ByteBuffer> publisher() {
        return new FeedPublisher<>(scope(), this::feed, FeedPublisher::copy);
    }

    /// Moves bytes from here to a socket, a file (at its position) or another pipe without bringing them into this process
    /// (`splice(2)`), until `most` have been moved or the stream ends. Where the kernel cannot, they are copied.
    ///
    /// @param most how many bytes at most, 0 or more
    /// @return how many were moved
    public long spliceTo(Fd target, long most) throws IOException {
        return inbound.alone(
                () ->
                        calls.bounded(
                                this,
                                inner -> new Passage(inner).drain(inbound, fd, target, most)));
    }

    /// A view for code that wants an `InputStream`. Closing it closes this end.
    public InputStream inputStream() {
        return Channels.newInputStream(channel());
    }

    /// A view for code that wants a blocking channel. Closing it closes this end.
    public ReadableByteChannel channel() {
        LeasedChannel.Sink none =
                _ -> {
                    throw new NonWritableChannelException();
                };
        return new LeasedChannel(scope(), this::read, none, this::isOpen, this::close);
    }

    private Inbound.Source source(Scope inner) {
        return buffer -> inner.await(Ops.read(fd, buffer));
    }

    /// Whether it has not been closed.
    public boolean isOpen() {
        return fd.isOpen();
    }

    /// Closes it, having cancelled what is in flight on it. Does nothing if it is closed.
    @Override
    public void close() throws IOException {
        close(scope(), fd);
    }

    /// Closes an end.
    static void close(Scope scope, Fd fd) throws IOException {
        if (fd.isOpen()
                && scope.attempt(Ops.close(fd)) instanceof Outcome.Failed<?> failed
                && fd.isOpen()) {
            var _ = failed.get();
        } // cancelled or too late: the scope that it belongs to closes it
    }

    @Override
    public String toString() {
        return "PipeReader[" + fd + "]";
    }
}
