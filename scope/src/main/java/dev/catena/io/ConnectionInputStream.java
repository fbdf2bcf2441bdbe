package dev.catena.io;

import dev.catena.ops.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection's bytes as an `InputStream`.
final class ConnectionInputStream extends InputStream {
    private static final int BUFFER_BYTES = 16384;

    private final Connection connection;
    private @Nullable Buffer buffer;

    ConnectionInputStream(Connection connection) {
        this.connection = connection;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        var through = buffer();
        int size = connection.read(through.first(Math.min(length, BUFFER_BYTES)));
        if (size == 0) {
            return -1;
        }
        through.first(size).asByteBuffer().get(into, offset, size);
        return size;
    }

    private Buffer buffer() {
        var leased = buffer;
        if (leased == null) {
            leased = connection.scope().lease(BUFFER_BYTES);
            buffer = leased;
        }
        return leased;
    }

    @Override
    public void close() throws IOException {
        connection.close();
        if (buffer != null) {
            connection.scope().release(buffer);
            buffer = null;
        }
    }
}
