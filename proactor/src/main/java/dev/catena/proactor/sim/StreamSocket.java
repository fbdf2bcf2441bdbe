package dev.catena.proactor.sim;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Errno;
import dev.catena.ops.SocketOption;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A TCP socket (`tcp(7)`), or a unix stream socket (`unix(7)`).
///
/// A connection is two of them that know each other; how many bytes fit between them is the sender's and the receiver's
/// buffer together. Closing one with bytes that nobody has read resets the other.
final class StreamSocket extends SimulatedSocket {

    private enum State {
        FRESH,
        LISTENING,
        CONNECTED,
        /// It was connected and was reset.
        DEAD
    }

    private State state = State.FRESH;
    private final StreamQueue incoming;
    private @Nullable SocketAddress remote;

    // null when that is closed
    private @Nullable StreamSocket peer;

    // the peer sends no more; we send no more; we receive no more
    private boolean ended;
    private boolean sendShut;
    private boolean receiveShut;
    private @Nullable Errno error;

    // of a listening one: connections that wait to be accepted
    private final ArrayDeque<StreamSocket> waiting = new ArrayDeque<>();
    private int backlog;

    StreamSocket(Machine machine, AddressFamily family) {
        super(machine, family);
        incoming = new StreamQueue(machine, !isUnix());
    }

    @Override
    String kind() {
        return (isUnix() ? "unix stream socket" : "TCP socket")
                + (local() == null ? "" : " " + local())
                + (remote == null ? "" : " to " + remote);
    }

    @Override
    @Nullable SocketAddress remote() {
        return state == State.CONNECTED && !isOver() ? remote : null;
    }

    @Override
    boolean isListening() {
        return state == State.LISTENING;
    }

    boolean isConnected() {
        return state == State.CONNECTED;
    }

    // ---------------------------------------------------------------- connecting

    int listen(int most) {
        if (state == State.CONNECTED || state == State.DEAD || (isUnix() && local() == null)) {
            return no(Errno.EINVAL);
        }
        bindAnywhere();
        backlog = most;
        state = State.LISTENING;
        machine.network.listening();
        return 0;
    }

    @Override
    int connect(SocketAddress address, Waiter waiter) {
        if (state != State.FRESH) {
            return no(Errno.EISCONN);
        }
        var asked = AddressFamily.of(address);
        if (asked != family) {
            return no(asked == AddressFamily.UNIX || isUnix() ? Errno.EINVAL : Errno.EAFNOSUPPORT);
        }
        StreamSocket listener;
        try {
            listener = isUnix() ? listenerAtPath(address) : listenerAt((InetSocketAddress) address);
        } catch (FileTree.Refused refused) {
            return refused.result();
        }
        if (listener.waiting.size() > listener.backlog) {
            listener.waiters().add(waiter);
            return WAIT;
        }
        listener.waiters().remove(waiter);
        bindFor(address);
        var accepted = new StreamSocket(machine, family);
        accepted.refer(); // of the queue
        accepted.local(address);
        accepted.join(this, local());
        join(accepted, address);
        listener.waiting.add(accepted);
        listener.stir(POLLIN);
        stir(POLLOUT);
        return 0;
    }

    private void bindFor(SocketAddress address) {
        if (local() == null && address instanceof InetSocketAddress inet) {
            machine.network.bind(this, new InetSocketAddress(inet.getAddress(), 0));
        }
    }

    private StreamSocket listenerAt(InetSocketAddress address) {
        var found = machine.network.listener(address);
        if (found == null) {
            throw new FileTree.Refused(Errno.ECONNREFUSED);
        }
        return found;
    }

    private StreamSocket listenerAtPath(SocketAddress address) {
        if (!(atPath(address) instanceof StreamSocket stream)) {
            throw new FileTree.Refused(Errno.EPROTOTYPE);
        }
        if (!stream.isListening()) {
            throw new FileTree.Refused(Errno.ECONNREFUSED);
        }
        return stream;
    }

    private void join(StreamSocket other, @Nullable SocketAddress address) {
        state = State.CONNECTED;
        peer = other;
        remote = address;
    }

    /// Whether there is a connection to be accepted: 0, an error number, or [#WAIT].
    int acceptable() {
        if (state != State.LISTENING) {
            return no(Errno.EINVAL);
        }
        return waiting.isEmpty() ? WAIT : 0;
    }

    /// Takes a connection that is [acceptable][#acceptable]; the caller refers to it.
    StreamSocket accept() {
        boolean wasFull = waiting.size() > backlog;
        var accepted = waiting.remove();
        if (wasFull) {
            stir(0);
        }
        return accepted;
    }

    // ---------------------------------------------------------------- bytes

    @Override
    int send(Bytes from, @Nullable SocketAddress to, List<Description> attached, Waiter waiter) {
        if (error != null) {
            return takeError();
        }
        if (state == State.FRESH || state == State.LISTENING) {
            return no(isUnix() ? Errno.ENOTCONN : Errno.EPIPE);
        }
        if (isUnix() && to != null) {
            return no(Errno.EISCONN);
        }
        var receiver = peer;
        if (sendShut || state == State.DEAD) {
            return no(Errno.EPIPE);
        }
        if (receiver == null || (isUnix() && receiver.receiveShut)) {
            return isUnix() ? no(Errno.EPIPE) : sendToNobody(from);
        }
        int room = capacityTo(receiver) - receiver.incoming.sentBytes();
        if (room <= 0) {
            return WAIT;
        }
        int sent = Math.min(room, from.size());
        attached.forEach(Description::refer);
        receiver.incoming.send(
                from.get(0, sent), attached, receiver::takesBytes, () -> receiver.stir(POLLIN));
        return sent;
    }

