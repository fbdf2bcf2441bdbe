package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.scope.Feed;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// A connection in TLS (RFC 8446), over any other connection, by the JDK's `SSLEngine`.
///
/// There is none before its handshake has succeeded: a handshake that fails closes the connection below, having sent an alert and no
/// byte in the clear. The end of the stream is the peer's `close_notify`; a connection that ends without one was cut off, which
/// reads tell with an [java.io.EOFException]. [#endOutput] sends our own, and [#close] does, waits a moment for the peer's, and
/// closes the connection below. A close while another thread writes sends no `close_notify`: it does not wait for a peer that does
/// not read.
///
/// ```java
/// var tcp = TcpConnection.connect(scope, "example.org", 443);
/// var tls = TlsConnection.connect(tcp, "example.org", 443, TlsOptions.of(SSLContext.getDefault()));
/// ```
public final class TlsConnection implements Connection {
    private final TlsRecords records;
    private final Inbound inbound;
    private final AtomicBoolean closed;
    private final Connection below;
    private final TlsOptions options;
    private final Scope scope;
    private final @Nullable Duration limit;

    private TlsConnection(TlsRecords records, Connection below, TlsOptions options, Scope scope) {
        this(records, new Inbound(), new AtomicBoolean(), below, options, scope, null);
    }

    private TlsConnection(
            TlsRecords records,
            Inbound inbound,
            AtomicBoolean closed,
            Connection below,
            TlsOptions options,
            Scope scope,
            @Nullable Duration limit) {
        this.records = records;
        this.inbound = inbound;
        this.closed = closed;
        this.below = below;
        this.options = options;
        this.scope = scope;
        this.limit = limit;
    }

    /// Shakes hands as the client.
    ///
    /// @param below a connection on which nothing has been read or written that is not TLS; it is this connection's from here on
    /// @param host the server's name: sent to it (SNI), and looked for in its certificate
    /// @param port the server's port, which sessions are resumed by
    /// @throws javax.net.ssl.SSLException if the server's certificate is not trusted, or it refuses ours, or does not speak TLS
    /// @throws dev.catena.ops.DeadlineExceededException if it took longer than it may
    public static TlsConnection connect(Connection below, String host, int port, TlsOptions options)
            throws IOException {
        var engine = options.context().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(options.applicationProtocols().toArray(String[]::new));
        options.tuning().accept(parameters);
        engine.setSSLParameters(parameters);
        return shakeHands(engine, below, options);
    }

    /// Shakes hands as the server.
    ///
    /// @param below a connection on which nothing has been read or written that is not TLS; it is this connection's from here on
    /// @throws javax.net.ssl.SSLException if the client does not speak TLS, or shows no certificate that is trusted where one is needed
    /// @throws dev.catena.ops.DeadlineExceededException if it took longer than it may
    public static TlsConnection accept(Connection below, TlsOptions options) throws IOException {
        var engine = options.context().createSSLEngine();
        engine.setUseClientMode(false);
        var parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(options.applicationProtocols().toArray(String[]::new));
        switch (options.clientCertificate()) {
            case NONE -> {}
            case WANTED -> parameters.setWantClientAuth(true);
            case NEEDED -> parameters.setNeedClientAuth(true);
        }
        options.tuning().accept(parameters);
        engine.setSSLParameters(parameters);
        return shakeHands(engine, below, options);
    }

    private static TlsConnection shakeHands(SSLEngine engine, Connection below, TlsOptions options)
            throws IOException {
        var scope = below.scope();
        var records = new TlsRecords(engine, scope);
        try {
            scope.child(
                    ScopeOptions.of("TLS handshake").within(options.handshakeLimit()),
                    inner -> {
                        records.handshake(below.in(inner));
                        return records;
                    });
        } catch (IOException | RuntimeException | Error failure) {
            try (Closeable _ = records::release) {
                below.close();
            } catch (IOException | RuntimeException unclosed) {
                failure.addSuppressed(unclosed);
            }
            throw failure;
        }
        return new TlsConnection(records, below, options, scope);
    }

    @Override
    public Scope scope() {
        return scope;
    }

