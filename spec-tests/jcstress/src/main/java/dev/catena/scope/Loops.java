package dev.catena.scope;

import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.Proactor;
import java.io.IOException;
import java.time.Duration;

/// Two loops for the tests that need whole ones, as the machine makes them: rings if it has them.
final class Loops {
    static final Proactor HOME = Proactor.open();
    static final Proactor AWAY = Proactor.open();

    /// What takes so long does not end by itself.
    static final Duration TOO_LONG = Duration.ofSeconds(30);

    private Loops() {}

    /// Runs a scope, and says how it ended.
    static String run(Proactor loop, Scope.Work<IOException> work) {
        try {
            Scope.run(loop, ScopeOptions.of("stress").within(TOO_LONG), work);
            return "done";
        } catch (OperationCancelledException cancelled) {
            return "cancelled";
        } catch (IOException failed) {
            return failed.toString();
        }
    }
}
