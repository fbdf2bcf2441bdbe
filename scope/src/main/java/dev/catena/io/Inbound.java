package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.scope.Scope;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The side of a connection that is read, with what was read ahead in search of a delimiter. All views of a connection share it; it
/// is one thread's at a time, and refuses a second.
final class Inbound {
    private static final int CHUNK_BYTES = 4096;
    private static final byte[] NOTHING = {};

    /// Where bytes come from.
    @FunctionalInterface
    interface Source {
        /// Reads some, waiting for the first; 0 at the end.
        int read(Buffer into) throws IOException;
    }

    /// What one thread does with the side.
    @FunctionalInterface
    interface Reading<T extends @Nullable Object> {
        T run() throws IOException;
    }

    private final AtomicBoolean busy = new AtomicBoolean();
    private byte[] ahead = NOTHING;
    private int from;
    private int to;

    /// Does something as the only reader.
    <T extends @Nullable Object> T alone(Reading<T> reading) throws IOException {
        enter();
        try {
            return reading.run();
        } finally {
            leave();
        }
    }

    /// Becomes the only reader.
    void enter() {
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "another thread is reading this connection, or its feed is open: one at a time may read");
        }
    }

    void leave() {
        busy.set(false);
    }

    int available() {
        return to - from;
    }

    /// Takes what was read ahead, as far as it fits.
    int take(Buffer into) {
        int size = Math.min(available(), into.size());
        if (size > 0) {
            into.first(size).asByteBuffer().put(ahead, from, size);
            from += size;
            forgetIfEmpty();
        }
        return size;
    }

    int read(Buffer into, Source source) throws IOException {
        int size = take(into);
        return size > 0 ? size : source.read(into);
    }

    void readFully(Buffer into, Source source) throws IOException {
        int done = take(into);
        while (done < into.size()) {
            int size = source.read(into.from(done));
            if (size == 0) {
                throw new EOFException(
                        "the peer ended its side after " + done + " of " + into.size() + " bytes");
            }
            done += size;
        }
    }

    byte @Nullable [] readUntil(byte[] delimiter, int most, Scope scope, Source source)
            throws IOException {
        if (delimiter.length == 0 || most < 0) {
            throw new IllegalArgumentException(
                    "a delimiter has at least one byte, and 0 or more may come before it");
        }
        int searched = 0;
        @Nullable Buffer chunk = null;
        try {
            while (true) {
                int at = find(delimiter, searched);
                if (at >= 0 && at <= most) {
                    var found = Arrays.copyOfRange(ahead, from, from + at);
                    from += at + delimiter.length;
                    forgetIfEmpty();
                    return found;
                }
                if (at >= 0 || available() >= (long) most + delimiter.length) {
                    throw new ProtocolException(
                            "no delimiter within "
                                    + most
                                    + " bytes: close the connection, or allow more");
                }
                searched = Math.max(0, available() - delimiter.length + 1);
                chunk = chunk == null ? scope.lease(CHUNK_BYTES) : chunk;
                int size = source.read(chunk);
                if (size == 0) {
                    if (available() == 0) {
                        return null;
                    }
                    throw new EOFException(
                            "the peer ended its side after "
                                    + available()
                                    + " bytes, without the delimiter");
                }
                append(chunk.first(size));
            }
        } finally {
            if (chunk != null) {
                scope.release(chunk);
            }
        }
    }

    private int find(byte[] delimiter, int start) {
        for (int at = start; at <= available() - delimiter.length; at++) {
            if (Arrays.equals(
                    ahead,
                    from + at,
                    from + at + delimiter.length,
                    delimiter,
                    0,
                    delimiter.length)) {
                return at;
            }
        }
        return -1;
    }

    private void append(Buffer chunk) {
        if (to + chunk.size() > ahead.length) {
            int size = available();
            var grown =
                    new byte
                            [Math.max(
                                    size + chunk.size(),
                                    Math.min(2 * size, Integer.MAX_VALUE - 8))];
            System.arraycopy(ahead, from, grown, 0, size);
            ahead = grown;
            from = 0;
            to = size;
        }
        chunk.asByteBuffer().get(ahead, to, chunk.size());
        to += chunk.size();
    }

    private void forgetIfEmpty() {
        if (from == to) { // an idle connection keeps nothing
            ahead = NOTHING;
            from = 0;
            to = 0;
        }
    }
}
