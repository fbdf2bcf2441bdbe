package dev.catena.scope;

import dev.catena.ops.OperationId;
import dev.catena.ops.Outcome;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/// Something that runs in a scope. All methods may be called from any thread.
///
/// @param <R> what it gives when it completes
public sealed interface Pending<R> permits Running {

    /// Waits for the result.
    ///
    /// @throws dev.catena.ops.OperationFailedException if the kernel refused it or ended it with an error
    /// @throws dev.catena.ops.DeadlineExceededException if a deadline passed
    /// @throws dev.catena.ops.OperationCancelledException if it was cancelled
    R await() throws IOException;

    /// Waits for the end and tells what became of it.
    Outcome<R> outcome();

    /// Asks for its end; the first reason stays. Whether it was in time is in the outcome: an operation that completes all
    /// the same keeps its result.
    void cancel(String reason);

    /// The name of the operation for `Ops.cancel` and `Ops.updateTimeout`; of a chain, of its first link that has not ended.
    ///
    /// @throws UnsupportedOperationException for a pipeline, which is many operations
    OperationId id();

    /// Whether it has ended.
    boolean isDone();

    /// A future that is completed when this has ended, with the result or the exception of [#await], on the loop: what depends on
    /// it must not block. Cancelling the future does not cancel this.
    CompletableFuture<R> toCompletableFuture();
}
