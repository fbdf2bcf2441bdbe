package dev.catena.ops;

import java.util.concurrent.CancellationException;

/// Something was cancelled, and so has no result. Unchecked, and not an `IOException`: code that retries I/O must not
/// go on in a scope that is being cancelled.
public final class OperationCancelledException extends CancellationException {
    private static final long serialVersionUID = 1L;

    /// @param message what was cancelled, and the first reason given
    public OperationCancelledException(String message) {
        super(message);
    }
}
