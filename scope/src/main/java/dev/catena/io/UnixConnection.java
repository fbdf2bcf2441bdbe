package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.ops.Ops;
import dev.catena.ops.RecvMsg;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection to another process of this machine; see [Connection] for what can be done with it. It can hand descriptors over, too.
public final class UnixConnection extends SocketConnection {

    private UnixConnection(Scope scope, Shared shared, @Nullable Duration limit) {
        super(scope, shared, limit);
    }

    /// Connects to the socket at a path.
    public static UnixConnection connect(Scope scope, UnixDomainSocketAddress address)
            throws IOException {
        return of(scope, scope.await(Ops.connect(address)));
    }

    /// A connected socket that operations have made; it comes to belong to `scope`.
    public static UnixConnection of(Scope scope, Fd socket) {
        return new UnixConnection(scope, new Shared(scope.adopt(socket), Integer.MAX_VALUE), null);
    }

    /// Writes bytes, of which the first carries descriptors for the peer (`SCM_RIGHTS`); ours stay open.
    ///
    /// @param descriptors 1 to 253
    /// @throws UnsupportedOperationException if the driver cannot hand descriptors over
    public void writeAll(Buffer from, List<Fd> descriptors) throws IOException {
        var message = Ops.sendMsg(fd(), from).with(descriptors);
        var limit = limit();
        int size = scope().await(limit == null ? message : message.within(limit));
        if (size < from.size()) {
            writeAll(from.from(size));
        }
    }

    /// Reads what there is, and descriptors that came with it, which belong to the scope.
    ///
    /// @param most how many descriptors to take, 0 to 253; if more come they are closed, and the message is marked as truncated
    public RecvMsg.Message read(Buffer into, int most) throws IOException {
        var inbound = shared().inbound;
        return inbound.alone(
                () -> {
                    int size = inbound.take(into);
                    if (size > 0) {
                        return new RecvMsg.Message(size, null, false, List.of());
                    }
                    var message = Ops.recvMsg(fd(), into).descriptors(most);
                    var limit = limit();
                    return scope().await(limit == null ? message : message.within(limit));
                });
    }

    @Override
    public UnixConnection within(Duration limit) {
        return new UnixConnection(scope(), shared(), limit);
    }

    @Override
    public UnixConnection in(Scope inner) {
        return new UnixConnection(inner, shared(), limit());
    }
}
