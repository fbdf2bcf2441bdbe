package dev.catena.scope;

import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.Proactor;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/// Two loops for the tests that need whole ones, as the machine makes them: rings if it has them.
final class Loops {
    static final Proactor HOME = Proactor.open();
    static final Proactor AWAY = Proactor.open();

    /// What takes so long does not end by itself.
    static final Duration TOO_LONG = Duration.ofSeconds(20);

    // once one has not ended by itself there is nothing more to find, and each would take as long
    private static volatile boolean hasFailed;

    private Loops() {}

    /// Runs a scope, and says how it ended.
    static String run(Proactor loop, Scope.Work<IOException> work) {
        if (hasFailed) {
            return "not tried";
        }
        long began = System.nanoTime();
        try {
            Scope.run(loop, ScopeOptions.of("stress").within(TOO_LONG), work);
            return "done";
        } catch (OperationCancelledException cancelled) {
            return "cancelled";
        } catch (IOException failed) {
            return failed.toString();
        } finally {
            hasFailed |= System.nanoTime() - began >= TOO_LONG.toNanos();
        }
    }

    /// Waits for what another thread publishes.
    ///
    /// @return whether it has
    static boolean isThere(Supplier<?> published) {
        while (published.get() == null && !hasFailed) {
            Thread.yield();
        }
        return published.get() != null;
    }
}
