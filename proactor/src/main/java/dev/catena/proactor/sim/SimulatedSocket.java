package dev.catena.proactor.sim;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Errno;
import dev.catena.ops.FileStatus;
import dev.catena.ops.SocketOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What stream and datagram sockets have in common: names and options. Guarded by the kernel's lock.
abstract sealed class SimulatedSocket extends Description permits StreamSocket, DatagramSocket {
    private static final int LEAST_BUFFER = 2304;
    private static final int MOST_BUFFER = 2 * 212_992;

    /// What came with bytes that were received.
    static final class Delivery {
        @Nullable SocketAddress from;
        boolean truncated;
        List<Description> attached = List.of();
    }

    final Machine machine;
    final AddressFamily family;
    private final Map<SocketOption, Integer> options = new EnumMap<>(SocketOption.class);
    private @Nullable SocketAddress local;
    private Inode.@Nullable Name name;

    SimulatedSocket(Machine machine, AddressFamily family) {
        this.machine = machine;
        this.family = family;
    }

    boolean isUnix() {
        return family == AddressFamily.UNIX;
    }

    // ---------------------------------------------------------------- what is different

    /// Connects, or waits until it can.
    ///
    /// @param waiter who is told when it is worth another try
    abstract int connect(SocketAddress address, Waiter waiter);

    /// Sends what there is room for.
    ///
    /// @param to the receiver, or null for the one it is connected to
    /// @param attached descriptors for a unix socket; those taken are referred to
    /// @param waiter who is told when it is worth another try
    abstract int send(
            Bytes from, @Nullable SocketAddress to, List<Description> attached, Waiter waiter);

    /// Receives what is there.
    abstract int receive(Bytes into, Delivery delivery);

    /// Ends one or both directions.
    abstract int shutdown(boolean receiving, boolean sending);

    /// The address of the other end, or null.
    abstract @Nullable SocketAddress remote();

    /// Whether it is listening, so that no other may listen at the same place.
    abstract boolean isListening();

    // ---------------------------------------------------------------- names

    /// The address it is bound to, or null.
    @Nullable SocketAddress local() {
        return local;
    }

    void local(SocketAddress address) {
        local = address;
    }

    /// The address of this end, as `getsockname` tells it.
    SocketAddress name() {
        return local != null ? local : nowhere();
    }

    private SocketAddress nowhere() {
        return switch (family) {
            case INET -> any(new byte[4]);
            case INET6 -> any(new byte[16]);
            case UNIX -> UnixDomainSocketAddress.of("");
        };
    }

    private static InetSocketAddress any(byte[] zeros) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(zeros), 0);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("zeros are a valid address", e);
        }
    }

    int bind(SocketAddress address) {
        if (local != null) {
            return no(Errno.EINVAL);
        }
        if (address instanceof UnixDomainSocketAddress unix) {
            return isUnix() ? bindUnix(unix) : no(Errno.EINVAL);
        }
        var asked = AddressFamily.of(address);
        if (asked != family) {
            return no(
                    family == AddressFamily.INET && asked == AddressFamily.INET6
                            ? Errno.EAFNOSUPPORT
                            : Errno.EINVAL);
        }
        return machine.network.bind(this, (InetSocketAddress) address);
    }

    private int bindUnix(UnixDomainSocketAddress address) {
        try {
            name = machine.files.bind(address.getPath().toString(), this);
        } catch (FileTree.Refused refused) {
            return refused.result();
        }
        local = address;
        return 0;
    }

    /// Gives it a place of its own if it has none.
    void bindAnywhere() {
        if (local == null && !isUnix()) {
            machine.network.bind(this, (InetSocketAddress) nowhere());
        }
    }

    /// The unix socket at a path.
    ///
    /// @throws FileTree.Refused if there is none
    SimulatedSocket atPath(SocketAddress address) {
        var path = ((UnixDomainSocketAddress) address).getPath().toString();
        var inode = machine.files.find(path, true).existing();
        if (inode instanceof Inode.Name bound && bound.socket() != null) {
            return bound.socket();
        }
        throw new FileTree.Refused(Errno.ECONNREFUSED);
    }

    // ---------------------------------------------------------------- options

    boolean has(SocketOption option) {
        return options.getOrDefault(option, 0) != 0;
    }

    int setOption(SocketOption option, int value) {
        if (option == SocketOption.TCP_NO_DELAY && !isTcp()) {
            return no(isUnix() ? Errno.EOPNOTSUPP : Errno.ENOPROTOOPT);
        }
        options.put(
                option,
                switch (option) {
                    case RECEIVE_BUFFER, SEND_BUFFER ->
                            Math.clamp(2L * value, LEAST_BUFFER, MOST_BUFFER);
                    case REUSE_ADDRESS, REUSE_PORT, KEEP_ALIVE, TCP_NO_DELAY -> value != 0 ? 1 : 0;
                });
        return 0;
    }

    /// An option's value, or an error number.
    int option(SocketOption option) {
        if (option == SocketOption.TCP_NO_DELAY && !isTcp()) {
            return no(isUnix() ? Errno.EOPNOTSUPP : Errno.ENOPROTOOPT);
        }
        int standard =
                switch (option) {
                    case RECEIVE_BUFFER -> isTcp() ? 131_072 : 212_992;
                    case SEND_BUFFER -> isTcp() ? 87_040 : 212_992;
                    case REUSE_ADDRESS, REUSE_PORT, KEEP_ALIVE, TCP_NO_DELAY -> 0;
                };
        return options.getOrDefault(option, standard);
    }

    boolean isTcp() {
        return this instanceof StreamSocket && !isUnix();
    }

    // ---------------------------------------------------------------- as a file

    @Override
    int read(Bytes into, long offset) {
        return offset > 0 ? no(Errno.ESPIPE) : receive(into, new Delivery());
    }

    @Override
    int write(Bytes from, long offset) {
        return offset > 0 ? no(Errno.ESPIPE) : send(from, null, List.of(), Waiter.NOBODY);
    }

    @Override
    FileStatus status() {
        return Inode.anonymous(FileStatus.Type.SOCKET, 0777);
    }

    @Override
    void ended() {
        if (name != null) {
            name.unbound();
        }
        machine.network.unbind(this);
        closed();
    }

    abstract void closed();
}
