package dev.catena.io;

import static dev.catena.ops.Ops.acceptEach;
import static dev.catena.ops.Ops.setSocketOption;

import dev.catena.ops.Accept;
import dev.catena.ops.AddressFamily;
import dev.catena.ops.Fd;
import dev.catena.ops.Ops;
import dev.catena.ops.Outcome;
import dev.catena.ops.SocketOption;
import dev.catena.ops.SocketType;
import dev.catena.proactor.ProactorGroup;
import dev.catena.scope.Feed;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A socket that takes TCP connections.
///
/// ```java
/// var listener = TcpListener.bind(scope, new InetSocketAddress("127.0.0.1", 0));
/// listener.serve(connection -> { … });                   // a scope and a virtual thread for each
/// ```
public final class TcpListener implements AutoCloseable {
    private final Scope scope;
    private final Fd socket;
    private final TcpOptions options;
    private final @Nullable Duration limit;

    private TcpListener(Scope scope, Fd socket, TcpOptions options, @Nullable Duration limit) {
        this.scope = scope;
        this.socket = socket;
        this.options = options;
        this.limit = limit;
    }

    /// Listens at an address; port 0 lets the kernel pick one, which [#localAddress] tells.
    ///
    /// @throws dev.catena.ops.OperationFailedException with `EADDRINUSE` or `EACCES`, among others
    public static TcpListener bind(Scope scope, InetSocketAddress address) throws IOException {
        return bind(scope, address, TcpOptions.DEFAULT);
    }

    /// The same with options, which go for the connections, too.
    public static TcpListener bind(Scope scope, InetSocketAddress address, TcpOptions options)
            throws IOException {
        var socket = scope.await(Ops.socket(AddressFamily.of(address), SocketType.STREAM));
        try {
            var _ = scope.await(setSocketOption(socket, SocketOption.REUSE_ADDRESS, 1));
            if (options.sharesPort()) {
                var _ = scope.await(setSocketOption(socket, SocketOption.REUSE_PORT, 1));
            }
            var _ =
                    scope.await(
                            Ops.link(
                                    Ops.bind(socket, address),
                                    Ops.listen(socket, options.backlog())));
        } catch (IOException | RuntimeException failure) {
            var _ = scope.attempt(Ops.close(socket));
            throw failure;
        }
        return new TcpListener(scope, socket, options, null);
    }

    /// The scope it belongs to.
    public Scope scope() {
        return scope;
    }

    /// The socket, for operations of your own.
    public Fd fd() {
        return socket;
    }

    /// Where it listens.
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) scope.await(Ops.localAddress(socket));
    }

    /// The same listener; each [#accept] of the result waits no longer than `time`.
    public TcpListener within(Duration time) {
        return new TcpListener(scope, socket, options, time);
    }

    /// Waits for a connection. It belongs to the listener's scope.
    public TcpConnection accept() throws IOException {
        return accept(scope);
    }

    /// Waits, in `owner`, for a connection, which belongs to `owner`.
    public TcpConnection accept(Scope owner) throws IOException {
        var accept = new Accept(socket);
        var connection = owner.await(limit == null ? accept : accept.within(limit));
        return TcpConnection.of(owner, connection, options);
    }

    /// The connections as descriptors, as they come, taken by one multishot operation (`accept` one by one where the kernel has
    /// none). They belong to the listener's scope until `TcpConnection.of` gives them another.
    public Feed<Fd> connections() {
        return scope.feed(acceptEach(socket));
    }

    /// Serves each connection in a scope and a virtual thread of its own, until the listener is closed or the scope is cancelled.
    /// A connection that fails with an `IOException` ends alone; any other exception ends the listener's scope. Where no descriptor
    /// is left for a connection, it waits in the kernel's queue and is taken a little later.
    ///
    /// @throws dev.catena.ops.OperationFailedException if the listener cannot accept any more
    public void serve(Service service) throws IOException {
        var serving = new Serving(scope, options, service);
        acceptAll(serving, serving::begin);
    }

    /// Serves each connection on one of the loops of a group, in a scope and a virtual thread of its own there, while this listener's
    /// loop does nothing but accept and hand on: the alternative to a listener on each loop that [shares the
    /// port][TcpOptions#sharesPort(boolean)], among which the kernel chooses by a hash of the addresses. The group may have this
    /// loop in it, too.
    ///
    /// A connection belongs to a scope at every moment: to the listener's until it is handed on, then to that of its connection. As
    /// [#serve(Service)], it goes on until the listener is closed, and then until the connections on all loops have ended; or until
    /// the scope is cancelled, and so are they. A connection that fails with an `IOException` ends alone, any other exception ends
    /// the listener's scope, and so does the end of one of the group's loops.
    ///
    /// On the portable driver and the simulated kernel, whose loops have descriptors of their own, this loop serves them all.
    ///
    /// @param loops that serve
    /// @param spread who gets the next one
    /// @throws dev.catena.ops.OperationFailedException if the listener cannot accept any more
    public void serve(ProactorGroup loops, Spread spread, Service service) throws IOException {
        if (!Crew.canServe(scope, loops)) {
            serve(service);
            return;
        }
        var serving = new Serving(scope, options, service);
        Crew.serve(
                scope,
                loops,
                spread,
                options,
                service,
                crew -> acceptAll(serving, connection -> crew.serve(scope, connection)));
    }

    private void acceptAll(Serving serving, Consumer<Fd> begin) throws IOException {
        while (socket.isOpen()) {
            switch (scope.attempt(new Accept(socket))) {
                case Outcome.Completed<Fd>(var connection) -> begin.accept(connection);
                case Outcome.Cancelled<Fd> cancelled -> {
                    if (socket.isOpen()) {
                        var _ = cancelled.get();
                    }
                }
                case Outcome.Failed<Fd> failed -> {
                    if (socket.isOpen()) {
                        serving.survive(failed);
                    }
                }
                case Outcome<Fd> other -> {
                    var _ = other.get();
                }
            }
        }
    }

    /// What is done with a connection.
    @FunctionalInterface
    public interface Service {
        /// Serves it. The connection's scope, which is closed afterwards, is `connection.scope()`.
        void serve(TcpConnection connection) throws Exception;
    }

    /// Stops listening; connections that were taken go on. Does nothing if it is closed.
    @Override
    public void close() throws IOException {
        if (socket.isOpen()) {
            var _ = scope.attempt(Ops.close(socket));
        }
    }

    @Override
    public String toString() {
        return "TcpListener[" + socket + "]";
    }
}
