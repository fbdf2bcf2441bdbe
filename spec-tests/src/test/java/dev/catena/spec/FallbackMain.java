package dev.catena.spec;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.timeout;

import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Duration;

/// The rules in small, for a JVM in which virtual threads do not run on the loop; started by [UringFallbackTest]. Prints
/// `all rules hold`, or fails.
final class FallbackMain {
    private static final Duration LONG = Duration.ofMinutes(5);

    private FallbackMain() {}

    public static void main(String[] arguments) throws Exception {
        try (var proactor = Proactor.open()) {
            System.out.println(proactor);
            echoes(proactor);
            failureCancelsSiblings(proactor);
            deadlineNamesItsScope(proactor);
            cancelKeepsTheConnection(proactor);
            buffersAreGuarded(proactor);
            tryScopeDrains(proactor);
            interruptCancels(proactor);
            var metrics = proactor.metrics();
            check(metrics.published() == metrics.terminal(), "S8: " + metrics);
            check(metrics.leases() == 0 && metrics.descriptors() == 0, "left over: " + metrics);
            check(metrics.scopes() == 0 && metrics.stale() == 0, "left over: " + metrics);
        }
        try (var second = Proactor.open()) { // which does not log it again
            Scope.run(second, scope -> scope.await(nop()));
        }
        System.out.println("all rules hold");
    }

    private static void echoes(Proactor proactor) throws IOException {
        Scope.run(
                proactor,
                scope -> {
                    for (int i = 0; i < 8; i++) {
                        var pair = Pair.open(scope);
                        scope.fork(
                                () -> {
                                    var buffer = scope.lease(8);
                                    for (int n = 0; n < 200; n++) {
                                        scope.await(recv(pair.far(), buffer));
                                        scope.await(send(pair.far(), buffer));
                                    }
                                });
                        scope.fork(
                                () -> {
                                    var buffer = scope.lease(8);
                                    for (int n = 0; n < 200; n++) {
                                        buffer.fill((byte) n);
                                        scope.await(send(pair.near(), buffer));
                                        buffer.fill((byte) -1);
                                        scope.await(recv(pair.near(), buffer));
                                        check(buffer.get(7) == (byte) n, "echo " + n);
                                    }
                                });
                    }
                });
    }

    private static void failureCancelsSiblings(Proactor proactor) {
        try {
            Scope.run(
                    proactor,
                    scope -> {
                        scope.fork(() -> scope.await(timeout(LONG)));
                        scope.fork(
                                () -> {
                                    Timers.sleep(scope, Duration.ofMillis(5));
                                    throw new IOException("the first failure");
                                });
                    });
            throw new AssertionError("S1: nothing was thrown");
        } catch (IOException failure) {
            check(failure.getMessage().equals("the first failure"), "S2: " + failure);
            check(failure.getSuppressed().length == 0, "S2: suppressed " + failure);
        }
    }

    private static void deadlineNamesItsScope(Proactor proactor) {
        try {
            Scope.open(
                    proactor,
                    ScopeOptions.DEFAULT.named("brief").within(Duration.ofMillis(5)),
                    scope -> scope.await(timeout(LONG)));
            throw new AssertionError("D3: nothing was thrown");
        } catch (IOException late) {
            check(late.getMessage().contains("scope 'brief'"), "D3: " + late);
        }
    }

    private static void cancelKeepsTheConnection(Proactor proactor) throws IOException {
        Scope.run(
                proactor,
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(8);
                    var receive = scope.start(recv(pair.near(), buffer));
                    receive.cancel("the reason");
                    check(receive.outcome().toString().contains("the reason"), "X1");
                    scope.await(send(pair.far(), scope.lease(8)));
                    check(scope.await(recv(pair.near(), buffer)) == 8, "X4");
                    scope.await(close(pair.near()));
                    check(Said.of(scope.attempt(recv(pair.near(), buffer))).equals("EBADF"), "X5");
                });
    }

    private static void buffersAreGuarded(Proactor proactor) throws IOException {
        Scope.run(
                proactor,
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(8);
                    var receive = scope.start(recv(pair.near(), buffer));
                    try {
                        buffer.get(0);
                        throw new AssertionError("L5: it could be read");
                    } catch (IllegalStateException guarded) {
                        check(guarded.getMessage().contains("recv("), "L5: " + guarded);
                    }
                    scope.await(send(pair.far(), scope.lease(8)));
                    receive.await();
                    buffer.get(0);
                });
    }

    private static void tryScopeDrains(Proactor proactor) throws IOException {
        try (var scope = Scope.open(proactor)) {
            scope.start(timeout(LONG));
            scope.await(nop());
        }
        check(proactor.metrics().inFlight() == 0, "L1: " + proactor.metrics());
    }

    private static void interruptCancels(Proactor proactor) throws IOException {
        Thread.currentThread().interrupt();
        try {
            Scope.run(proactor, scope -> scope.await(timeout(LONG)));
            throw new AssertionError("X6: nothing was thrown");
        } catch (OperationCancelledException cancelled) {
            check(Thread.interrupted(), "X6: the flag is gone");
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
