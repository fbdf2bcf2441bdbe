package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.ops.OperationCancelledException;
import dev.catena.scope.Feed;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A feed that reads when it is asked for: of a TLS connection a record at a time, of a pipe what is in it. While it is open it is the
/// only reader.
///
/// The chunk is the taker's while it takes, since no operation of the kernel holds it: a close stops the taker first, and waits for it.
final class PulledFeed implements Feed<Buffer> {
    private static final int CHUNK_BYTES = 16384;

    /// Where bytes come from.
    @FunctionalInterface
    interface Source {
        /// Reads some, waiting in `inner` for the first; 0 at the end.
        int read(Buffer into, Scope inner) throws IOException;
    }

    private final Scope scope;
    private final Object read;
    private final Inbound inbound;
    private final Source source;
    private final @Nullable Duration limit;
    private final ReentrantLock taking = new ReentrantLock();

    // whoever takes
    private @Nullable Buffer chunk;

    // guarded by this
    private boolean closed;
    private @Nullable Scope waiting;

    /// Of a connection or pipe whose only reader it has become.
    ///
    /// @param read what is read, for messages
    PulledFeed(Scope scope, Object read, Inbound inbound, Source source, @Nullable Duration limit) {
        this.scope = scope;
        this.read = read;
        this.inbound = inbound;
        this.source = source;
        this.limit = limit;
    }

    @Override
    public @Nullable Buffer take() throws IOException {
        return takeWithin(limit);
    }

    @Override
    public @Nullable Buffer take(Duration within) throws IOException {
        return takeWithin(within);
    }

    private @Nullable Buffer takeWithin(@Nullable Duration time) throws IOException {
        if (!taking.tryLock()) {
            if (isClosed()) {
                return null;
            }
            throw new IllegalStateException("another thread is waiting at " + this);
        }
        try {
            if (isClosed()) {
                return null;
            }
            var into = chunk == null ? scope.lease(CHUNK_BYTES) : chunk;
            chunk = into;
            var options = ScopeOptions.of("take from " + this);
            int size =
                    scope.child(
                            time == null ? options : options.within(time),
                            inner -> waitsIn(inner) ? source.read(into, inner) : 0);
            return size == 0 ? null : into.first(size);
        } catch (OperationCancelledException stopped) {
            if (isClosed()) {
                return null;
            }
            throw stopped;
        } finally {
            synchronized (this) {
                waiting = null;
            }
            taking.unlock();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /// Lets a close find where the taker waits; false if it has come before.
    private synchronized boolean waitsIn(Scope inner) {
        waiting = inner;
        return !closed;
    }

    @Override
    public void close() {
        Scope waiter;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            waiter = waiting;
        }
        if (waiter != null) {
            waiter.cancel("the feed was closed");
        }
        taking.lock();
        try {
            if (chunk != null) {
                scope.release(chunk);
                chunk = null;
            }
        } finally {
            taking.unlock();
            inbound.leave();
        }
    }

    @Override
    public String toString() {
        return "feed(" + read + ")";
    }
}
