package dev.catena.io;

import dev.catena.ops.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection as an `OutputStream`.
final class ConnectionOutputStream extends OutputStream {
    private static final int BUFFER_BYTES = 16384;

    private final Connection connection;
    private @Nullable Buffer buffer;

    ConnectionOutputStream(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        for (int done = 0; done < length; ) {
            var part = buffer().first(Math.min(length - done, BUFFER_BYTES));
            part.asByteBuffer().put(from, offset + done, part.size());
            connection.writeAll(part);
            done += part.size();
        }
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
