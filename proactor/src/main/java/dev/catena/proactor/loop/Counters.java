package dev.catena.proactor.loop;

/// The loop's counters (loop thread). Always on: they are how a scope knows that it has lost nothing.
public final class Counters {
    long published;
    long terminal;
    long stale;
    long quarantined;

    /// Operations that ended by a cancellation or a deadline.
    public long cancelled;

    /// Operations that completed although their cancellation had been asked for.
    public long completedAfterCancel;

    /// Operations that completed although a deadline of theirs had passed.
    public long late;

    /// Descriptors open and owned by scopes.
    public long descriptors;

    /// Provided buffers that are out: taken by a completion and not given back to the kernel.
    public long provided;

    /// Scopes open.
    public long scopes;

    /// Scopes opened so far.
    public long scopesOpened;

    /// Bytes that have come over sockets, nobody has worked on, and the next receive gets.
    public long arrears;

    Counters() {}
}
