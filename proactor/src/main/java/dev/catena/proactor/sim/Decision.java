package dev.catena.proactor.sim;

/// What a [Schedule] decides: every way in which the simulated kernel may behave one way or another.
///
/// Each has odds: how often, 0 to 1, it does not take its default.
public enum Decision {
    /// Which goes first of things that happen at the same time. Default: in the order in which they were asked for.
    ORDER,
    /// How long something takes to begin, or to be done where it takes the kernel's time. Default: no time.
    DELAY,
    /// How late the completion of something that is done is posted; until then a cancel finds nothing. Default: at once.
    LATE_COMPLETION,
    /// Whether a cancel, or a bound that fires, loses the race against an operation that is about to run. Default: it wins.
    CANCEL_LOST,
    /// Whether a pipe or socket moves fewer bytes than it could. Default: all it can.
    SHORT_TRANSFER,
    /// Whether a file moves fewer bytes than it could, which happens seldom and is allowed. Default: all it can.
    SHORT_FILE_TRANSFER,
    /// Whether an operation fails with one of the schedule's [errors][Schedule#errors]. Default: it does not.
    FAILURE,
    /// Whether the peer of a TCP connection resets it just when it is used. Default: it does not.
    RESET,
    /// How long bytes sent over TCP, and the end of the stream behind them, are on their way: small segments wait until those
    /// before them are acknowledged, on one machine, too. Default: they arrive at once.
    ARRIVAL,
    /// Whether a datagram is lost on its way. Default: it is not.
    DATAGRAM_LOSS,
    /// Whether a completion finds the completion queue full, which ends a multishot operation. Default: only if it is.
    OVERFLOW,
    /// Whether the kernel takes nothing of what is submitted (`EAGAIN`, `EBUSY`, `EINTR`). Default: it takes it.
    SUBMIT_REFUSED,
    /// Whether the kernel takes a part only of what is submitted, always whole chains; the submission queue then stays filled.
    /// Default: all.
    SUBMIT_PARTIAL,
    /// Whether a wake-up from another thread comes late. When it is asked for is not in the schedule's hands, so runs
    /// with it cannot be repeated exactly. Default: at once.
    LATE_WAKE
}
