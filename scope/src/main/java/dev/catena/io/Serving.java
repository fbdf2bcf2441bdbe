package dev.catena.io;

import static dev.catena.ops.Ops.sleep;

import dev.catena.ops.Fd;
import dev.catena.ops.Outcome;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves connections, each in a scope and a thread of its own.
final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Scope scope;
    private final TcpOptions options;
    private final TcpListener.Service service;
    private boolean paused;

    Serving(Scope scope, TcpOptions options, TcpListener.Service service) {
        this.scope = scope;
        this.options = options;
        this.service = service;
    }

    void begin(Fd socket) {
        var _ = scope.fork(() -> serve(socket, null));
    }

    /// Serves one, on the calling thread.
    ///
    /// @param served runs, if there is one, when that has ended and before the peer can see it
    void serve(Fd socket, @Nullable Runnable served) throws Exception {
        try {
            scope.<Fd, Exception>child(
                    ScopeOptions.of("connection " + socket.number()),
                    inner -> {
                        if (served != null) {
                            inner.onClose(_ -> served.run());
                        }
                        service.serve(TcpConnection.of(inner, socket, options));
                        return socket;
                    });
        } catch (IOException broken) { // the peer's fault, or the network's
            LOG.debug("a connection broke", broken);
        }
    }

    /// Waits where accepting fails for a reason that passes (`accept(2)` names them).
    ///
    /// @throws IOException if it does not pass
    void survive(Outcome.Failed<Fd> failed) throws IOException {
        switch (failed.errno()) {
            // the connection at the head of the queue had broken: the next one may be sound
            case ECONNABORTED, EPROTO, ENETDOWN, ENETUNREACH, EPERM -> {}
            case EMFILE, ENFILE, ENOBUFS, ENOMEM -> {
                if (!paused) {
                    paused = true;
                    LOG.warn(
                            "cannot accept for now: {}; raise the limit of open files (ulimit -n), or serve fewer"
                                    + " connections. Trying again every {} ms; this is said only once",
                            failed.errno().sentence(),
                            PAUSE.toMillis());
                }
                var _ = scope.await(sleep(PAUSE));
            }
            default -> failed.get();
        }
    }
}
