package dev.catena.ops;

import java.util.Set;

/// Tells each time a descriptor becomes ready, until it is cancelled (multishot `poll`, Linux 5.13).
///
/// @param fd a descriptor that can wait
/// @param events what to wait for, at least one
public record PollEach(Fd fd, Set<PollEvent> events) implements Multishot<Set<PollEvent>> {
    /// Checks that there is something to wait for.
    public PollEach {
        events = Limits.some("events to poll for", events);
    }

    @Override
    public String opcode() {
        return "POLL_ADD";
    }

    @Override
    public String toString() {
        return "pollEach(" + fd + ", " + Limits.names(events) + ")";
    }
}
