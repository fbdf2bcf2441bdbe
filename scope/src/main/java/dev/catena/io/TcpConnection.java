package dev.catena.io;

import static dev.catena.ops.Ops.setSocketOption;

import dev.catena.ops.Fd;
import dev.catena.ops.Ops;
import dev.catena.ops.SocketOption;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A TCP connection; see [Connection] for what can be done with it.
///
/// ```java
/// var connection = TcpConnection.connect(scope, "example.org", 80);
/// connection.writeAll("GET / HTTP/1.0\r\n\r\n");
/// var status = connection.readUntil("\r\n", 1024);
/// ```
public final class TcpConnection extends SocketConnection {

    private TcpConnection(Scope scope, Shared shared, @Nullable Duration limit) {
        super(scope, shared, limit);
    }

    /// Connects to a host by name, or by an address in figures. A name is looked up by the JDK's resolver on a thread of its own, and
    /// its addresses are tried as RFC 8305 (Happy Eyeballs) says: both families by turns, each with a head start, the first to
    /// connect wins and the sockets of the others are closed.
    ///
    /// @throws java.net.UnknownHostException if nobody knows the name
    /// @throws IOException if no address could be connected: the failure of the first, with those of the others suppressed
    public static TcpConnection connect(Scope scope, String host, int port) throws IOException {
        return connect(scope, host, port, TcpOptions.DEFAULT);
    }

    /// The same with options.
    public static TcpConnection connect(Scope scope, String host, int port, TcpOptions options)
            throws IOException {
        var addresses = OffLoop.call(scope, () -> InetAddress.getAllByName(host));
        return connect(scope, HappyEyeballs.order(addresses, port), options);
    }

    /// Connects to whichever address answers first, for code that has a resolver of its own. They are tried in this order, each with
    /// a head start.
    ///
    /// @param addresses at least one, resolved
    /// @throws IOException if none could be connected: the failure of the first, with those of the others suppressed
    public static TcpConnection connect(
            Scope scope, List<InetSocketAddress> addresses, TcpOptions options) throws IOException {
        return of(scope, new HappyEyeballs(scope, addresses, options).connect(), options);
    }

    /// Connects to an address; one that is not resolved is connected by its name.
    public static TcpConnection connect(Scope scope, InetSocketAddress address) throws IOException {
        return connect(scope, address, TcpOptions.DEFAULT);
    }

    /// The same with options.
    public static TcpConnection connect(Scope scope, InetSocketAddress address, TcpOptions options)
            throws IOException {
        return address.isUnresolved()
                ? connect(scope, address.getHostString(), address.getPort(), options)
                : of(scope, scope.await(Ops.connect(address)), options);
    }

    /// A connected socket that operations have made; it comes to belong to `scope`.
    public static TcpConnection of(Scope scope, Fd socket, TcpOptions options) throws IOException {
        var owned = scope.adopt(socket);
        set(scope, owned, SocketOption.TCP_NO_DELAY, options.noDelay());
        set(scope, owned, SocketOption.KEEP_ALIVE, options.keepAlive());
        return new TcpConnection(scope, new Shared(owned, options.zeroCopyFromBytes()), null);
    }

    /// Sets what is not the kernel's own default.
    private static void set(Scope scope, Fd socket, SocketOption option, boolean on)
            throws IOException {
        if (on) {
            try {
                var _ = scope.await(setSocketOption(socket, option, 1));
            } catch (UnsupportedOperationException kernelLacksIt) {
                return; // it works without, a little slower
            }
        }
    }

    @Override
    public TcpConnection within(Duration limit) {
        return new TcpConnection(scope(), shared(), limit);
    }

    @Override
    public TcpConnection in(Scope inner) {
        return new TcpConnection(inner, shared(), limit());
    }

    /// Lets it belong to another scope of the same proactor, and its calls wait there.
    public TcpConnection moveTo(Scope other) {
        other.adopt(fd());
        return in(other);
    }
}
