package dev.catena.ops;

import java.io.IOException;

/// A deadline passed before something ended. The message names the deadline's owner: an operation's own bound, or a
/// scope.
public final class DeadlineExceededException extends IOException {
    private static final long serialVersionUID = 1L;

    /// @param message what timed out, and whose deadline it was
    public DeadlineExceededException(String message) {
        super(message);
    }
}
