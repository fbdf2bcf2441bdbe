package dev.catena.io;

import dev.catena.ops.Accept;
import dev.catena.ops.Fd;
import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A socket in the file system that takes connections from processes of this machine.
public final class UnixListener implements AutoCloseable {
    private final Scope scope;
    private final Fd socket;
    private final UnixDomainSocketAddress address;
    private final @Nullable Duration limit;

    private UnixListener(
            Scope scope, Fd socket, UnixDomainSocketAddress address, @Nullable Duration limit) {
        this.scope = scope;
        this.socket = socket;
        this.address = address;
        this.limit = limit;
    }

    /// Listens at a path, which must not exist: a file that an earlier process has left there is to be removed first.
    ///
    /// @throws dev.catena.ops.OperationFailedException with `EADDRINUSE` if it exists, among others
    public static UnixListener bind(Scope scope, UnixDomainSocketAddress address)
            throws IOException {
        return new UnixListener(scope, scope.await(Ops.listen(address)), address, null);
    }

    /// The socket, for operations of your own.
    public Fd fd() {
        return socket;
    }

    /// Where it listens.
    public UnixDomainSocketAddress localAddress() {
        return address;
    }

    /// The same listener; each [#accept] of the result waits no longer than `time`.
    public UnixListener within(Duration time) {
        return new UnixListener(scope, socket, address, time);
    }

    /// Waits for a connection. It belongs to the listener's scope.
    public UnixConnection accept() throws IOException {
        return accept(scope);
    }

    /// Waits, in `owner`, for a connection, which belongs to `owner`.
    public UnixConnection accept(Scope owner) throws IOException {
        var accept = new Accept(socket);
        return UnixConnection.of(owner, owner.await(limit == null ? accept : accept.within(limit)));
    }

    /// Stops listening and removes the path; connections that were taken go on. Does nothing if it is closed.
    @Override
    public void close() throws IOException {
        if (socket.isOpen()) {
            var _ = scope.attempt(Ops.unlink(address.getPath()));
            var _ = scope.attempt(Ops.close(socket));
        }
    }

    @Override
    public String toString() {
        return "UnixListener[" + address + "]";
    }
}
