package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.scope.Scope;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// The records of one TLS connection: an engine of the JDK between plain bytes and a connection that carries them.
///
/// One thread at a time reads, which its user sees to; one at a time writes, under a lock, since a reader may have to answer. The
/// engine itself may be used by both at once. Every method is told through which view of the connection below it is to wait.
final class TlsRecords {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int SHOWN_BYTES = 16;
    private static final int RECORDS_AT_ONCE = 4;
    private static final int PLAIN_BYTES_OF_A_RECORD = 16384;
    private static final int HANDSHAKE_RECORD = 22; // RFC 8446, section 5.1
    private static final int ALERT_RECORD = 21;

    /// What became of one record.
    ///
    /// @param status whether it could be unwrapped
    /// @param size how many plain bytes it gave
    private record Unwrapped(Status status, int size) {}

    private final SSLEngine engine;
    private final Scope owner;
    private final ReentrantLock writing = new ReentrantLock();

    // the reader's: records as they came, and plain bytes that did not fit
    private Buffer records;
    private int from;
    private int to;
    private @Nullable Buffer plain;
    private int plainFrom;
    private int plainTo;
    private boolean ended;
    private boolean anyCame;

    TlsRecords(SSLEngine engine, Scope owner) {
        this.engine = engine;
        this.owner = owner;
        records = owner.lease(engine.getSession().getPacketBufferSize());
    }

    SSLEngine engine() {
        return engine;
    }

    /// Gives the memory back, but for what the kernel still holds, or whose scope has ended.
    void release() {
        releaseUnlessHeld(records);
        if (plain != null) {
            releaseUnlessHeld(plain);
            plain = null;
        }
    }

    private void releaseUnlessHeld(Buffer lease) {
        try {
            owner.release(lease);
        } catch (IllegalStateException held) {
            return; // the scope gives it back at its end
        }
    }

    // ---------------------------------------------------------------- the handshake

