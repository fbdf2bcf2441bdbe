package dev.catena.io;

import dev.catena.ops.Step;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How the calls of a view wait: in which scope, and how long each as a whole.
///
/// @param scope where
/// @param limit how long, or null
record Calls(Scope scope, @Nullable Duration limit) {
    /// Waits for one operation.
    <R> R once(Step<R> step) throws IOException {
        return scope.await(limit == null ? step : step.within(limit));
    }

    /// Does several under one time limit.
    ///
    /// @param of whose call it is, for messages
    <T extends @Nullable Object> T bounded(Object of, Scope.Body<T, IOException> body)
            throws IOException {
        return limit == null
                ? body.run(scope)
                : scope.child(ScopeOptions.of("call on " + of).within(limit), body);
    }
}
