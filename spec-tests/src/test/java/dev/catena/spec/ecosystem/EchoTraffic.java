package dev.catena.spec.ecosystem;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.socket;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Fd;
import dev.catena.ops.SocketType;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/// Clients and a server on the ring of one loop that say numbers to each other until they are told to stop.
final class EchoTraffic {
    private final Scope scope;

    // guarded by this: its threads run at the same time where loops cannot schedule them
    private long[] nanos = new long[1024];
    private int count;
    private int wrong;
    private volatile boolean over;

    EchoTraffic(Scope scope) {
        this.scope = scope;
    }

    void start(int clients) throws IOException {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var listener = scope.await(listen(any));
        var address = scope.await(localAddress(listener));
        for (int i = 0; i < clients; i++) {
            var client = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
            scope.await(connect(client, address));
            var server = scope.await(accept(listener));
            scope.fork(() -> echo(server));
            scope.fork(() -> talk(client));
        }
    }

    void stop() {
        over = true;
    }

    private void echo(Fd socket) throws IOException {
        var buffer = scope.lease(8);
        while (scope.await(recvAll(socket, buffer)) == 8) {
            scope.await(sendAll(socket, buffer));
        }
    }

    private void talk(Fd socket) throws IOException {
        var buffer = scope.lease(8);
        for (long number = 0; !over; number++) {
            long start = System.nanoTime();
            buffer.set(0, (byte) number);
            scope.await(sendAll(socket, buffer));
            buffer.set(0, (byte) ~number);
            scope.await(recvAll(socket, buffer));
            note(System.nanoTime() - start, buffer.get(0) == (byte) number);
        }
        scope.await(dev.catena.ops.Ops.close(socket));
    }

    private synchronized void note(long time, boolean right) {
        wrong += right ? 0 : 1;
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = time;
    }

    synchronized int roundTrips() {
        return count;
    }

    synchronized int wrong() {
        return wrong;
    }

    /// The time that this share of the round trips took at most.
    synchronized double micros(double share) {
        var sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return count == 0 ? Double.NaN : sorted[(int) (share * (count - 1))] / 1_000.0;
    }
}
