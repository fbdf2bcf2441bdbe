package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.scope.Feed;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The feed of a TLS connection: a record at a time, read when it is asked for.
final class TlsFeed implements Feed<Buffer> {
    private static final int CHUNK_BYTES = 16384;

    private final Connection connection;
    private @Nullable Buffer chunk;
    private boolean closed;

    TlsFeed(Connection connection) {
        this.connection = connection;
    }

    @Override
    public @Nullable Buffer take() throws IOException {
        return take(connection);
    }

    @Override
    public @Nullable Buffer take(Duration limit) throws IOException {
        return take(connection.within(limit));
    }

    private @Nullable Buffer take(Connection from) throws IOException {
        if (closed) {
            return null;
        }
        var into = chunk == null ? connection.scope().lease(CHUNK_BYTES) : chunk;
        chunk = into;
        int size = from.read(into);
        return size == 0 ? null : into.first(size);
    }

    @Override
    public void close() {
        closed = true;
        if (chunk != null) {
            connection.scope().release(chunk);
            chunk = null;
        }
    }

    @Override
    public String toString() {
        return "feed(" + connection + ")";
    }
}
