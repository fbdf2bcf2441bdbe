package dev.catena.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;

/// A connection as a blocking channel. A write writes everything, as blocking channels do.
final class ConnectionChannel implements ByteChannel {
    private static final int MOST_BYTES = 65536;

    private final Connection connection;

    ConnectionChannel(Connection connection) {
        this.connection = connection;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        checkOpen();
        if (!into.hasRemaining()) {
            return 0;
        }
        var through = connection.scope().lease(Math.min(into.remaining(), MOST_BYTES));
        try {
            int size = connection.read(through);
            if (size > 0) {
                into.put(through.first(size).asByteBuffer());
            }
            return size == 0 ? -1 : size;
        } finally {
            connection.scope().release(through);
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        checkOpen();
        int size = from.remaining();
        if (size == 0) {
            return 0;
        }
        var through = connection.scope().lease(Math.min(size, MOST_BYTES));
        try {
            while (from.hasRemaining()) {
                var part = through.first(Math.min(from.remaining(), through.size()));
                part.asByteBuffer().put(0, from, from.position(), part.size());
                connection.writeAll(part);
                from.position(from.position() + part.size());
            }
            return size;
        } finally {
            connection.scope().release(through);
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
