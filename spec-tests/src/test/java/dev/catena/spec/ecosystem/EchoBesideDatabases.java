package dev.catena.spec.ecosystem;

import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.util.concurrent.atomic.AtomicInteger;

/// What echo traffic on the ring of a loop takes while 1,000 virtual threads of JDBC and Jedis work on the same loop, and while the
/// loop is its own. A program that measures, not a test:
///
/// ```
/// mvn -B -pl spec-tests -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
/// java --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
///     -cp spec-tests/target/test-classes:$(cat spec-tests/target/classpath) dev.catena.spec.ecosystem.EchoBesideDatabases
/// ```
public final class EchoBesideDatabases {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 5;

    private EchoBesideDatabases() {}

    public static void main(String[] arguments) throws Exception {
        UringDatabasesTest.startServers();
        try (var database = UringDatabasesTest.pool();
                var cache = UringDatabasesTest.cache();
                var proactor = Proactor.open()) {
            System.out.println(proactor);
            UringDatabasesTest.update(database, "create table entries (thread int, round int)");
            for (int round = -1; round < ROUNDS; round++) { // one to warm up
                long start = System.nanoTime();
                var done = new AtomicInteger();
                var loaded =
                        echo(
                                proactor,
                                scope ->
                                        scope.child(
                                                ScopeOptions.of("clients"),
                                                clients -> {
                                                    for (int i = 0;
                                                            i < UringDatabasesTest.THREADS;
                                                            i++) {
                                                        int thread = i;
                                                        clients.fork(
                                                                () -> {
                                                                    UringDatabasesTest.work(
                                                                            database, cache,
                                                                            thread);
                                                                    done.incrementAndGet();
                                                                });
                                                    }
                                                    return clients;
                                                }));
                long nanos = System.nanoTime() - start;
                UringDatabasesTest.update(database, "truncate entries");
                var alone = echo(proactor, scope -> scope.blocking(() -> sleep(nanos)));
                say(round, "beside " + done + " threads of JDBC and Jedis", loaded, nanos);
                say(round, "alone", alone, nanos);
            }
        } finally {
            UringDatabasesTest.stopServers();
        }
    }

    private static EchoTraffic echo(Proactor proactor, Scope.Work<Exception> meanwhile)
            throws Exception {
        return Scope.<EchoTraffic, Exception>open(
                proactor,
                scope -> {
                    var echo = new EchoTraffic(scope);
                    echo.start(CLIENTS);
                    meanwhile.run(scope);
                    echo.stop();
                    return echo;
                });
    }

    private static Object sleep(long nanos) throws InterruptedException {
        Thread.sleep(nanos / 1_000_000);
        return nanos;
    }

    private static void say(int round, String what, EchoTraffic echo, long nanos) {
        if (echo.wrong() > 0) {
            throw new IllegalStateException(echo.wrong() + " wrong answers");
        }
        System.out.printf(
                "%s: echo %s: %,d round trips in %.1f s, p50 %.0f us, p99 %.0f us, p99.9 %.0f us%n",
                round < 0 ? "warm-up" : "round " + (round + 1),
                what,
                echo.roundTrips(),
                nanos / 1e9,
                echo.micros(0.5),
                echo.micros(0.99),
                echo.micros(0.999));
    }
}