    /// Shakes hands.
    ///
    /// @throws SSLException if that failed; the peer has been sent the alert that says why
    void handshake(Connection below) throws IOException {
        engine.beginHandshake();
        try {
            while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> runTasks(below.scope());
                    case NEED_WRAP -> answer(below);
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        if (unwrap(null, below).status() == Status.CLOSED) {
                            throw new SSLHandshakeException(
                                    "the peer ended the connection in the middle of the handshake");
                        }
                    }
                    case FINISHED, NOT_HANDSHAKING -> {}
                }
            }
        } catch (SSLException failure) {
            var seen = explained(failure);
            sendAlert(below, seen);
            throw seen;
        }
    }

    private void runTasks(Scope scope) throws IOException {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            var next = task;
            var _ =
                    OffLoop.call(
                            scope,
                            () -> {
                                next.run();
                                return next;
                            });
        }
    }

    /// Says what a peer speaks that does not speak TLS.
    private SSLException explained(SSLException failure) {
        if (anyCame || to - from < 1) {
            return failure;
        }
        int type = records.get(from);
        if (type == HANDSHAKE_RECORD || type == ALERT_RECORD || type < 0) {
            return failure;
        }
        int shown = Math.min(to - from, SHOWN_BYTES);
        var start = new String(records.copy(from, shown), StandardCharsets.ISO_8859_1);
        var readable = start.replaceAll("[^ -~]", ".");
        var better =
                new SSLHandshakeException(
                        "the peer does not speak TLS; it began with '"
                                + readable
                                + "'. If that is a protocol in the clear, such as HTTP, it is meant for another port");
        better.initCause(failure);
        return better;
    }

    /// Tells the peer why, as far as that can be done.
    private void sendAlert(Connection below, SSLException failure) {
        try {
            for (int i = 0;
                    i < 2 && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
                    i++) {
                answer(below);
            }
        } catch (IOException gone) {
            failure.addSuppressed(gone);
        }
    }

    // ---------------------------------------------------------------- reading

    /// Reads plain bytes, waiting for the first; 0 after the peer's `close_notify`.
    int read(Buffer into, Connection below) throws IOException {
        while (true) {
            if (plain != null) {
                return takePlain(into);
            }
            if (ended) {
                return 0;
            }
            var unwrapped = unwrap(into, below);
            if (unwrapped.size() > 0) {
                return unwrapped.size();
            }
            switch (unwrapped.status()) {
                case BUFFER_OVERFLOW -> ended = unwrapAside(below) == Status.CLOSED;
                case CLOSED -> ended = true;
                case OK, BUFFER_UNDERFLOW -> {}
            }
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                runTasks(below.scope());
            }
            answerIfIdle(below);
        }
    }

    /// For a target that is smaller than a record.
    private Status unwrapAside(Connection below) throws IOException {
        var aside = owner.lease(engine.getSession().getApplicationBufferSize());
        try {
            var unwrapped = unwrap(aside, below);
            if (unwrapped.size() > 0) {
                plain = aside;
                plainFrom = 0;
                plainTo = unwrapped.size();
            }
            return unwrapped.status();
        } finally {
            if (plain == null) {
                owner.release(aside);
            }
        }
    }

    private int takePlain(Buffer into) {
        var rest = Objects.requireNonNull(plain);
        int size = Math.min(plainTo - plainFrom, into.size());
        into.copyFrom(0, rest, plainFrom, size);
        plainFrom += size;
        if (plainFrom == plainTo) {
            plain = null;
            owner.release(rest);
        }
        return size;
    }

    /// Unwraps one record, fetching what it needs of it. `CLOSED` after a `close_notify`.
    ///
    /// No operation holds the target while this waits for bytes, so its lease may end meanwhile: it is looked at anew after each wait.
    ///
    /// @param into where plain bytes go; null where none can come
    /// @throws EOFException if the connection below ends without one
    /// @throws IllegalStateException if the lease of `into` has ended
    private Unwrapped unwrap(@Nullable Buffer into, Connection below) throws IOException {
        while (true) {
            var target = into == null ? NOTHING : into.asByteBuffer();
            if (to > from) {
                var source = records.slice(from, to - from).asByteBuffer();
                var result = engine.unwrap(source, target);
                from += result.bytesConsumed();
                anyCame |= result.bytesConsumed() > 0;
                if (result.getStatus() != Status.BUFFER_UNDERFLOW) {
                    return new Unwrapped(result.getStatus(), result.bytesProduced());
                }
            } else if (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP_AGAIN) {
                var result = engine.unwrap(NOTHING, target);
                return new Unwrapped(result.getStatus(), result.bytesProduced());
            }
            fetch(below);
        }
    }

    private void fetch(Connection below) throws IOException {
        makeRoom();
        int size = below.read(records.from(to));
        if (size == 0) {
            throw new EOFException(
                    "the peer ended the connection without a close_notify: what came may have been cut short");
        }
        to += size;
    }

    private void makeRoom() {
        int rest = to - from;
        int needed = engine.getSession().getPacketBufferSize();
        if (records.size() < needed) {
            var larger = owner.lease(needed);
            if (rest > 0) {
                larger.copyFrom(0, records, from, rest);
            }
            owner.release(records);
            records = larger;
        } else if (rest > 0 && from > 0) {
            records.put(0, records.copy(from, rest));
        }
        from = 0;
        to = rest;
    }

    // ---------------------------------------------------------------- writing

    /// Writes all of `source`.
    void write(Buffer source, Connection below) throws IOException {
        writing.lock();
        try {
            var bytes = source.asByteBuffer();
            int records =
                    Math.min(RECORDS_AT_ONCE, 1 + (source.size() - 1) / PLAIN_BYTES_OF_A_RECORD);
            wrap(bytes, records, below);
        } finally {
            writing.unlock();
        }
    }

    /// Sends what the engine wants to say.
    private void answer(Connection below) throws IOException {
        writing.lock();
        try {
            wrap(NOTHING, 1, below);
        } finally {
            writing.unlock();
        }
    }

    /// The same, unless somebody writes, who will send it with the next record.
    private void answerIfIdle(Connection below) throws IOException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && writing.tryLock()) {
            try {
                wrap(NOTHING, 1, below);
            } finally {
                writing.unlock();
            }
        }
    }

    /// Sends `close_notify`: nothing is written after it.
    void endOutput(Connection below) throws IOException {
        writing.lock();
        try {
            sendCloseNotify(below);
        } finally {
            writing.unlock();
        }
    }

    /// The same, unless somebody writes, who may be waiting for a peer that does not read. Gives whether it was sent.
    boolean endOutputIfIdle(Connection below) throws IOException {
        if (!writing.tryLock()) {
            return false;
        }
        try {
            sendCloseNotify(below);
            return true;
        } finally {
            writing.unlock();
        }
    }

    private void sendCloseNotify(Connection below) throws IOException {
        if (!engine.isOutboundDone()) {
            engine.closeOutbound();
            wrap(NOTHING, 1, below);
        }
    }

    private void wrap(ByteBuffer source, int records, Connection below) throws IOException {
        int size = engine.getSession().getPacketBufferSize();
        var target = owner.lease(records * size);
        try {
            do {
                var bytes = target.asByteBuffer();
                SSLEngineResult result;
                do {
                    result = engine.wrap(source, bytes);
                } while (result.getStatus() == Status.OK
                        && bytes.remaining() >= size
                        && (source.hasRemaining()
                                || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP));
                if (bytes.position() > 0) {
                    below.writeAll(target.first(bytes.position()));
                }
                if (result.getStatus() == Status.CLOSED && source.hasRemaining()) {
                    throw new SSLException(
                            "this side of the connection has been ended: nothing can be written any more");
                }
            } while (source.hasRemaining());
        } finally {
            owner.release(target);
        }
    }

    /// Reads and drops what comes, until the peer's `close_notify`.
    void drain(Connection below) throws IOException {
        var dropped = owner.lease(engine.getSession().getApplicationBufferSize());
        try {
            int size;
            do {
                size = read(dropped, below);
            } while (size > 0);
        } finally {
            owner.release(dropped);
        }
    }

    /// Whether the peer's `close_notify` has come.
    boolean isEnded() {
        return ended;
    }
}
