package dev.catena.proactor.portable;

import static dev.catena.proactor.portable.Readiness.WOULD_WAIT;

import dev.catena.ops.Errno;
import dev.catena.ops.RecvMsg;
import dev.catena.ops.SendMsg;
import dev.catena.proactor.driver.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/// Moves bytes through sockets and pipes as far as that goes without waiting. Every method gives a result as the kernel
/// does, 0 for the end of a stream, or [Readiness#WOULD_WAIT].
final class Streams {
    private static final int PIECE = 65536;
    private static final int EBADF = -Errno.EBADF.number();
    private static final int ENOTCONN = -Errno.ENOTCONN.number();

    private Streams() {}

    /// Reads what there is.
    static int read(Endpoint endpoint, ByteBuffer... into) throws IOException {
        int taken = endpoint.stash.takeInto(into);
        if (taken == 0) {
            return readBehindStash(endpoint, into);
        }
        if (into[into.length - 1].hasRemaining()) {
            try {
                return taken + Math.max(0, readBehindStash(endpoint, into));
            } catch (IOException e) {
                return taken; // the next reader finds it, too
            }
        }
        return taken;
    }

    /// Reads what there is besides what has been read already.
    private static int readBehindStash(Endpoint endpoint, ByteBuffer... into) throws IOException {
        return switch (endpoint.channel) {
            case SocketChannel socket -> {
                // the JDK's way for several buffers is much longer than that for one
                long moved = into.length == 1 ? socket.read(into[0]) : socket.read(into);
                endpoint.drained = moved >= 0 && into[into.length - 1].hasRemaining();
                yield result(moved);
            }
            case Pipe.SourceChannel pipe -> result(pipe.read(into));
            case DatagramChannel datagrams -> receive(datagrams, into);
            case ServerSocketChannel _ -> ENOTCONN;
            default -> EBADF;
        };
    }

    /// Reads ahead, so that at least `most` bytes are in the stash if there are so many. Not of datagrams, whose bounds the stash
    /// does not keep.
    ///
    /// @return how many are there, 0 at the end of the stream, or what there is instead
    static int readAhead(Endpoint endpoint, int most) throws IOException {
        var stash = endpoint.stash;
        int missing = Math.min(most, PIECE) - stash.size();
        if (missing <= 0) {
            return stash.size();
        }
        var piece = ByteBuffer.allocateDirect(missing);
        int result = readBehindStash(endpoint, piece);
        if (result > 0) {
            stash.add(piece.flip());
        }
        return stash.isEmpty() ? result : stash.size();
    }

    /// Writes what can be written.
    static int write(Endpoint endpoint, ByteBuffer... from) throws IOException {
        return switch (endpoint.channel) {
            case SocketChannel socket ->
                    endpoint.sendsNoMore
                            ? -Errno.EPIPE.number()
                            : result(from.length == 1 ? socket.write(from[0]) : socket.write(from));
            case Pipe.SinkChannel pipe -> result(pipe.write(from));
            case DatagramChannel datagrams -> {
                if (datagrams.isConnected()) {
                    yield result(datagrams.write(from));
                }
                yield -Errno.EDESTADDRREQ.number();
            }
            case ServerSocketChannel _ -> ENOTCONN;
            default -> EBADF;
        };
    }

    private static int result(long moved) {
        return moved == 0 ? WOULD_WAIT : moved < 0 ? 0 : (int) moved;
    }

    /// Reads until nothing is left to fill, across several attempts.
    static int readAll(Entry entry, Endpoint endpoint, ByteBuffer into) throws IOException {
        while (true) {
            int result = read(endpoint, into);
            if (result == WOULD_WAIT) {
                return result;
            }
            if (result <= 0) {
                return entry.moved > 0 ? entry.moved : result;
            }
            entry.moved += result;
            if (!into.hasRemaining() || endpoint.channel instanceof DatagramChannel) {
                return entry.moved;
            }
            if (endpoint.drained) {
                return WOULD_WAIT;
            }
        }
    }

    /// Writes all, across several attempts. An error after some bytes is for the next writer to find.
    static int writeAll(Entry entry, Endpoint endpoint, ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            int result;
            try {
                result = write(endpoint, from);
            } catch (IOException e) {
                if (entry.moved == 0) {
                    throw e;
                }
                return entry.moved;
            }
            if (result < 0) {
                return result == WOULD_WAIT || entry.moved == 0 ? result : entry.moved;
            }
            entry.moved += result;
        }
        return entry.moved;
    }

    /// Receives a datagram; what has no room is lost, as `recv(2)` loses it.
    private static int receive(DatagramChannel datagrams, ByteBuffer... into) throws IOException {
        if (into.length == 1) {
            int before = into[0].position();
            return datagrams.receive(into[0]) == null ? WOULD_WAIT : into[0].position() - before;
        }
        var whole = ByteBuffer.allocateDirect(room(into));
        return datagrams.receive(whole) == null ? WOULD_WAIT : spread(whole.flip(), into);
    }

    /// Receives a message, with its sender, and notices when it was too large.
    static int receiveMessage(Entry entry, Endpoint endpoint, RecvMsg op) throws IOException {
        var into = Views.of(op);
        if (!(endpoint.channel instanceof DatagramChannel datagrams)) {
            int result = read(endpoint, into);
            if (result >= 0) {
                entry.payload = new Payload.Message(null, false, List.of());
            }
            return result;
        }
        int room = room(into);
        var whole = ByteBuffer.allocateDirect(room + 1);
        var from = datagrams.receive(whole);
        if (from == null) {
            return WOULD_WAIT;
        }
        boolean truncated = whole.position() > room;
        whole.flip().limit(Math.min(whole.limit(), room));
        entry.payload = new Payload.Message(from, truncated, List.of());
        return spread(whole, into);
    }

    /// Sends a message.
    static int sendMessage(Endpoint endpoint, SendMsg op) throws IOException {
        var from = Views.of(op);
        var to = op.to();
        if (to == null || !(endpoint.channel instanceof DatagramChannel datagrams)) {
            return write(endpoint, from);
        }
        if (from.length == 1) {
            return result(datagrams.send(from[0], to));
        }
        var whole = ByteBuffer.allocateDirect(room(from));
        for (var part : from) {
            whole.put(part);
        }
        return result(datagrams.send(whole.flip(), to));
    }

    private static int room(ByteBuffer... buffers) {
        int room = 0;
        for (var buffer : buffers) {
            room = Math.addExact(room, buffer.remaining());
        }
        return room;
    }

    private static int spread(ByteBuffer whole, ByteBuffer... into) {
        int size = whole.remaining();
        for (var part : into) {
            int length = Math.min(part.remaining(), whole.remaining());
            part.put(whole.slice(whole.position(), length));
            whole.position(whole.position() + length);
        }
        return size;
    }
}
