package dev.catena.ops;

/// The clock that a [Timeout] goes by (`clock_gettime(2)`).
public enum Clock {
    /// Runs steadily, whatever is done to the time of day, and stands still while the machine is suspended
    /// (`CLOCK_MONOTONIC`). Everything goes by it unless something else is said.
    MONOTONIC,
    /// The same, but goes on while the machine is suspended (`CLOCK_BOOTTIME`): what came due meanwhile completes at once when it
    /// wakes.
    BOOTTIME,
    /// The time of day (`CLOCK_REALTIME`): when it is set, an absolute timeout comes due at the new time; a relative one keeps its
    /// length.
    REALTIME
}
