package dev.catena.ops;

import io.vavr.Tuple0;

/// Gives a [Timeout] in flight another time (`IORING_TIMEOUT_UPDATE`). A timeout that also counted completions only waits for
/// the time from then on. Fails with [Errno#ENOENT] if it has ended.
///
/// @param timeout the timeout
/// @param until its new time, counted from when this runs, or an instant
public record UpdateTimeout(OperationId timeout, Bound until) implements Op<Tuple0> {
    @Override
    public String opcode() {
        return "TIMEOUT_REMOVE";
    }

    @Override
    public String toString() {
        return "updateTimeout(" + timeout + ", " + Words.time(until) + ")";
    }
}
