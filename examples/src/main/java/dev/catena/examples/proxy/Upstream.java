package dev.catena.examples.proxy;

import dev.catena.io.TcpConnection;
import dev.catena.io.TcpOptions;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Where connections are handed on to. It is connected to now and then, to see whether it is there; while it is not, that is tried again
/// after ever longer times, and nobody is handed on to it.
final class Upstream {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final String host;
    private final int port;
    private volatile boolean isUp = true;

    private Upstream(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /// Reads `HOST:PORT` or `[ADDRESS]:PORT`.
    static final class Form implements ITypeConverter<Upstream> {
        @Override
        public Upstream convert(String text) {
            int colon = text.lastIndexOf(':');
            var host = colon < 0 ? "" : text.substring(0, colon);
            var port = text.substring(colon + 1);
            boolean isBracketed = host.startsWith("[") && host.endsWith("]");
            var name = isBracketed ? host.substring(1, host.length() - 1) : host;
            if (name.isEmpty()
                    || name.contains(":") != isBracketed
                    || !port.matches("[1-9][0-9]{0,4}")
                    || Integer.parseInt(port) > 65535) {
                throw new TypeConversionException(
                        "'" + text + "' is not HOST:PORT, as in example.org:80 or [::1]:80");
            }
            return new Upstream(name, Integer.parseInt(port));
        }
    }

    boolean isUp() {
        return isUp;
    }

    /// Connects to it, by name if it is one.
    ///
    /// @throws IOException if that cannot be; it is then taken to be down until it has been connected to
    TcpConnection connect(Scope scope, Consumer<String> log) throws IOException {
        try {
            var found =
                    scope.child(
                            ScopeOptions.of("connect to " + this).within(CONNECT_LIMIT),
                            inner -> scope.adopt(TcpConnection.connect(inner, host, port).fd()));
            turn(true, "", log);
            return TcpConnection.of(scope, found, TcpOptions.DEFAULT);
        } catch (IOException refused) {
            if (!scope.isCancelled()) {
                turn(false, ": " + refused.getMessage(), log);
            }
            throw refused;
        }
    }

    private void turn(boolean up, String why, Consumer<String> log) {
        if (isUp != up) {
            isUp = up;
            log.accept(this + (up ? " is back" : " is down" + why));
        }
    }

    /// Looks after it until the scope is cancelled.
    ///
    /// @param every how often it is looked at while it is there
    void watch(Scope scope, Duration every, Consumer<String> log) throws IOException {
        var wait = FIRST_WAIT;
        while (true) {
            try {
                scope.child(
                        ScopeOptions.of("check of " + this),
                        inner -> {
                            connect(inner, log).close();
                            return this;
                        });
            } catch (IOException down) {
                if (scope.isCancelled()) {
                    throw down;
                }
            }
            wait = isUp ? FIRST_WAIT : doubled(wait);
            Timers.sleep(scope, isUp ? every : wait);
        }
    }

    private static Duration doubled(Duration wait) {
        var longer = wait.multipliedBy(2);
        return longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
