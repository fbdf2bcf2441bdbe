package dev.catena.examples;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.sendAll;

import dev.catena.examples.program.ProgramException;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.scope.Task;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;

/// The demo serves 64 TCP clients 200 echoes each: server and clients are virtual threads of one loop.
final class DemoEcho {
    private static final String STEP = "echo";
    private static final int CLIENTS = 64;
    private static final int ECHOES = 200;
    private static final int MESSAGE_BYTES = 64;

    private DemoEcho() {}

    /// A port of this machine that the kernel picks.
    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    static void play(DemoStage stage) throws IOException, ProgramException {
        var server = new EchoServer(line -> stage.say(STEP, "%s", line));
        long start = System.nanoTime();
        int equal = stage.run(STEP, scope -> serve(scope, server));
        double seconds = (System.nanoTime() - start) / 1e9;
        DemoStage.check(
                equal == CLIENTS * ECHOES,
                STEP,
                CLIENTS * ECHOES + " echoes that equal what was sent, found " + equal);
        stage.say(
                STEP,
                "%d TCP clients, %d echoes of %d bytes each: %,d of %,d came back equal, in %.2f s",
                CLIENTS,
                ECHOES,
                MESSAGE_BYTES,
                equal,
                CLIENTS * ECHOES,
                seconds);
        stage.say("", "%s", server);
    }

    /// Serves all clients, and counts the echoes that were right.
    private static int serve(Scope scope, EchoServer server) throws IOException {
        var listener = scope.await(listen(anyPort()));
        var address = scope.await(localAddress(listener));
        scope.fork(() -> server.serve(scope, listener));
        var clients = new ArrayList<Task<Integer>>(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            int seed = i;
            clients.add(
                    scope.fork(
                            () ->
                                    scope.child(
                                            ScopeOptions.of("client " + seed),
                                            inner -> talk(inner, address, seed))));
        }
        int equal = 0;
        for (var client : clients) {
            equal += client.await();
        }
        scope.await(close(listener));
        return equal;
    }

    /// One client: each round trip is a send linked to the receive of the answer. Its socket is closed with its scope.
    private static int talk(Scope scope, SocketAddress address, int seed) throws IOException {
        var socket = scope.await(connect(address));
        var question = scope.lease(MESSAGE_BYTES);
        var answer = scope.lease(MESSAGE_BYTES);
        var exchange = link(sendAll(socket, question), recvAll(socket, answer));
        var random = new Random(seed);
        var message = new byte[MESSAGE_BYTES];
        int equal = 0;
        for (int i = 0; i < ECHOES; i++) {
            random.nextBytes(message);
            question.put(0, message);
            scope.await(exchange);
            equal += Arrays.equals(message, answer.toArray()) ? 1 : 0;
        }
        return equal;
    }
}
