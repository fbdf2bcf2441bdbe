package dev.catena.proactor.sim;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Errno;
import dev.catena.ops.SocketOption;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A UDP socket (`udp(7)`), or a unix datagram socket (`unix(7)`).
///
/// UDP loses what nobody receives or has room for, and tells a connected sender later that nobody is there. Unix sockets
/// lose nothing: the sender waits for room.
final class DatagramSocket extends SimulatedSocket {
    private static final int MOST_UDP_BYTES = 65_507;
    private static final int MOST_UNIX_WAITING = 10; // net.unix.max_dgram_qlen

    private static final class Datagram {
        private final byte[] bytes;
        private final @Nullable SocketAddress from;
        private final List<Description> attached;

        Datagram(byte[] bytes, @Nullable SocketAddress from, List<Description> attached) {
            this.bytes = bytes;
            this.from = from;
            this.attached = attached;
        }
    }

    private final ArrayDeque<Datagram> arrived = new ArrayDeque<>();
    private int arrivedBytes;
    private @Nullable SocketAddress remote;
    private @Nullable Errno error;
    private boolean receiveShut;
    private boolean sendShut;

    DatagramSocket(Machine machine, AddressFamily family) {
        super(machine, family);
    }

    @Override
    String kind() {
        return (isUnix() ? "unix datagram socket" : "UDP socket")
                + (local() == null ? "" : " " + local())
                + (remote == null ? "" : " to " + remote);
    }

    @Override
    @Nullable SocketAddress remote() {
        return remote;
    }

    @Override
    boolean isListening() {
        return false;
    }

    @Override
    int connect(SocketAddress address, Waiter waiter) {
        if (AddressFamily.of(address) != family) {
            return no(isUnix() ? Errno.EINVAL : Errno.EAFNOSUPPORT);
        }
        if (isUnix()) {
            try {
                if (!(atPath(address) instanceof DatagramSocket)) {
                    return no(Errno.EPROTOTYPE);
                }
            } catch (FileTree.Refused refused) {
                return refused.result();
            }
        } else if (local() == null) {
            machine.network.bind(
                    this, new InetSocketAddress(((InetSocketAddress) address).getAddress(), 0));
        }
        remote = address;
        return 0;
    }

    @Override
    int send(Bytes from, @Nullable SocketAddress to, List<Description> attached, Waiter waiter) {
        if (error != null) {
            int result = no(error);
            error = null;
            return result;
        }
        if (sendShut) {
            return no(Errno.EPIPE);
        }
        var target = to != null ? to : remote;
        if (target == null) {
            return no(isUnix() ? Errno.ENOTCONN : Errno.EDESTADDRREQ);
        }
        if (AddressFamily.of(target) != family) {
            return no(isUnix() ? Errno.EINVAL : Errno.EAFNOSUPPORT);
        }
        return isUnix()
                ? sendUnix(from, target, attached, waiter)
                : sendUdp(from, (InetSocketAddress) target);
    }

    private int sendUdp(Bytes from, InetSocketAddress target) {
        if (from.size() > MOST_UDP_BYTES) {
            return no(Errno.EMSGSIZE);
        }
        if (local() == null) {
            machine.network.bind(this, new InetSocketAddress(target.getAddress(), 0));
        }
        var receiver = machine.network.receiver(target, (InetSocketAddress) name());
        if (receiver == null) {
            error = target.equals(remote) ? Errno.ECONNREFUSED : null;
            stir(error == null ? 0 : POLLERR);
        } else if (receiver.arrivedBytes + from.size()
                        <= receiver.option(SocketOption.RECEIVE_BUFFER)
                && !machine.decisions.happens(Decision.DATAGRAM_LOSS)) {
            receiver.arrive(new Datagram(from.get(0, from.size()), local(), List.of()));
        }
        return from.size();
    }

    private int sendUnix(
            Bytes from, SocketAddress target, List<Description> attached, Waiter waiter) {
        if (from.size() > option(SocketOption.SEND_BUFFER)) {
            return no(Errno.EMSGSIZE);
        }
        DatagramSocket receiver;
        try {
            if (!(atPath(target) instanceof DatagramSocket found)) {
                return no(Errno.EPROTOTYPE);
            }
            receiver = found;
        } catch (FileTree.Refused refused) {
            return refused.result();
        }
        if (receiver.receiveShut) {
            return no(Errno.EPIPE);
        }
        if (receiver.arrived.size() > MOST_UNIX_WAITING) {
            receiver.waiters().add(waiter);
            return WAIT;
        }
        receiver.waiters().remove(waiter);
        attached.forEach(Description::refer);
        receiver.arrive(new Datagram(from.get(0, from.size()), local(), attached));
        return from.size();
    }

    /// Whether it takes datagrams from an address: a connected one does from its peer only.
    boolean receivesFrom(InetSocketAddress sender) {
        return remote == null || remote.equals(sender);
    }

    private void arrive(Datagram datagram) {
        arrived.add(datagram);
        arrivedBytes += datagram.bytes.length;
        stir(POLLIN);
    }

    @Override
    int receive(Bytes into, Delivery delivery) {
        if (error != null) {
            int result = no(error);
            error = null;
            return result;
        }
        var datagram = arrived.poll();
        if (datagram == null) {
            return receiveShut ? 0 : WAIT;
        }
        arrivedBytes -= datagram.bytes.length;
        int received = Math.min(into.size(), datagram.bytes.length);
        into.put(0, java.util.Arrays.copyOf(datagram.bytes, received));
        delivery.from = datagram.from;
        delivery.truncated = received < datagram.bytes.length;
        delivery.attached = datagram.attached;
        stir(POLLOUT);
        return received;
    }

    @Override
    int shutdown(boolean receiving, boolean sending) {
        if (remote == null && !isUnix()) {
            return no(Errno.ENOTCONN);
        }
        receiveShut |= receiving;
        sendShut |= sending;
        stir(ANY);
        return 0;
    }

    @Override
    int ready() {
        return POLLOUT
                | (arrived.isEmpty() && !receiveShut ? 0 : POLLIN)
                | (receiveShut ? POLLRDHUP : 0)
                | (receiveShut && sendShut ? POLLHUP : 0)
                | (error == null ? 0 : POLLERR);
    }

    @Override
    void closed() {
        arrived.forEach(datagram -> datagram.attached.forEach(Description::release));
        arrived.clear();
        stir(ANY);
    }
}
