package dev.catena.ops;

import io.vavr.Tuple0;

/// Completes when a time has come, or earlier when a number of other completions has been posted to the ring. That the time
/// has come is success (`IORING_TIMEOUT_ETIME_SUCCESS`), so that a link behind it runs then:
/// `link(timeout(ofMillis(50)), write(fd, buffer))` means "later, write".
///
/// @param until the time, relative to its start or an instant of the clock
/// @param completions after how many completions of other operations on the ring it ends early; 0 for never
/// @param clock the clock it goes by
public record Timeout(Bound until, int completions, Clock clock) implements Op<Tuple0> {
    /// Checks the number.
    public Timeout {
        Limits.atLeast("the number of completions", 0, completions);
    }

    /// The same, ended early by that many completions on the ring; those that only wake the loop count, too.
    public Timeout orAfter(int others) {
        return new Timeout(until, others, clock);
    }

    /// The same by another clock.
    public Timeout by(Clock other) {
        return new Timeout(until, completions, other);
    }

    @Override
    public String opcode() {
        return "TIMEOUT";
    }

    @Override
    public String toString() {
        return "timeout("
                + Words.time(until)
                + ")"
                + (completions == 0 ? "" : ".orAfter(" + completions + ")")
                + (clock == Clock.MONOTONIC ? "" : ".by(" + clock + ")");
    }
}
