package dev.catena.ops;

import java.util.Set;

/// Waits until a descriptor is ready (`poll(2)`). Gives what it is ready for.
///
/// @param fd a descriptor that can wait: a socket, a pipe, an eventfd; not a file
/// @param events what to wait for, at least one
public record Poll(Fd fd, Set<PollEvent> events) implements Op<Set<PollEvent>> {
    /// Checks that there is something to wait for.
    public Poll {
        events = Limits.some("events to poll for", events);
    }

    @Override
    public String opcode() {
        return "POLL_ADD";
    }

    @Override
    public String toString() {
        return "poll(" + fd + ", " + Limits.names(events) + ")";
    }
}
