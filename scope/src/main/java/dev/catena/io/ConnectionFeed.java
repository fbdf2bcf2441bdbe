package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.scope.Feed;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The feed of a connection: what was read ahead comes first. While it is open it is the connection's only reader.
final class ConnectionFeed implements Feed<Buffer> {
    private final Scope scope;
    private final Feed<Buffer> socket;
    private final Inbound inbound;
    private final @Nullable Duration limit;
    private @Nullable Buffer ahead;
    private boolean closed;

    ConnectionFeed(Scope scope, Feed<Buffer> socket, Inbound inbound, @Nullable Duration limit) {
        this.scope = scope;
        this.socket = socket;
        this.inbound = inbound;
        this.limit = limit;
    }

    @Override
    public @Nullable Buffer take() throws IOException {
        var first = takeAhead();
        return first != null ? first : limit == null ? socket.take() : socket.take(limit);
    }

    @Override
    public @Nullable Buffer take(Duration within) throws IOException {
        var first = takeAhead();
        return first != null ? first : socket.take(within);
    }

    private synchronized @Nullable Buffer takeAhead() {
        giveBack();
        if (closed || inbound.available() == 0) {
            return null;
        }
        ahead = scope.lease(inbound.available());
        inbound.take(ahead);
        return ahead;
    }

    private void giveBack() {
        if (ahead != null) {
            scope.release(ahead);
            ahead = null;
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                socket.close();
            } finally {
                try {
                    giveBack();
                } finally {
                    inbound.leave();
                }
            }
        }
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
