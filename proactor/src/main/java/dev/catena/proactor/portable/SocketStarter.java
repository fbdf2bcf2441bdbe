package dev.catena.proactor.portable;

import static dev.catena.proactor.portable.Readiness.WOULD_WAIT;

import dev.catena.ops.Errno;
import dev.catena.ops.SocketName;
import dev.catena.ops.SocketOption;
import dev.catena.proactor.driver.Payload;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;

/// What operations on sockets do, and how they go on when they have waited. Loop thread only.
final class SocketStarter {
    private static final int ENOBUFS = -Errno.ENOBUFS.number();

    // how many elements a multishot operation gives before others have their turn
    private static final int SHOTS = 64;

    private final DescriptorTable table;
    private final Chains chains;
    private final Readiness readiness;
    private final ProvidedBuffers buffers;

    SocketStarter(
            DescriptorTable table, Chains chains, Readiness readiness, ProvidedBuffers buffers) {
        this.table = table;
        this.chains = chains;
        this.readiness = readiness;
        this.buffers = buffers;
    }

    void receive(Entry entry, Endpoint socket, ByteBuffer into, boolean all) {
        readiness.read(
                entry,
                socket,
                all
                        ? () -> Streams.readAll(entry, socket, into)
                        : () -> Streams.read(socket, into));
    }

    void send(Entry entry, Endpoint socket, ByteBuffer from, boolean all) {
        readiness.write(
                entry,
                socket,
                all
                        ? () -> Streams.writeAll(entry, socket, from)
                        : () -> Streams.write(socket, from));
    }

    void receiveEach(Entry entry, Endpoint socket) {
        readiness.read(
                entry,
                socket,
                () -> {
                    for (int shot = 0; shot < SHOTS; shot++) {
                        int number = buffers.next();
                        if (number < 0) {
                            return withoutBuffer(socket);
                        }
                        int result = Streams.read(socket, buffers.view(number));
                        if (result <= 0) {
                            return result;
                        }
                        chains.shot(entry, result, buffers.take(number));
                        if (socket.drained) {
                            break;
                        }
                    }
                    return WOULD_WAIT;
                });
    }

    /// Without a buffer that matters only if there is something to put into it.
    private static int withoutBuffer(Endpoint socket) throws IOException {
        if (socket.channel instanceof DatagramChannel) {
            return ENOBUFS;
        }
        int result = Streams.readAhead(socket, 1);
        return result > 0 ? ENOBUFS : result;
    }

    void accept(Entry entry, Endpoint listener) {
        readiness.read(
                entry,
                listener,
                () -> {
                    var socket = Sockets.accept(listener);
                    return socket == null ? WOULD_WAIT : table.add(socket);
                });
    }

    void acceptEach(Entry entry, Endpoint listener) {
        readiness.read(
                entry,
                listener,
                () -> {
                    for (int shot = 0; shot < SHOTS; shot++) {
                        var socket = Sockets.accept(listener);
                        if (socket == null) {
                            break;
                        }
                        chains.shot(entry, table.add(socket), 0);
                    }
                    return WOULD_WAIT;
                });
    }

    void connect(Entry entry, Endpoint socket, SocketAddress address) {
        int result;
        try {
            result = Sockets.connect(socket, address);
        } catch (IOException | RuntimeException e) {
            result = ErrorNumbers.of(e);
        }
        if (result == WOULD_WAIT) {
            readiness.write(entry, socket, () -> Sockets.connected(socket));
        } else {
            chains.end(entry, result);
        }
    }

    static int option(Entry entry, Endpoint socket, SocketOption option) throws IOException {
        int value = Sockets.option(socket, option);
        if (value < 0) {
            return value;
        }
        entry.payload = new Payload.Option(value);
        return 0;
    }

    static int name(Entry entry, Endpoint socket, SocketName.Side side) throws IOException {
        var address = Sockets.name(socket, side);
        if (address == null) {
            return -Errno.ENOTCONN.number();
        }
        entry.payload = new Payload.Address(address);
        return 0;
    }

    int pipe(Entry entry) throws IOException {
        var pipe = Pipe.open();
        entry.payload =
                new Payload.Ends(
                        table.add(Endpoint.ofPipe(pipe.source())),
                        table.add(Endpoint.ofPipe(pipe.sink())));
        return 0;
    }
}
