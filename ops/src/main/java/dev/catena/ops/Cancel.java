package dev.catena.ops;

import org.jspecify.annotations.Nullable;

/// Asks the kernel to cancel operations (`IORING_OP_ASYNC_CANCEL`). Gives how many it found. That of
/// one operation fails with [Errno#ENOENT] if it is not there, or has not started, and with [Errno#EALREADY] if it cannot be
/// interrupted; that of all on a descriptor, or of everything, gives 0 if there was nothing.
///
/// This is a request. What became of a cancelled operation is in its own outcome, which may well be a success.
///
/// @param target which operations
public record Cancel(Target target) implements Op<Integer> {
    /// Which operations are meant.
    public sealed interface Target {
        /// One, by name. Of a chain it is the first link; `Pending.cancel` finds the one that runs.
        ///
        /// @param operation its name
        record One(OperationId operation) implements Target {}

        /// All that are in flight on a descriptor.
        ///
        /// @param fd the descriptor
        record On(Fd fd) implements Target {}

        /// Everything in flight on the ring, other scopes' operations included.
        record Everything() implements Target {}
    }

    @Override
    public @Nullable Fd fd() {
        return target instanceof Target.On(var fd) ? fd : null;
    }

    @Override
    public String opcode() {
        return "ASYNC_CANCEL";
    }

    @Override
    public String toString() {
        return switch (target) {
            case Target.One(var operation) -> "cancel(" + operation + ")";
            case Target.On(var fd) -> "cancelAll(" + fd + ")";
            case Target.Everything _ -> "cancelEverything()";
        };
    }
}
