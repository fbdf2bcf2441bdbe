package dev.catena.io;

import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.sendZeroCopy;
import static dev.catena.ops.Ops.shutdown;

import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.ops.Ops;
import dev.catena.ops.Outcome;
import dev.catena.ops.SendMsg;
import dev.catena.ops.Shutdown;
import dev.catena.ops.Step;
import dev.catena.scope.Feed;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection that is a stream socket: what TCP and unix sockets have in common. A view: what views share is in [Shared].
abstract sealed class SocketConnection implements Connection permits TcpConnection, UnixConnection {

    /// What all views of one connection share.
    static final class Shared {
        final Fd fd;
        final Inbound inbound = new Inbound();
        final int zeroCopyFromBytes;

        // the kernel has no zero-copy send: found out once
        volatile boolean copies;

        Shared(Fd fd, int zeroCopyFromBytes) {
            this.fd = fd;
            this.zeroCopyFromBytes = zeroCopyFromBytes;
        }
    }

    /// What sends some of a buffer.
    private interface Sending {
        Step<Integer> of(Buffer rest);
    }

    private final Scope scope;
    private final Shared shared;
    private final @Nullable Duration limit;

    SocketConnection(Scope scope, Shared shared, @Nullable Duration limit) {
        this.scope = scope;
        this.shared = shared;
        this.limit = limit;
    }

    @Override
    public final Scope scope() {
        return scope;
    }

    /// The socket, for operations of your own. Do not receive with them between calls of [#readUntil], which reads ahead.
    public final Fd fd() {
        return shared.fd;
    }

    final Shared shared() {
        return shared;
    }

    final @Nullable Duration limit() {
        return limit;
    }

    /// The address of this end.
    public final SocketAddress localAddress() throws IOException {
        return scope.await(Ops.localAddress(shared.fd));
    }

    /// The address of the other end.
    public final SocketAddress remoteAddress() throws IOException {
        return scope.await(Ops.peerAddress(shared.fd));
    }

    @Override
    public final int read(Buffer into) throws IOException {
        return shared.inbound.alone(
                () -> shared.inbound.read(into, buffer -> once(recv(shared.fd, buffer))));
    }

    @Override
    public final void readFully(Buffer into) throws IOException {
        shared.inbound.<@Nullable Void>alone(
                () ->
                        bounded(
                                inner -> {
                                    shared.inbound.readFully(into, source(inner));
                                    return null;
                                }));
    }

    @Override
    public final byte @Nullable [] readUntil(byte[] delimiter, int most) throws IOException {
        return shared.inbound.<byte @Nullable []>alone(
                () ->
                        bounded(
                                inner ->
                                        shared.inbound.readUntil(
                                                delimiter, most, inner, source(inner))));
    }

    @Override
    public final int write(Buffer from) throws IOException {
        return once(send(shared.fd, from));
    }

    @Override
    public final void writeAll(Buffer from) throws IOException {
        if (from.size() >= shared.zeroCopyFromBytes && !shared.copies) {
            try {
                sendWhole(from, rest -> sendZeroCopy(shared.fd, rest));
                return;
            } catch (UnsupportedOperationException kernelLacksIt) { // nothing was sent
                shared.copies = true;
            }
        }
        sendWhole(from, rest -> sendAll(shared.fd, rest));
    }

    @Override
    public final void writeAll(List<Buffer> from) throws IOException {
        bounded(
                inner -> {
                    var left = from;
                    while (!left.isEmpty()) {
                        var message = new SendMsg(shared.fd, left, null, List.of());
                        left = without(left, inner.await(message));
                    }
                    return left;
                });
    }

    /// What is left of several buffers.
    private static List<Buffer> without(List<Buffer> buffers, int sent) {
        int gone = sent;
        int first = 0;
        while (first < buffers.size() && gone >= buffers.get(first).size()) {
            gone -= buffers.get(first++).size();
        }
        var left = new ArrayList<>(buffers.subList(first, buffers.size()));
        if (gone > 0) {
            left.set(0, left.getFirst().from(gone));
        }
        return left;
    }

    /// Sends bytes of a file: moved by way of a pipe inside the kernel, or copied where it cannot.
    ///
    /// @param file open for reading, of the same proactor
    /// @param offset of the first byte, 0 or more
    /// @param count how many bytes at most
    /// @return how many were sent, fewer than `count` if the file ends before
    public final long sendFile(Fd file, long offset, long count) throws IOException {
        return bounded(inner -> new Passage(inner).fromFile(file, offset, shared.fd, count));
    }

    /// Receives bytes into a file, until `count` have come or the peer ends its side: moved by way of a pipe inside the kernel, or
    /// copied where it cannot. After an exception from the middle bytes may be lost: close the connection.
    ///
    /// @param file open for writing and not for appending, of the same proactor
    /// @param offset where the first byte goes, 0 or more
    /// @param count how many bytes at most
    /// @return how many came
    public final long receiveFile(Fd file, long offset, long count) throws IOException {
        return shared.inbound.alone(
                () ->
                        bounded(
                                inner ->
                                        new Passage(inner)
                                                .intoFile(
                                                        shared.inbound,
                                                        shared.fd,
                                                        file,
                                                        offset,
                                                        count)));
    }

    /// Moves what comes into a pipe inside the kernel, or copies it where that cannot, until `most` bytes have been moved or the peer
    /// ends its side.
    ///
    /// @return how many were moved
    public final long spliceTo(PipeWriter pipe, long most) throws IOException {
        return shared.inbound.alone(
                () ->
                        bounded(
                                inner ->
                                        new Passage(inner)
                                                .intoPipe(
                                                        shared.inbound,
                                                        shared.fd,
                                                        pipe.fd(),
                                                        most)));
    }

    private void sendWhole(Buffer from, Sending sending) throws IOException {
        bounded(
                inner -> {
                    int done = inner.await(sending.of(from));
                    while (done < from.size()) {
                        done += inner.await(sending.of(from.from(done)));
                    }
                    return done;
                });
    }

    @Override
    public final void endOutput() throws IOException {
        once(shutdown(shared.fd, Shutdown.Direction.WRITE));
    }

    @Override
    public final Feed<Buffer> feed() {
        shared.inbound.enter();
        try {
            return new ConnectionFeed(
                    scope, scope.feed(recvEach(shared.fd)), shared.inbound, limit);
        } catch (RuntimeException | Error refused) {
            shared.inbound.leave();
            throw refused;
        }
    }

    @Override
    public final boolean isOpen() {
        return shared.fd.isOpen();
    }

    @Override
    public final void close() throws IOException {
        if (shared.fd.isOpen()) {
            var outcome = scope.attempt(Ops.close(shared.fd));
            if (outcome instanceof Outcome.Failed<?> failed && shared.fd.isOpen()) {
                var _ = failed.get();
            } // cancelled or too late: the scope that it belongs to closes it
        }
    }

    private <R> R once(Step<R> step) throws IOException {
        return scope.await(limit == null ? step : step.within(limit));
    }

    private Inbound.Source source(Scope inner) {
        return buffer -> inner.await(recv(shared.fd, buffer));
    }

    /// Many operations under one time limit.
    private <T extends @Nullable Object> T bounded(Scope.Body<T, IOException> body)
            throws IOException {
        return limit == null
                ? body.run(scope)
                : scope.child(ScopeOptions.of("call on " + this).within(limit), body);
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[" + shared.fd + "]";
    }
}
