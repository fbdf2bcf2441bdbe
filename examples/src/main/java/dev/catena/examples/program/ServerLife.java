package dev.catena.examples.program;

import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// The life of a server: it serves until Ctrl-C or SIGTERM, closes what it holds, says what it did, and ends with exit code 0.
public final class ServerLife {
    private ServerLife() {}

    /// What a server does until its scope is cancelled.
    @FunctionalInterface
    public interface Serving {
        /// Does it.
        void serve(Scope scope) throws IOException, ProgramException;
    }

    /// Lives it.
    ///
    /// @param summary its `toString` is printed at the end
    /// @return the exit code
    public static int live(CommandSpec spec, Object summary, Serving serving)
            throws IOException, ProgramException {
        try (var termination = new Termination();
                var proactor = Proactor.open()) {
            try {
                Scope.<ProgramException>run(
                        proactor,
                        scope -> {
                            termination.govern(scope);
                            serving.serve(scope);
                        });
            } catch (OperationCancelledException told) {
                if (!termination.isRequested()) {
                    throw told;
                }
            }
            var balance = new Balance(proactor.metrics());
            var out = spec.commandLine().getOut();
            out.println(summary);
            out.println(balance.enters());
            out.println(balance);
            out.flush();
            balance.check();
            termination.status(0);
            return 0;
        }
    }
}
