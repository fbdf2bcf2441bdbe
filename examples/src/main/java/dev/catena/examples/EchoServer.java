package dev.catena.examples;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.sendAll;

import dev.catena.ops.Fd;
import dev.catena.ops.Outcome;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Sends back what it receives, on any number of connections at once: a virtual thread and a scope for each.
///
/// A connection that fails ends alone. Its scope owns its descriptor and its buffer and gives both back as it ends, so that
/// a server that runs for months holds no more than its open connections need.
///
/// Where the process has no descriptor left for a connection, the server says so once and goes on accepting a little
/// later; the connection waits in the kernel's queue.
final class EchoServer {
    private static final int BUFFER_BYTES = 4096;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Consumer<String> log;

    // the connections share the loop, but on a JVM that does not let them, they run in parallel
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong pauses = new AtomicLong();
    private final AtomicLong sends = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /// A server that serves nothing yet.
    ///
    /// @param log takes lines about what keeps it from serving
    EchoServer(Consumer<String> log) {
        this.log = log;
    }

    /// Serves until the listener is closed or the scope is cancelled. Connections that are open then go on: they belong to
    /// the scope.
    ///
    /// @throws dev.catena.ops.OperationFailedException if the listener cannot accept any more
    void serve(Scope scope, Fd listener) throws IOException {
        while (true) {
            switch (scope.attempt(accept(listener))) {
                case Outcome.Completed<Fd>(var socket) -> {
                    connections.incrementAndGet();
                    scope.fork(() -> converse(scope, socket));
                }
                case Outcome.Cancelled<Fd> _ -> {
                    return;
                }
                case Outcome.Failed<Fd> failed -> {
                    if (!listener.isOpen()) {
                        return;
                    }
                    survive(scope, failed);
                }
                case Outcome<Fd> other -> other.get();
            }
        }
    }

    /// Waits where accepting fails for a reason that passes (`accept(2)` names them).
    private void survive(Scope scope, Outcome.Failed<Fd> failed) throws IOException {
        switch (failed.errno()) {
            // the connection at the head of the queue had broken: the next one may be sound
            case ECONNABORTED, EPROTO, ENETDOWN, ENETUNREACH, EPERM -> {}
            case EMFILE, ENFILE, ENOBUFS, ENOMEM -> {
                if (pauses.getAndIncrement() == 0) {
                    log.accept(
                            "cannot accept for now: "
                                    + failed.errno().sentence()
                                    + "; trying again every "
                                    + PAUSE.toMillis()
                                    + " ms (this is said only once)");
                }
                Timers.sleep(scope, PAUSE);
            }
            default -> failed.get();
        }
    }

    private void converse(Scope scope, Fd socket) {
        try {
            scope.child(
                    ScopeOptions.of("connection " + socket.number()),
                    inner -> {
                        echo(inner, inner.adopt(socket));
                        return this;
                    });
        } catch (IOException broken) {
            failures.incrementAndGet(); // the peer is gone, which is not the server's fault
        }
    }

    private void echo(Scope scope, Fd socket) throws IOException {
        var buffer = scope.lease(BUFFER_BYTES);
        for (int size = scope.await(recv(socket, buffer));
                size > 0;
                size = scope.await(recv(socket, buffer))) {
            scope.await(sendAll(socket, buffer.first(size)));
            sends.incrementAndGet();
            bytes.addAndGet(size);
        }
    }

    /// What has been served, in a line.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "served %,d connections, %,d of which broke; sent %,d bytes back in %,d sends; paused %,d times",
                connections.get(),
                failures.get(),
                bytes.get(),
                sends.get(),
                pauses.get());
    }
}