    private int capacityTo(StreamSocket receiver) {
        return receiver.option(SocketOption.RECEIVE_BUFFER) / 2
                + option(SocketOption.SEND_BUFFER) / 2;
    }

    /// Whether it takes bytes that arrive; if nobody will ever receive them, they reset the connection.
    private boolean takesBytes() {
        boolean taken = isUnix() || !receiveShut || !sendShut;
        if (!taken) {
            resetBoth();
        }
        return taken;
    }

    /// The first bytes for a peer that is gone are taken; what comes back is a reset.
    private int sendToNobody(Bytes from) {
        incoming.arriveAll();
        reset();
        return from.size();
    }

    @Override
    int receive(Bytes into, Delivery delivery) {
        var sender = peer;
        boolean wasFull = sender != null && sender.isBlocked();
        int received = incoming.take(into, delivery);
        if (received > 0) {
            if (wasFull) {
                Objects.requireNonNull(sender).stir(POLLOUT);
            }
            delivery.from = isUnix() ? remote : null;
            return received;
        }
        return nothingToReceive();
    }

    private int nothingToReceive() {
        if (state == State.FRESH || state == State.LISTENING) {
            return no(isUnix() ? Errno.EINVAL : Errno.ENOTCONN);
        }
        if (ended && !isUnix()) {
            return 0;
        }
        if (error != null) {
            return takeError();
        }
        return ended || receiveShut || state == State.DEAD ? 0 : WAIT;
    }

    /// Whether there is no room for what it would send.
    private boolean isBlocked() {
        var receiver = peer;
        return receiver != null && receiver.incoming.sentBytes() >= capacityTo(receiver);
    }

    private int takeError() {
        int result = no(Objects.requireNonNull(error));
        error = null;
        return result;
    }

    /// The bytes that have arrived and were not received.
    int arrivedBytes() {
        return incoming.arrivedBytes();
    }

    /// Whether the peer sends no more, for whatever reason.
    boolean isAtEnd() {
        return ended || state == State.DEAD;
    }

    // ---------------------------------------------------------------- the end

    @Override
    int shutdown(boolean receiving, boolean sending) {
        if (state == State.LISTENING) {
            if (receiving) {
                stopListening();
            }
            return 0;
        }
        if (state != State.CONNECTED || isOver()) {
            return isUnix() ? 0 : no(Errno.ENOTCONN);
        }
        boolean ends = sending && !sendShut;
        receiveShut |= receiving;
        sendShut |= sending;
        var other = peer;
        if (other != null) {
            if (ends) {
                other.incoming.send(other::endOfStream);
            }
            other.stir(ANY);
        }
        stir(ANY);
        return 0;
    }

    private void endOfStream() {
        ended = true;
        stir(ANY);
    }

    /// Whether both ends of a TCP connection have said that they send no more, and know it of each other (`TCP_CLOSE`).
    private boolean isOver() {
        return !isUnix() && sendShut && ended && (peer == null || peer.ended);
    }

    private void stopListening() {
        state = State.FRESH;
        for (var connection = waiting.poll(); connection != null; connection = waiting.poll()) {
            connection.abort();
            connection.release();
        }
        stir(ANY);
    }

    /// Ends the connection the hard way: the peer gets a reset.
    void abort() {
        var other = peer;
        peer = null;
        state = State.DEAD;
        incoming.drop();
        if (other != null) {
            other.reset();
        }
    }

    /// The peer has reset the connection: what has arrived can be read, then there is an error.
    void reset() {
        if (state == State.CONNECTED) {
            error = ended ? Errno.EPIPE : Errno.ECONNRESET;
            state = State.DEAD;
            peer = null;
            incoming.lose();
            stir(ANY);
        }
    }

    /// The connection is reset, for this end and for the other.
    void resetBoth() {
        var other = peer;
        reset();
        if (other != null) {
            other.reset();
        }
    }

    @Override
    void closed() {
        if (state == State.LISTENING) {
            stopListening();
            return;
        }
        var other = peer;
        if (other != null) {
            boolean unread = incoming.sentBytes() > 0;
            if (unread && !isUnix()) {
                other.reset();
            } else {
                other.error = unread ? Errno.ECONNRESET : other.error;
                other.peer = null;
                other.incoming.send(other::endOfStream);
                other.stir(ANY);
            }
        }
        peer = null;
        incoming.drop();
    }

    @Override
    int ready() {
        return switch (state) {
            case LISTENING -> waiting.isEmpty() ? 0 : POLLIN;
            case FRESH -> POLLOUT | POLLHUP;
            case CONNECTED, DEAD -> {
                boolean dead = state == State.DEAD;
                boolean receivesNoMore = ended || receiveShut || dead;
                int events = incoming.arrivedBytes() > 0 || receivesNoMore ? POLLIN : 0;
                events |= receivesNoMore ? POLLRDHUP : 0;
                events |= (receivesNoMore && sendShut) || dead ? POLLHUP : 0;
                events |= error != null ? POLLERR : 0;
                boolean writable = sendShut || !isBlocked();
                yield events | (writable ? POLLOUT : 0);
            }
        };
    }
}
