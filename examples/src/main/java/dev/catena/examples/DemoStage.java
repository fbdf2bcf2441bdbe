package dev.catena.examples;

import dev.catena.examples.program.ProgramException;
import dev.catena.examples.program.Termination;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/// Where the steps of the demo are played: each runs in a scope of its own and says what it did.
///
/// @param proactor runs the scopes
/// @param termination cancels the scope at hand when the program is told to end
/// @param out takes the lines
record DemoStage(Proactor proactor, Termination termination, PrintWriter out) {

    /// Runs a step's body in a scope, on the loop.
    <T> T run(String step, Scope.Body<T, ProgramException> body)
            throws IOException, ProgramException {
        return Scope.open(
                proactor,
                ScopeOptions.of(step),
                scope -> {
                    termination.govern(scope);
                    return body.run(scope);
                });
    }

    /// Says something about a step.
    ///
    /// @param sentence a format as `String.format` takes it
    @SuppressWarnings("AnnotateFormatMethod") // Error Prone's annotation is no dependency
    void say(String step, String sentence, Object... figures) {
        out.println(
                String.format(Locale.ROOT, "%-9s ", step)
                        + String.format(Locale.ROOT, sentence, figures));
        out.flush();
    }

    /// Ends the demo unless a step gave what it should.
    static void check(boolean holds, String step, String expected) throws ProgramException {
        if (!holds) {
            throw new ProgramException("mismatch in step '" + step + "': expected " + expected);
        }
    }
}
