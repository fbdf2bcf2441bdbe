package dev.catena.ops;

import java.time.Duration;

/// When the kernel shall cancel an operation that has not ended by itself: what a [LinkTimeout] carries.
public sealed interface Bound {

    /// A time that starts when the operation starts.
    ///
    /// @param duration 0 or more; more than 292 years count as 292 years
    record After(Duration duration) implements Bound {
        /// Checks that the duration is not negative.
        public After {
            Limits.duration("a time bound", duration);
        }

        @Override
        public String toString() {
            return "within(" + duration + ")";
        }
    }

    /// A time that starts when the chain is submitted, the same instant for every link that carries it.
    ///
    /// @param duration 0 or more; more than 292 years count as 292 years
    record OfChain(Duration duration) implements Bound {
        /// Checks that the duration is not negative.
        public OfChain {
            Limits.duration("a time bound", duration);
        }

        @Override
        public String toString() {
            return "chainWithin(" + duration + ")";
        }
    }

    /// An instant of the monotonic clock.
    ///
    /// @param deadline the instant
    record At(Deadline deadline) implements Bound {
        @Override
        public String toString() {
            return "by(" + deadline + ")";
        }
    }

    /// The instant it means for something submitted and started at `nowNanos`.
    default Deadline from(long nowNanos) {
        return switch (this) {
            case After(var duration) -> Deadline.after(nowNanos, duration);
            case OfChain(var duration) -> Deadline.after(nowNanos, duration);
            case At(var deadline) -> deadline;
        };
    }
}
