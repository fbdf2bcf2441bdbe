package dev.catena.spec.ecosystem;

import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClients;
import com.sun.net.httpserver.HttpServer;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.loop.VirtualThreads;
import dev.catena.scope.Scope;
import dev.catena.spec.UringSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The JDK's own ways to wait, and libraries that wait in them: each blocks its thread, and never the loop.
@Timeout(120)
class UringLibrariesTest extends UringSpec {

    /// Runs something in a thread of the loop while the ring is busy there.
    private <T> T besideTheRing(Callable<T> work) throws Exception {
        return Scope.<T, Exception>open(
                proactor(),
                scope -> {
                    var task = scope.fork(work);
                    int nops = 0;
                    while (!task.isDone()) {
                        scope.await(nop());
                        nops++;
                    }
                    assertThat(nops).isPositive();
                    return task.await();
                });
    }

    @Test
    void httpClientOfTheJdkShouldTalkToAServerFromThreadsOfTheLoop() throws Exception {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var body = exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    try (var out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                });
        server.start();
        try (var client = HttpClient.newHttpClient()) {
            var base = "http://127.0.0.1:" + server.getAddress().getPort();
            Scope.run(
                    proactor(),
                    scope -> {
                        for (int i = 0; i < 100; i++) {
                            var path = "/" + i;
                            scope.fork(
                                    () -> {
                                        var request =
                                                HttpRequest.newBuilder(URI.create(base + path))
                                                        .build();
                                        var answer =
                                                client.send(
                                                        request,
                                                        HttpResponse.BodyHandlers.ofString());
                                        assertThat(answer.body()).isEqualTo(path);
                                        scope.await(nop());
                                    });
                        }
                    });
        } finally {
            server.stop(0);
        }
    }

    @Test
    void driverOfMongoShouldConnectAndAskFromAThreadOfTheLoop() throws Exception {
        try (var server = MongoServer.start()) {
            var answer =
                    besideTheRing(
                            () -> {
                                var settings =
                                        MongoClientSettings.builder()
                                                .applyConnectionString(
                                                        new ConnectionString(
                                                                "mongodb://127.0.0.1:"
                                                                        + server.port()))
                                                .applyToClusterSettings(
                                                        cluster ->
                                                                cluster.serverSelectionTimeout(
                                                                        60, TimeUnit.SECONDS))
                                                .build();
                                try (var client = MongoClients.create(settings)) {
                                    return client.getDatabase("test")
                                            .runCommand(new Document("ping", 1));
                                }
                            });
            assertThat(answer.getDouble("ok")).isEqualTo(1.0);
        }
    }

    @Test
    void locksAndMonitorsShouldMakeThreadsWaitAndNotTheLoop() throws Exception {
        var lock = new ReentrantLock();
        var monitor = new Object();
        var counts = new int[2];
        Scope.run(
                proactor(),
                scope -> {
                    for (int i = 0; i < 50; i++) {
                        scope.fork(
                                () -> {
                                    lock.lock();
                                    try {
                                        int before = counts[0];
                                        scope.await(nop()); // with the lock held
                                        counts[0] = before + 1;
                                    } finally {
                                        lock.unlock();
                                    }
                                });
                        scope.fork(
                                () -> {
                                    synchronized (monitor) {
                                        int before = counts[1];
                                        scope.await(nop()); // with the monitor held
                                        counts[1] = before + 1;
                                        monitor.notifyAll();
                                    }
                                });
                    }
                    scope.fork(
                            () -> {
                                synchronized (monitor) {
                                    while (counts[1] < 50) {
                                        monitor.wait();
                                    }
                                }
                            });
                });
        assertThat(counts).containsExactly(50, 50);
    }

    @Test
    void sleepsAndFuturesShouldMakeThreadsWaitAndNotTheLoop() throws Exception {
        int sum =
                besideTheRing(
                        () -> {
                            Thread.sleep(20);
                            var future =
                                    CompletableFuture.supplyAsync(() -> 20)
                                            .thenCombine(
                                                    CompletableFuture.supplyAsync(() -> 22),
                                                    Integer::sum);
                            return future.get(60, TimeUnit.SECONDS);
                        });
        assertThat(sum).isEqualTo(42);
    }

    /// What structured task scopes are made of: threads started from a thread of the loop, joined there.
    @Test
    void threadsThatAreStartedOnTheLoopShouldRunThere() throws Exception {
        var loop = (EventLoop) proactor();
        var places =
                besideTheRing(
                        () -> {
                            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                                var tasks = new ArrayList<Callable<Boolean>>();
                                for (int i = 0; i < 20; i++) {
                                    tasks.add(
                                            () -> {
                                                Thread.sleep(1);
                                                return loop.isOnLoop();
                                            });
                                }
                                var answers = new ArrayList<Boolean>();
                                for (var future : executor.invokeAll(tasks)) {
                                    answers.add(future.get());
                                }
                                return answers;
                            }
                        });
        assertThat(places).hasSize(20).containsOnly(VirtualThreads.canSchedule());
    }
}
