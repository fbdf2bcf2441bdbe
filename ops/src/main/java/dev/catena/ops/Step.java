package dev.catena.ops;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One link of a chain: an operation, and how it is bound to time and to the link behind it.
///
/// @param <R> what the operation gives
public sealed interface Step<R> extends Pipeline<R> permits Op, Prepared {

    /// The operation itself.
    Op<R> op();

    /// The time bound that the kernel enforces on it, or null.
    default @Nullable Bound bound() {
        return null;
    }

    /// How it is tied to the next link.
    default Tie tie() {
        return Tie.SOFT;
    }

    /// Whether it waits until everything submitted before it has completed (`IOSQE_IO_DRAIN`).
    default boolean drains() {
        return false;
    }

    /// Whether the kernel posts no completion for it when it succeeds (`IOSQE_CQE_SKIP_SUCCESS`).
    default boolean silent() {
        return false;
    }

    /// This, cancelled by the kernel when it runs longer than `duration`, counted from when it starts.
    ///
    /// It becomes the operation and a `LINK_TIMEOUT` behind it. What the kernel cannot interrupt, such as a disk read
    /// in flight, completes late all the same.
    ///
    /// @throws InvalidValueException if `duration` is negative or it has a bound already
    @Override
    default Step<R> within(Duration duration) {
        return bounded(new Bound.After(duration));
    }

    /// This, cancelled by the kernel when it has not ended at `deadline`.
    ///
    /// @throws InvalidValueException if it has a bound already
    default Step<R> by(Deadline deadline) {
        return bounded(new Bound.At(deadline));
    }

    private Step<R> bounded(Bound bound) {
        if (bound() != null) {
            throw new InvalidValueException(
                    this
                            + " already has a time bound: a link timeout cannot follow a link timeout");
        }
        if (op() instanceof LinkTimeout) {
            throw new InvalidValueException(
                    "a link timeout is itself a time bound and cannot have one");
        }
        return new Prepared<>(op(), bound, tie(), drains(), silent());
    }

    /// This, tied hard to the next link, which then runs whatever becomes of this one (`IOSQE_IO_HARDLINK`).
    default Step<R> hard() {
        return new Prepared<>(op(), bound(), Tie.HARD, drains(), silent());
    }

    /// This, started only when everything submitted to the ring before it has completed (`IOSQE_IO_DRAIN`). It holds up
    /// what is submitted after it, too: a barrier for the whole ring, seldom what one wants.
    default Step<R> drained() {
        return new Prepared<>(op(), bound(), tie(), true, silent());
    }

    /// This, with no completion when it succeeds (`IOSQE_CQE_SKIP_SUCCESS`, Linux 5.17): saves the loop's work where only
    /// the end of the chain is of interest. It must have a soft link behind it, whose completion stands for both; a
    /// transfer then counts as complete. A ring that has taken one such link refuses [drained][#drained] ones from then on
    /// ([Errno#EOPNOTSUPP]).
    default Step<R> skipSuccess() {
        return new Prepared<>(op(), bound(), tie(), drains(), true);
    }
}
