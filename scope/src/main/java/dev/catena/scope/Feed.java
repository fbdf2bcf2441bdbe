package dev.catena.scope;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The elements of a multishot operation, taken one by one: connections as they are accepted, bytes as they arrive.
///
/// The kernel goes ahead of whoever takes by a few elements and no more. When too many wait, the operation is stopped, and taken
/// up again when few are left, so that a slow taker slows its peer down: nothing is dropped, and memory is bounded. Where the
/// kernel has no such operation, or no buffer left to pick, elements are fetched one at a time instead.
///
/// A buffer is the taker's until it asks for the next element or closes the feed, which gives it back; it must not be released
/// otherwise. A descriptor belongs to the feed's scope.
///
/// ```java
/// try (var feed = scope.feed(recvEach(socket))) {
///     for (var buffer = feed.take(); buffer != null; buffer = feed.take()) { … }
/// }
/// ```
///
/// One thread at a time takes; any may close. A feed that is neither at its end nor closed keeps its scope from being joined.
///
/// @param <E> what is taken
public interface Feed<E> extends AutoCloseable {

    /// The next element, waiting for it; null at the end of the stream, or when the feed was closed.
    ///
    /// @throws dev.catena.ops.OperationFailedException if the operation failed, once all that came before is taken
    /// @throws dev.catena.ops.OperationCancelledException if the scope was cancelled
    /// @throws IllegalStateException if another thread is waiting here, or the kernel still uses the buffer taken before
    @Nullable E take() throws IOException;

    /// The next element, waiting for it no longer than `limit`. The feed goes on after a time that was too short.
    ///
    /// @throws dev.catena.ops.DeadlineExceededException if there was none in time
    @Nullable E take(Duration limit) throws IOException;

    /// Stops the operation, waits for its end, and gives back what was not taken: connections are closed, and bytes stay with
    /// their socket for the next receive. Does nothing if it is closed.
    ///
    /// @throws IllegalStateException if the kernel still uses the buffer taken last; the operation has ended all the same
    @Override
    void close();
}
