package dev.catena.proactor;

/// What a proactor has counted since it was opened; entries are submission queue entries, link timeouts included.
///
/// @param published entries that became the kernel's
/// @param terminal entries whose final completion has come; equal to `published` when nothing is in flight
/// @param cancelled operations that ended by a cancellation or a deadline
/// @param completedAfterCancel operations that completed although their cancellation had been asked for
/// @param late operations that completed although the deadline of their scope had passed: the kernel could not interrupt them
/// @param stale completions that matched nothing in flight
/// @param quarantined entries that were in flight when a close gave up waiting for them
/// @param enters how often the kernel was entered to submit or wait
/// @param overflows how often the completion queue overflowed
/// @param descriptors descriptors open and owned by scopes
/// @param leases buffers out
/// @param scopes scopes open
/// @param timers standing timers armed
public record Metrics(
        long published,
        long terminal,
        long cancelled,
        long completedAfterCancel,
        long late,
        long stale,
        long quarantined,
        long enters,
        long overflows,
        long descriptors,
        long leases,
        long scopes,
        long timers) {

    /// The entries that the kernel has.
    public long inFlight() {
        return published - terminal;
    }
}
