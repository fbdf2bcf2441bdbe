package dev.catena.spec.guide;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.recv;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The snippets of `docs/guide/getting-started.md`.
@Timeout(60)
class GettingStartedTest extends GuideSpec {

    static Map<InetSocketAddress, String> greetings(
            Proactor proactor, List<InetSocketAddress> servers) throws IOException {
        Map<InetSocketAddress, String> found = new ConcurrentHashMap<>();
        Scope.run(
                proactor,
                scope -> {
                    for (var server : servers) {
                        scope.fork(() -> found.put(server, greeting(scope, server)));
                    }
                });
        return found;
    }

    private static String greeting(Scope scope, InetSocketAddress server) {
        var options = ScopeOptions.of("greeting of " + server).within(ofSeconds(1));
        try {
            return scope.child(
                    options,
                    inner -> {
                        var socket = inner.await(connect(server));
                        var buffer = inner.lease(1024);
                        int n = inner.await(recv(socket, buffer));
                        return n == 0 ? "" : new String(buffer.first(n).toArray(), UTF_8);
                    });
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    @Test
    void eachServerShouldHaveASecondOfItsOwn() throws Exception {
        var slow = new InetSocketAddress("10.0.0.8", 7000);
        var absent = new InetSocketAddress("10.0.0.9", 7000);
        sim().peer().listen(SERVER).accept().send("welcome");
        sim().peer().listen(slow).accept().after(ofHours(1)).send("late");
        var found = greetings(proactor(), List.of(SERVER, slow, absent));
        assertThat(found.get(SERVER)).isEqualTo("welcome");
        assertThat(found.get(slow)).contains("greeting of").contains("has passed");
        assertThat(found.get(absent)).contains("ECONNREFUSED");
        assertThat(sim().clock().elapsed()).isBetween(ofSeconds(1), ofSeconds(2));
    }

    @Test
    void mainShouldRunOnTheMachine() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var sent = new ArrayList<String>();
            var greeter =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try (var client = server.accept()) {
                                            client.getOutputStream().write("hello".getBytes(UTF_8));
                                            sent.add("hello");
                                        } catch (IOException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
            var servers =
                    List.of(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
            try (var proactor = Proactor.open()) {
                greetings(proactor, servers)
                        .forEach((address, said) -> System.out.println(address + ": " + said));
            }
            greeter.join();
            assertThat(sent).containsExactly("hello");
        }
    }

    @Test
    void pipelineShouldNeedNoThread() throws Exception {
        sim().peer().listen(SERVER).accept().send("welcome");
        run(
                scope -> {
                    var server = SERVER;
                    var buffer = scope.lease(1024);
                    Pipeline<Integer> greet =
                            connect(server)
                                    .then(socket -> recv(socket, buffer).ensuring(close(socket)));
                    var outcome = scope.attempt(greet.within(ofSeconds(1)));
                    assertThat(outcome).isEqualTo(new Outcome.Completed<>(7));
                });
    }
}
