package dev.catena.proactor.portable;

import static dev.catena.proactor.portable.Readiness.WOULD_WAIT;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Errno;
import dev.catena.ops.Shutdown;
import dev.catena.ops.SocketName;
import dev.catena.ops.SocketOption;
import dev.catena.ops.SocketType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Sockets as `socket(2)` has them, over the JDK's channels, which want to know from the beginning whether a socket will
/// connect or listen. Results are the kernel's.
final class Sockets {
    private static final int ENOTSOCK = -Errno.ENOTSOCK.number();
    private static final int EINVAL = -Errno.EINVAL.number();
    private static final int EOPNOTSUPP = -Errno.EOPNOTSUPP.number();

    // Linux doubles the sizes of buffers that it is given, and the JDK halves what it is told
    private static final int BUFFER_FACTOR =
            System.getProperty("os.name", "").startsWith("Linux") ? 2 : 1;

    private Sockets() {}

    static Endpoint open(AddressFamily family, SocketType type) throws IOException {
        return Endpoint.socket(
                family,
                switch (type) {
                    case STREAM -> SocketChannel.open(protocol(family));
                    case DATAGRAM -> DatagramChannel.open(protocol(family));
                });
    }

    private static ProtocolFamily protocol(AddressFamily family) {
        return switch (family) {
            case INET -> StandardProtocolFamily.INET;
            case INET6 -> StandardProtocolFamily.INET6;
            case UNIX -> StandardProtocolFamily.UNIX;
        };
    }

    static int bind(Endpoint endpoint, SocketAddress address) throws IOException {
        if (!(endpoint.channel instanceof NetworkChannel channel)) {
            return ENOTSOCK;
        }
        channel.bind(address);
        return 0;
    }

