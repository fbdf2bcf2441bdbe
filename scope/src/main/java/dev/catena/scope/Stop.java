package dev.catena.scope;

import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;

/// Why something is to end before it is done. Sticky: the first stays.
sealed interface Stop {

    /// Somebody asked for it.
    record Asked(String reason) implements Stop {
        @Override
        public String toString() {
            return "cancelled: " + reason;
        }
    }

    /// The scope has what it wanted: what is left is not needed, and nobody is to blame.
    record Decided(String reason) implements Stop {
        @Override
        public String toString() {
            return "not needed any more: " + reason;
        }
    }

    /// A deadline passed.
    ///
    /// @param owner whose: compared by identity to tell an outer deadline from an inner one
    /// @param bound whose, in words
    record Expired(Object owner, String bound) implements Stop {
        @Override
        public String toString() {
            return "timed out: " + bound;
        }
    }

    /// The outcome of what this ended.
    default <R> Outcome<R> outcome(Pipeline<?> work) {
        return switch (this) {
            case Asked(var reason) -> new Outcome.Cancelled<>(work, reason);
            case Decided(var reason) -> new Outcome.Cancelled<>(work, reason);
            case Expired(_, var bound) -> new Outcome.TimedOut<>(work, bound);
        };
    }
}