    /// The protocol that both sides have agreed upon (ALPN); empty if none.
    public String applicationProtocol() {
        var name = records.engine().getApplicationProtocol();
        return name == null ? "" : name;
    }

    /// What was negotiated: protocol, cipher suite, the peer's certificates.
    public SSLSession session() {
        return records.engine().getSession();
    }

    /// The name that the client has asked for (SNI); null if it has not.
    public @Nullable String requestedServerName() {
        List<SNIServerName> names =
                session() instanceof ExtendedSSLSession extended
                        ? extended.getRequestedServerNames()
                        : List.of();
        return names.stream()
                .filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName())
                .findFirst()
                .orElse(null);
    }

    @Override
    public TlsConnection within(Duration time) {
        return new TlsConnection(records, inbound, closed, below, options, scope, time);
    }

    @Override
    public TlsConnection in(Scope inner) {
        return new TlsConnection(records, inbound, closed, below, options, inner, limit);
    }

    @Override
    public int read(Buffer into) throws IOException {
        return inbound.alone(
                () -> bounded(through -> inbound.read(into, buffer -> read(buffer, through))));
    }

    @Override
    public void readFully(Buffer into) throws IOException {
        inbound.<@Nullable Void>alone(
                () ->
                        bounded(
                                through -> {
                                    inbound.readFully(into, buffer -> read(buffer, through));
                                    return null;
                                }));
    }

    @Override
    public byte @Nullable [] readUntil(byte[] delimiter, int most) throws IOException {
        return inbound.<byte @Nullable []>alone(
                () ->
                        bounded(
                                through ->
                                        inbound.readUntil(
                                                delimiter,
                                                most,
                                                through.scope(),
                                                buffer -> read(buffer, through))));
    }

    private int read(Buffer buffer, Connection through) throws IOException {
        checkOpen();
        return records.read(buffer, through);
    }

    /// Writes all of `from`: records are not sent in parts.
    @Override
    public int write(Buffer from) throws IOException {
        writeAll(from);
        return from.size();
    }

    @Override
    public void writeAll(Buffer from) throws IOException {
        checkOpen();
        bounded(
                through -> {
                    records.write(from, through);
                    return from;
                });
    }

    @Override
    public void endOutput() throws IOException {
        checkOpen();
        bounded(
                through -> {
                    records.endOutput(through);
                    return through;
                });
    }

    @Override
    public Feed<Buffer> feed() {
        inbound.enter();
        return new PulledFeed(
                scope(),
                this,
                inbound,
                (into, inner) -> inbound.read(into, buffer -> read(buffer, below.in(inner))),
                limit);
    }

    @Override
    public boolean isOpen() {
        return !closed.get() && below.isOpen();
    }

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try (Closeable _ = records::release;
                Closeable _ = below::close) { // in the end below is closed, then memory released
            if (below.isOpen()) {
                sayGoodbye();
            }
        }
    }

    /// Sends `close_notify`, unless another thread is writing, and waits a moment for the peer's. A peer that is gone, or does not answer, is no failure any more.
    private void sayGoodbye() throws IOException {
        try {
            scope.child(
                    ScopeOptions.of("TLS close").within(options.closeLimit()),
                    inner -> {
                        var through = below.in(inner);
                        if (records.endOutputIfIdle(through) && !records.isEnded()) {
                            inbound.alone(
                                    () -> {
                                        records.drain(through);
                                        return through;
                                    });
                        }
                        return through;
                    });
        } catch (IOException | IllegalStateException unheard) {
            return; // gone, too late, or still reading: the connection is closed all the same
        }
    }

    private void checkOpen() throws IOException {
        if (closed.get()) {
            throw new ClosedChannelException();
        }
    }

    /// What is done through a view of the connection below.
    @FunctionalInterface
    private interface Through<T extends @Nullable Object> {
        T run(Connection through) throws IOException;
    }

    private <T extends @Nullable Object> T bounded(Through<T> body) throws IOException {
        return limit == null
                ? body.run(below.in(scope))
                : scope.child(
                        ScopeOptions.of("call on " + this).within(limit),
                        inner -> body.run(below.in(inner)));
    }

    @Override
    public String toString() {
        return "TLS over " + below;
    }
}
