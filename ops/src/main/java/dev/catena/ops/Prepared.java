package dev.catena.ops;

import org.jspecify.annotations.Nullable;

/// An operation with what a chain needs to know about it; made by the methods of [Step].
///
/// @param op the operation
/// @param bound its time bound, or null
/// @param tie how the next link depends on it
/// @param drains whether it waits for everything before it
/// @param silent whether its success is not reported
/// @param <R> what the operation gives
public record Prepared<R>(Op<R> op, @Nullable Bound bound, Tie tie, boolean drains, boolean silent)
        implements Step<R> {
    @Override
    public String toString() {
        return op
                + (bound == null ? "" : "." + bound)
                + (tie == Tie.HARD ? ".hard()" : "")
                + (drains ? ".drained()" : "")
                + (silent ? ".skipSuccess()" : "");
    }
}
