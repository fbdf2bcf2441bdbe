package dev.catena.scope;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A thread that runs in a scope.
///
/// @param <T> what it gives
public sealed interface Task<T extends @Nullable Object> permits Forked {

    /// Waits for the result, on any thread but the task's own.
    ///
    /// @throws IOException if the task failed with one
    /// @throws java.util.concurrent.CompletionException if it failed with another checked exception, which is the cause
    T await() throws IOException;

    /// Whether it has ended.
    boolean isDone();
}
