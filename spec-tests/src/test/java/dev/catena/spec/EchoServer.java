package dev.catena.spec;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.sendAll;

import dev.catena.ops.Fd;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Ops;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that gives back messages of a fixed size, each connection in a thread and a scope of its own, so that what
/// one leaves behind is gone with it.
final class EchoServer implements AutoCloseable {
    private final int messageBytes;
    private final CompletableFuture<SocketAddress> address = new CompletableFuture<>();
    private final CompletableFuture<Scope> root = new CompletableFuture<>();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();
    private final Thread thread;

    EchoServer(Proactor proactor, int messageBytes) {
        this.messageBytes = messageBytes;
        thread = Thread.ofPlatform().daemon().start(() -> run(proactor));
    }

    SocketAddress address() {
        return address.join();
    }

    /// How many connections have ended, in whatever way.
    int served() {
        return served.get();
    }

    /// How many of them ended in the middle of a message, or by an error.
    int broken() {
        return broken.get();
    }

    private void run(Proactor proactor) {
        try {
            Scope.run(
                    proactor,
                    scope -> {
                        root.complete(scope);
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        address.complete(scope.await(localAddress(listener)));
                        while (true) {
                            var socket = scope.await(accept(listener));
                            scope.fork(() -> session(scope, socket));
                        }
                    });
        } catch (OperationCancelledException closed) {
            // as it should
        } catch (IOException | RuntimeException e) {
            address.completeExceptionally(e);
        }
    }

    private void session(Scope server, Fd socket) throws IOException {
        try {
            server.child(
                    ScopeOptions.DEFAULT,
                    scope -> {
                        var message = scope.lease(messageBytes);
                        for (int n = scope.await(recvAll(socket, message));
                                n > 0;
                                n = scope.await(recvAll(socket, message))) {
                            if (n < messageBytes) {
                                broken.incrementAndGet();
                                return n;
                            }
                            scope.await(sendAll(socket, message));
                        }
                        return 0;
                    });
        } catch (OperationFailedException reset) {
            broken.incrementAndGet();
        } finally {
            var _ = server.attempt(Ops.close(socket));
            served.incrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        root.join().cancel("the server is being closed");
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
