package dev.catena.io;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// How TLS connections are made. A value; start from [#of].
///
/// @param context keys, trust and cached sessions. Connections of one context to one host and port resume sessions
/// @param applicationProtocols what to offer or accept (ALPN), best first; none for no ALPN
/// @param clientCertificate of a server: whether clients must show a certificate (mutual TLS)
/// @param handshakeLimit how long a handshake may take
/// @param closeLimit how long a close waits for the peer's `close_notify`
/// @param tuning has the last word on the engine's parameters: protocols, cipher suites, SNI matchers
public record TlsOptions(
        SSLContext context,
        List<String> applicationProtocols,
        ClientCertificate clientCertificate,
        Duration handshakeLimit,
        Duration closeLimit,
        Consumer<? super SSLParameters> tuning) {

    /// What a server wants of its clients.
    public enum ClientCertificate {
        /// None is asked for.
        NONE,
        /// One is asked for, and checked if there is one.
        WANTED,
        /// The handshake fails without one that is trusted.
        NEEDED
    }

    /// Copies the list, and checks that the durations are not negative.
    public TlsOptions {
        applicationProtocols = List.copyOf(applicationProtocols);
        if (handshakeLimit.isNegative() || closeLimit.isNegative()) {
            throw new IllegalArgumentException(
                    "limits cannot be negative: " + handshakeLimit + ", " + closeLimit);
        }
    }

    /// Of a context: no ALPN, no client certificates, 10 seconds for a handshake, 1 for a close.
    public static TlsOptions of(SSLContext context) {
        return new TlsOptions(
                context,
                List.of(),
                ClientCertificate.NONE,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                _ -> {});
    }

    /// The same with ALPN.
    public TlsOptions applicationProtocols(String... names) {
        return new TlsOptions(
                context, List.of(names), clientCertificate, handshakeLimit, closeLimit, tuning);
    }

    /// The same with client certificates.
    public TlsOptions clientCertificate(ClientCertificate wish) {
        return new TlsOptions(
                context, applicationProtocols, wish, handshakeLimit, closeLimit, tuning);
    }

    /// The same with another time for handshakes.
    public TlsOptions handshakeLimit(Duration limit) {
        return new TlsOptions(
                context, applicationProtocols, clientCertificate, limit, closeLimit, tuning);
    }

    /// The same with another time for the peer's `close_notify`.
    public TlsOptions closeLimit(Duration limit) {
        return new TlsOptions(
                context, applicationProtocols, clientCertificate, handshakeLimit, limit, tuning);
    }

    /// The same with a last word on the engine's parameters.
    public TlsOptions tuning(Consumer<? super SSLParameters> last) {
        return new TlsOptions(
                context, applicationProtocols, clientCertificate, handshakeLimit, closeLimit, last);
    }
}