    /// Turns a stream socket into a listener: the JDK has other channels for these, which bind and listen in one step.
    ///
    /// For the internet, the bound socket keeps its address until the listener has it too, so that nobody else gets it in
    /// between; both say `SO_REUSEADDR` for that moment. The name of a unix socket is free for a moment.
    static int listen(Endpoint endpoint, int backlog) throws IOException {
        if (endpoint.channel instanceof ServerSocketChannel) {
            return 0; // listening already; its backlog stays
        }
        if (!(endpoint.channel instanceof SocketChannel bound)) {
            return endpoint.isSocket() ? EOPNOTSUPP : ENOTSOCK;
        }
        if (bound.isConnected() || bound.isConnectionPending() || endpoint.key != null) {
            return EINVAL;
        }
        var address = bound.getLocalAddress();
        var listener = ServerSocketChannel.open(protocol(Objects.requireNonNull(endpoint.family)));
        try {
            listener.configureBlocking(false);
            if (endpoint.family == AddressFamily.UNIX) {
                listenAtPath(bound, listener, address, backlog);
            } else {
                applyOptions(endpoint, listener);
                boolean reuse = endpoint.options.getOrDefault(SocketOption.REUSE_ADDRESS, 0) != 0;
                bound.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                listener.bind(address, backlog);
                listener.setOption(StandardSocketOptions.SO_REUSEADDR, reuse);
                bound.close();
            }
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        endpoint.channel = listener;
        return 0;
    }

    private static void listenAtPath(
            SocketChannel bound,
            ServerSocketChannel listener,
            @Nullable SocketAddress address,
            int backlog)
            throws IOException {
        if (!(address instanceof UnixDomainSocketAddress unix)
                || unix.getPath().toString().isEmpty()) {
            throw new IllegalArgumentException("a unix socket listens at a path");
        }
        bound.close();
        Files.deleteIfExists(unix.getPath());
        listener.bind(unix, backlog);
    }

    /// Takes a connection.
    ///
    /// @return it, or null if there is none yet
    static @Nullable Endpoint accept(Endpoint listener) throws IOException {
        var socket = ((ServerSocketChannel) listener.channel).accept();
        if (socket == null) {
            return null;
        }
        try {
            var accepted = Endpoint.socket(Objects.requireNonNull(listener.family), socket);
            applyOptions(listener, socket);
            return accepted;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// Begins to connect.
    ///
    /// @return 0 if that is done, [Readiness#WOULD_WAIT] if [#connected] will tell
    static int connect(Endpoint endpoint, SocketAddress address) throws IOException {
        return switch (endpoint.channel) {
            case SocketChannel socket -> socket.connect(address) ? 0 : WOULD_WAIT;
            case DatagramChannel datagrams -> {
                datagrams.disconnect();
                datagrams.connect(address);
                yield 0;
            }
            case ServerSocketChannel _ -> -Errno.EISCONN.number();
            default -> ENOTSOCK;
        };
    }

    /// Whether a connection that was begun is there.
    static int connected(Endpoint endpoint) throws IOException {
        return ((SocketChannel) endpoint.channel).finishConnect() ? 0 : WOULD_WAIT;
    }

    static int shutdown(Endpoint endpoint, Shutdown.Direction direction) throws IOException {
        if (!(endpoint.channel instanceof SocketChannel socket)) {
            return endpoint.isSocket() ? EOPNOTSUPP : ENOTSOCK;
        }
        endpoint.sendsNoMore |= direction != Shutdown.Direction.READ && socket.isConnected();
        switch (direction) {
            case READ -> socket.shutdownInput();
            case WRITE -> socket.shutdownOutput();
            case BOTH -> socket.shutdownInput().shutdownOutput();
        }
        return 0;
    }

    /// The address of an end of a socket.
    ///
    /// @return null if the socket is not connected, and its other end was asked for
    static @Nullable SocketAddress name(Endpoint endpoint, SocketName.Side side)
            throws IOException {
        var address =
                switch (side) {
                    case LOCAL -> ((NetworkChannel) endpoint.channel).getLocalAddress();
                    case PEER ->
                            switch (endpoint.channel) {
                                case SocketChannel socket -> socket.getRemoteAddress();
                                case DatagramChannel datagrams -> datagrams.getRemoteAddress();
                                default -> null;
                            };
                };
        return address != null || side == SocketName.Side.PEER ? address : unnamed(endpoint);
    }

    private static SocketAddress unnamed(Endpoint endpoint) throws IOException {
        return switch (Objects.requireNonNull(endpoint.family)) {
            case UNIX -> UnixDomainSocketAddress.of("");
            case INET -> new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 0);
            case INET6 -> new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 0);
        };
    }

    // ---------------------------------------------------------------- options

    static int setOption(Endpoint endpoint, SocketOption option, int value) throws IOException {
        if (!(endpoint.channel instanceof NetworkChannel channel)) {
            return ENOTSOCK;
        }
        if (!apply(channel, option, value) && option == SocketOption.TCP_NO_DELAY) {
            boolean listens = channel instanceof ServerSocketChannel;
            if (!listens || endpoint.family == AddressFamily.UNIX) {
                return EOPNOTSUPP;
            }
        }
        endpoint.options.put(option, value);
        return 0;
    }

    /// Gives a channel the options that were set on its endpoint and that it has.
    private static void applyOptions(Endpoint endpoint, NetworkChannel channel) throws IOException {
        for (var option : endpoint.options.entrySet()) {
            apply(channel, option.getKey(), option.getValue());
        }
    }

    /// @return whether the channel has the option
    private static boolean apply(NetworkChannel channel, SocketOption option, int value)
            throws IOException {
        var name = name(option);
        if (!channel.supportedOptions().contains(name)) {
            return false;
        }
        if (name.type() == Boolean.class) {
            channel.setOption(flag(name), value != 0);
        } else {
            channel.setOption(number(name), value);
        }
        return true;
    }

    /// The value of an option; a negative error number cannot be mistaken for one.
    static int option(Endpoint endpoint, SocketOption option) throws IOException {
        if (!(endpoint.channel instanceof NetworkChannel channel)) {
            return ENOTSOCK;
        }
        var name = name(option);
        if (!channel.supportedOptions().contains(name)) {
            return endpoint.options.getOrDefault(option, 0);
        }
        if (name.type() == Boolean.class) {
            return channel.getOption(flag(name)) ? 1 : 0;
        }
        return BUFFER_FACTOR * channel.getOption(number(name));
    }

    private static java.net.SocketOption<?> name(SocketOption option) {
        return switch (option) {
            case REUSE_ADDRESS -> StandardSocketOptions.SO_REUSEADDR;
            case REUSE_PORT -> StandardSocketOptions.SO_REUSEPORT;
            case RECEIVE_BUFFER -> StandardSocketOptions.SO_RCVBUF;
            case SEND_BUFFER -> StandardSocketOptions.SO_SNDBUF;
            case KEEP_ALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case TCP_NO_DELAY -> StandardSocketOptions.TCP_NODELAY;
        };
    }

    @SuppressWarnings("unchecked") // its type was looked at
    private static java.net.SocketOption<Boolean> flag(java.net.SocketOption<?> name) {
        return (java.net.SocketOption<Boolean>) name;
    }

    @SuppressWarnings("unchecked") // its type was looked at
    private static java.net.SocketOption<Integer> number(java.net.SocketOption<?> name) {
        return (java.net.SocketOption<Integer>) name;
    }
}
