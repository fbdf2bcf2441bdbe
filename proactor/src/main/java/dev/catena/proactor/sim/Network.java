package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.Errno;
import dev.catena.ops.SocketOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who is bound where. Every address is this machine's, so that peers may live at any. Guarded by the kernel's lock.
final class Network {
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;

    private final Machine machine;
    private final List<SimulatedSocket> bound = new ArrayList<>();
    private final Waiters arrivals = new Waiters();
    private int nextEphemeral = FIRST_EPHEMERAL;

    Network(Machine machine) {
        this.machine = machine;
    }

    /// Who waits until somebody listens.
    Waiters arrivals() {
        return arrivals;
    }

    /// Somebody listens.
    void listening() {
        arrivals.stir(0);
    }

    int bind(SimulatedSocket socket, InetSocketAddress address) {
        int port = address.getPort() == 0 ? freePort(socket, address) : address.getPort();
        var place = new InetSocketAddress(address.getAddress(), port);
        if (port == 0 || isTaken(socket, place)) {
            return no(Errno.EADDRINUSE);
        }
        socket.local(place);
        bound.add(socket);
        return 0;
    }

    void unbind(SimulatedSocket socket) {
        bound.remove(socket);
    }

    private int freePort(SimulatedSocket socket, InetSocketAddress address) {
        for (int tries = FIRST_EPHEMERAL; tries <= LAST_EPHEMERAL; tries++) {
            int port = nextEphemeral;
            nextEphemeral = port == LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
            if (!isTaken(socket, new InetSocketAddress(address.getAddress(), port))) {
                return port;
            }
        }
        return 0;
    }

    private boolean isTaken(SimulatedSocket socket, InetSocketAddress place) {
        return bound.stream()
                .anyMatch(
                        other ->
                                other.isTcp() == socket.isTcp()
                                        && overlap(place, (InetSocketAddress) other.name())
                                        && !mayShare(socket, other));
    }

    private static boolean overlap(InetSocketAddress a, InetSocketAddress b) {
        return a.getPort() == b.getPort()
                && (a.getAddress().equals(b.getAddress())
                        || a.getAddress().isAnyLocalAddress()
                        || b.getAddress().isAnyLocalAddress());
    }

    private static boolean mayShare(SimulatedSocket a, SimulatedSocket b) {
        return both(a, b, SocketOption.REUSE_PORT)
                || (both(a, b, SocketOption.REUSE_ADDRESS) && !b.isListening());
    }

    private static boolean both(SimulatedSocket a, SimulatedSocket b, SocketOption option) {
        return a.has(option) && b.has(option);
    }

    /// Who listens at an address, or null. Of several that share it the schedule chooses one.
    @Nullable StreamSocket listener(InetSocketAddress address) {
        var listeners =
                bound.stream()
                        .filter(StreamSocket.class::isInstance)
                        .map(StreamSocket.class::cast)
                        .filter(StreamSocket::isListening)
                        .toList();
        return choose(listeners, address);
    }

    /// Who receives datagrams at an address, or null.
    @Nullable DatagramSocket receiver(InetSocketAddress address, InetSocketAddress sender) {
        var receivers =
                bound.stream()
                        .filter(DatagramSocket.class::isInstance)
                        .map(DatagramSocket.class::cast)
                        .filter(socket -> socket.receivesFrom(sender))
                        .toList();
        return choose(receivers, address);
    }

    private <S extends SimulatedSocket> @Nullable S choose(
            List<S> sockets, InetSocketAddress address) {
        for (var place : List.of(address.getAddress(), any(4), any(16))) {
            var there = new InetSocketAddress(place, address.getPort());
            var found = sockets.stream().filter(socket -> socket.name().equals(there)).toList();
            if (!found.isEmpty()) {
                return found.get(machine.decisions.choose(Decision.ORDER, found.size()));
            }
        }
        return null;
    }

    private static InetAddress any(int bytes) {
        try {
            return InetAddress.getByAddress(new byte[bytes]);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("zeros are a valid address", e);
        }
    }
}
