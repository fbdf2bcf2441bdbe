package dev.catena.examples.http;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.readFully;
import static dev.catena.ops.Ops.sendAll;

import dev.catena.io.Connection;
import dev.catena.io.TcpConnection;
import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;

/// Sends answers over a connection. In the clear a block of a file is read and sent by one chain, so that a small file takes a single
/// submission; the head goes out with the first block.
///
/// @param connection where to
/// @param patience how long the client may take to receive a block
record Delivery(Connection connection, Duration patience) {
    private static final int BLOCK_BYTES = 1 << 17;

    /// Sends an answer.
    ///
    /// @param bodyless whether only its head is sent
    /// @throws IOException if the client does not receive it, or the file has become shorter than it was
    void send(Answer answer, byte[] head, boolean bodyless) throws IOException {
        long length = bodyless ? 0 : answer.length();
        var scope = connection.scope();
        var block = scope.lease(head.length + (int) Math.min(BLOCK_BYTES, length));
        try {
            block.put(0, head);
            switch (answer) {
                case Answer.FromFile(_, _, var file, long first, _) when length > 0 ->
                        send(block, head.length, file.fd(), first, length);
                case Answer.InMemory memory when length > 0 ->
                        send(block, head.length, memory.body());
                case Answer _ -> write(block);
            }
        } finally {
            scope.release(block);
        }
    }

    private void send(Buffer block, int filled, byte[] body) throws IOException {
        int before = filled;
        for (int done = 0; done < body.length; before = 0) {
            int size = Math.min(block.size() - before, body.length - done);
            block.from(before).asByteBuffer().put(body, done, size);
            write(block.first(before + size));
            done += size;
        }
    }

    /// @param filled how much of the block is to be sent before the file
    private void send(Buffer block, int filled, Fd file, long first, long length)
            throws IOException {
        int before = filled;
        long done = 0;
        while (done < length) {
            int size = (int) Math.min(block.size() - before, length - done);
            var sent = block.first(before + size);
            move(file, first + done, sent.from(before), sent);
            done += size;
            before = 0;
        }
    }

    private void move(Fd file, long offset, Buffer unread, Buffer sent) throws IOException {
        switch (connection) {
            case TcpConnection tcp -> {
                var _ =
                        connection
                                .scope()
                                .await(
                                        link(
                                                read(file, unread).at(offset),
                                                sendAll(tcp.fd(), sent).within(patience)));
            }
            case Connection other -> {
                int size = other.scope().await(readFully(read(file, unread).at(offset)));
                if (size < unread.size()) {
                    throw new EOFException("a file has become shorter while it was sent");
                }
                write(sent);
            }
        }
    }

    private void write(Buffer bytes) throws IOException {
        connection.within(patience).writeAll(bytes);
    }
}
