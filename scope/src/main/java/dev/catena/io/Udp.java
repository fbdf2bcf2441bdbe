package dev.catena.io;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.ops.Op;
import dev.catena.ops.Ops;
import dev.catena.ops.Outcome;
import dev.catena.ops.RecvMsg;
import dev.catena.ops.SocketType;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A UDP socket: datagrams arrive whole or not at all, in any order.
///
/// One thread at a time receives; any number may send.
public final class Udp implements AutoCloseable {
    /// The most bytes that a datagram carries over IPv4.
    public static final int MOST_BYTES = 65507;

    private final Scope scope;
    private final Fd socket;
    private final @Nullable Duration limit;

    private Udp(Scope scope, Fd socket, @Nullable Duration limit) {
        this.scope = scope;
        this.socket = socket;
        this.limit = limit;
    }

    /// A socket at an address; port 0 lets the kernel pick one, which [#localAddress] tells.
    ///
    /// @throws dev.catena.ops.OperationFailedException with `EADDRINUSE` or `EACCES`, among others
    public static Udp bind(Scope scope, InetSocketAddress address) throws IOException {
        var socket = scope.await(Ops.socket(AddressFamily.of(address), SocketType.DATAGRAM));
        try {
            var _ = scope.await(Ops.bind(socket, address));
        } catch (IOException | RuntimeException failure) {
            var _ = scope.attempt(Ops.close(socket));
            throw failure;
        }
        return new Udp(scope, socket, null);
    }

    /// The socket, for operations of your own.
    public Fd fd() {
        return socket;
    }

    /// Where it receives.
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) scope.await(Ops.localAddress(socket));
    }

    /// The same socket; each call of the result takes no longer than `time`.
    public Udp within(Duration time) {
        return new Udp(scope, socket, time);
    }

    /// The same socket, its calls waiting in another scope, whose deadline and cancellation end them.
    public Udp in(Scope inner) {
        return new Udp(inner, socket, limit);
    }

    /// Sends one datagram.
    ///
    /// @throws dev.catena.ops.OperationFailedException with `EMSGSIZE` if it is too large for one
    public void send(Buffer datagram, InetSocketAddress to) throws IOException {
        var _ = await(Ops.sendMsg(socket, datagram).to(to));
    }

    /// Receives one datagram: how many bytes, from whom, and whether it was larger than `into`, in which case the rest is lost.
    public RecvMsg.Message receive(Buffer into) throws IOException {
        return await(Ops.recvMsg(socket, into));
    }

    private <R> R await(Op<R> op) throws IOException {
        return scope.await(limit == null ? op : op.within(limit));
    }

    /// Closes it. Does nothing if it is closed.
    ///
    /// @throws dev.catena.ops.OperationFailedException if the close brought an error; the socket is closed all the same
    @Override
    public void close() throws IOException {
        if (socket.isOpen()
                && scope.attempt(Ops.close(socket)) instanceof Outcome.Failed<?> failed) {
            var _ = failed.get();
        } // cancelled or too late: the scope that it belongs to closes it
    }

    @Override
    public String toString() {
        return "Udp[" + socket + "]";
    }
}
