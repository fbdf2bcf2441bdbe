package dev.catena.spec.guide;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.listenShared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.Spread;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpListener;
import dev.catena.ops.Fd;
import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorGroup;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The snippets of `docs/guide/runtime.md`.
@Timeout(60)
class RuntimeTest {

    @Test
    void blockingWorkShouldBeDoneElsewhere(@TempDir Path folder) throws Exception {
        var path = Files.writeString(folder.resolve("rows"), "a\nb\n");
        try (var proactor = Proactor.open()) {
            Scope.run(
                    proactor,
                    scope -> {
                        var rows = scope.blocking(() -> Files.readAllLines(path));
                        assertThat(rows).isEqualTo(List.of("a", "b"));
                    });
        }
    }

    private static void session(Scope scope, Fd socket) {
        scope.cancel(socket + " is enough");
    }

    private static void serveOnEveryCore(InetSocketAddress address) throws IOException {
        try (var group = ProactorGroup.open()) {
            Scope.onEach(
                    group,
                    scope -> {
                        var listener = scope.await(listenShared(address));
                        while (true) {
                            var socket = scope.await(accept(listener));
                            scope.fork(() -> session(scope, socket));
                        }
                    });
        }
    }

    @Test
    void everyCoreShouldServe() throws Exception {
        var address = freeAddress();
        var client = clientOf(address);
        assertThatThrownBy(() -> serveOnEveryCore(address))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("is enough");
        assertThat(client.get()).isTrue();
    }

    private static void session(TcpConnection connection) {
        throw new IllegalStateException(connection + " is enough");
    }

    private static void serveFromOneLoop(InetSocketAddress address) throws IOException {
        try (var accepting = Proactor.open();
                var group = ProactorGroup.open()) {
            Scope.run(
                    accepting,
                    scope -> {
                        var listener = TcpListener.bind(scope, address);
                        listener.serve(
                                group, Spread.LEAST_LOADED, connection -> session(connection));
                    });
        }
    }

    @Test
    void oneLoopShouldAcceptForTheOthers() throws Exception {
        var address = freeAddress();
        var client = clientOf(address);
        assertThatThrownBy(() -> serveFromOneLoop(address))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is enough");
        assertThat(client.get()).isTrue();
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
    }

    private static Future<Boolean> clientOf(InetSocketAddress address) {
        var client = new FutureTask<>(() -> connectedTo(address));
        Thread.startVirtualThread(client);
        return client;
    }

    /// Connects as soon as somebody listens there.
    private static boolean connectedTo(InetSocketAddress address) throws IOException {
        while (true) {
            try (var socket = new Socket(address.getAddress(), address.getPort())) {
                return socket.isConnected();
            } catch (ConnectException early) {
                Thread.yield();
            }
        }
    }
}
