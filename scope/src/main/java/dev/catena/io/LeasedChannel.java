package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.scope.Scope;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.util.function.BooleanSupplier;

/// A stream of bytes as a blocking channel, through a buffer that is leased for each call.
final class LeasedChannel implements ByteChannel {
    private static final int MOST_BYTES = 1 << 16;

    /// Where bytes go.
    @FunctionalInterface
    interface Sink {
        /// Writes all of a buffer.
        void writeAll(Buffer from) throws IOException;
    }

    private final Scope scope;
    private final Inbound.Source source;
    private final Sink sink;
    private final BooleanSupplier open;
    private final Closeable closes;

    /// @param scope whose buffers it uses
    /// @param source where bytes come from
    /// @param sink where bytes go
    /// @param open whether it has not been closed
    /// @param closes closes it
    LeasedChannel(
            Scope scope, Inbound.Source source, Sink sink, BooleanSupplier open, Closeable closes) {
        this.scope = scope;
        this.source = source;
        this.sink = sink;
        this.open = open;
        this.closes = closes;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        checkOpen();
        if (!into.hasRemaining()) {
            return 0;
        }
        var through = scope.lease(Math.min(into.remaining(), MOST_BYTES));
        try {
            int size = source.read(through);
            if (size > 0) {
                into.put(through.first(size).asByteBuffer());
            }
            return size == 0 ? -1 : size;
        } finally {
            scope.release(through);
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        checkOpen();
        int size = from.remaining();
        if (size == 0) {
            return 0;
        }
        var through = scope.lease(Math.min(size, MOST_BYTES));
        try {
            while (from.hasRemaining()) {
                var part = through.first(Math.min(from.remaining(), through.size()));
                part.asByteBuffer().put(0, from, from.position(), part.size());
                sink.writeAll(part);
                from.position(from.position() + part.size());
            }
            return size;
        } finally {
            scope.release(through);
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public boolean isOpen() {
        return open.getAsBoolean();
    }

    @Override
    public void close() throws IOException {
        closes.close();
    }
}
