package dev.catena.ops;

import java.io.IOException;

/// An operation that the kernel refused or ended with an error.
public final class OperationFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;
    private final transient Op<?> operation;

    /// @param errno why
    /// @param operation which
    /// @param detail more about the reason, or nothing
    public OperationFailedException(Errno errno, Op<?> operation, String detail) {
        super(
                operation
                        + ": "
                        + errno
                        + " ("
                        + errno.sentence()
                        + ")"
                        + (detail.isEmpty() ? "" : ": " + detail));
        this.errno = errno;
        this.operation = operation;
    }

    /// Why.
    public Errno errno() {
        return errno;
    }

    /// The operation.
    public Op<?> operation() {
        return operation;
    }
}
