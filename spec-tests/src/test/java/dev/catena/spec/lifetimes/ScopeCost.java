package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.nop;

import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;

/// What a scope costs: opening one, one operation in it, closing it; a program, not a test.
///
/// ```
/// mvn -B -pl spec-tests -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
/// java --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
///     -cp spec-tests/target/test-classes:$(cat spec-tests/target/classpath) dev.catena.spec.lifetimes.ScopeCost
/// ```
///
/// It prints nanoseconds for each of a number of rounds, of which the first warm up: an awaited no-op alone; a child scope
/// around it; one with a lease; one with a deadline; and a scope opened and closed by a thread outside the loop.
public final class ScopeCost {
    private static final int ROUNDS = 8;
    private static final int INSIDE = 500_000;
    private static final int OUTSIDE = 20_000;

    private ScopeCost() {}

    private interface Work {
        void run() throws IOException;
    }

    /// Arguments: none.
    public static void main(String[] arguments) throws IOException {
        try (var proactor = Proactor.open()) {
            System.out.println(proactor);
            var plain = ScopeOptions.of("short");
            var timed = plain.within(java.time.Duration.ofMinutes(1));
            for (int round = 0; round < ROUNDS; round++) {
                Scope.run(
                        proactor,
                        scope -> {
                            print("no-op", INSIDE, () -> scope.await(nop()));
                            print(
                                    "scope, no-op",
                                    INSIDE,
                                    () -> scope.child(plain, inner -> inner.await(nop())));
                            print(
                                    "scope, lease, no-op",
                                    INSIDE,
                                    () ->
                                            scope.child(
                                                    plain,
                                                    inner -> {
                                                        inner.lease(4096);
                                                        return inner.await(nop());
                                                    }));
                            print(
                                    "scope, deadline, no-op",
                                    INSIDE,
                                    () -> scope.child(timed, inner -> inner.await(nop())));
                        });
                print(
                        "from outside: scope, no-op",
                        OUTSIDE,
                        () -> Scope.open(proactor, scope -> scope.await(nop())));
                System.out.println();
            }
        }
    }

    private static void print(String what, int count, Work work) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            work.run();
        }
        System.out.printf("%-28s %7d ns%n", what, (System.nanoTime() - start) / count);
    }
}
