package dev.catena.spec;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;

import dev.catena.ops.Fd;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Two connected TCP sockets of one scope.
///
/// @param near one end
/// @param far the other
public record Pair(Fd near, Fd far) {
    public static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    public static Pair open(Scope scope) throws IOException {
        var listener = scope.await(listen(ANY_PORT));
        var address = scope.await(localAddress(listener));
        var accepted = scope.start(accept(listener));
        var near = scope.await(connect(address));
        var far = accepted.await();
        scope.await(close(listener));
        return new Pair(near, far);
    }
}
