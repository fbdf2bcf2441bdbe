package dev.catena.ops;

import io.vavr.Tuple0;

/// Closes a descriptor (`close(2)`).
///
/// What is in flight on it is cancelled and drained first, since closing a number stops nothing in the kernel. From
/// the moment this is admitted, other operations on the descriptor are refused with [Errno#EBADF].
///
/// @param fd the descriptor
public record Close(Fd fd) implements Op<Tuple0> {
    @Override
    public String opcode() {
        return "CLOSE";
    }

    @Override
    public String toString() {
        return "close(" + fd + ")";
    }
}
