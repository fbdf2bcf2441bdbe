package dev.catena.ops;

import io.vavr.Tuple0;

/// Cancels the link just before it when that has not ended in time. `op.within(...)` and `op.by(...)` write it for you.
///
/// It bounds that one link only, from when the link starts, and always completes: whether the time ran out is seen in
/// the outcome of the link it bounds.
///
/// @param bound the time
public record LinkTimeout(Bound bound) implements Op<Tuple0> {
    @Override
    public String opcode() {
        return "LINK_TIMEOUT";
    }

    @Override
    public String toString() {
        return "linkTimeout(" + Words.time(bound) + ")";
    }
}
