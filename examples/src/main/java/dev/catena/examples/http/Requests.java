package dev.catena.examples.http;

import dev.catena.io.Connection;
import dev.catena.ops.Buffer;
import dev.catena.ops.DeadlineExceededException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.RequestHeaderFieldsTooLargeException;
import org.apache.hc.core5.http.UnsupportedHttpVersionException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestParser;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.jspecify.annotations.Nullable;

/// The requests of a connection, one after the other, parsed by Apache HttpCore. What a client sends ahead waits in the parser's buffer,
/// and the rest in the kernel's.
///
/// A client may be idle between requests for a while. Once the first byte of a request is there the whole head has to come within a
/// time that does not start anew with each byte.
final class Requests extends InputStream {
    private static final int BUFFER_BYTES = 8192;
    private static final Http1Config LIMITS =
            Http1Config.custom()
                    .setBufferSize(BUFFER_BYTES)
                    .setMaxLineLength(BUFFER_BYTES)
                    .setMaxHeaderCount(100)
                    .setMaxEmptyLineCount(2)
                    .build();

    private final Connection connection;
    private final Limits limits;
    private final SessionInputBufferImpl ahead =
            new SessionInputBufferImpl(BUFFER_BYTES, BUFFER_BYTES);
    private final DefaultHttpRequestParser parser = new DefaultHttpRequestParser(LIMITS);
    private final Buffer buffer;
    private long begunNanos;
    private boolean isBegun;

    /// @param connection whose scope gives the buffer
    Requests(Connection connection, Limits limits) {
        this.connection = connection;
        this.limits = limits;
        this.buffer = connection.scope().lease(BUFFER_BYTES);
    }

    /// The next request, waiting for it; null if the client is done, or idle for too long.
    ///
    /// @throws Problem if it is none, or too long in coming, or too large
    @Nullable ClassicHttpRequest next() throws IOException, Problem {
        isBegun = false;
        try {
            if (ahead.hasBufferedData()) {
                begin();
            } else if (ahead.fillBuffer(this) < 0) {
                return null;
            }
            return parser.parse(ahead, this);
        } catch (ConnectionClosedException gone) {
            return null;
        } catch (DeadlineExceededException tooSlow) {
            if (isBegun) {
                throw new Problem(Problem.REQUEST_TIMEOUT);
            }
            return null;
        } catch (MessageConstraintException | RequestHeaderFieldsTooLargeException tooLarge) {
            throw new Problem(Problem.FIELDS_TOO_LARGE);
        } catch (UnsupportedHttpVersionException tooNew) {
            throw new Problem(Problem.VERSION_NOT_SUPPORTED);
        } catch (HttpException malformed) {
            throw new Problem(Problem.BAD_REQUEST);
        }
    }

    private void begin() {
        isBegun = true;
        begunNanos = System.nanoTime();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        var room = buffer.first(Math.min(length, BUFFER_BYTES));
        int size = connection.within(patience()).read(room);
        if (size == 0) {
            return -1;
        }
        if (!isBegun) {
            begin();
        }
        room.first(size).asByteBuffer().get(into, offset, size);
        return size;
    }

    private Duration patience() {
        if (!isBegun) {
            return limits.idle();
        }
        var left = limits.head().minusNanos(System.nanoTime() - begunNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("the parser reads blocks");
    }
}
