package dev.catena.ops;

import java.util.EnumSet;
import java.util.Set;

/// What a descriptor can become ready for (`poll(2)`), with its bit in `poll.h`.
public enum PollEvent {
    /// Reading does not wait (`POLLIN`).
    READABLE(0x1),
    /// Writing does not wait (`POLLOUT`).
    WRITABLE(0x4),
    /// An error is pending (`POLLERR`); reported even if not asked for.
    ERROR(0x8),
    /// Both sides are ended (`POLLHUP`); reported even if not asked for.
    HANG_UP(0x10),
    /// The peer has ended its side (`POLLRDHUP`).
    PEER_CLOSED(0x2000);

    private final int bit;

    PollEvent(int bit) {
        this.bit = bit;
    }

    /// Its bit.
    public int bit() {
        return bit;
    }

    /// The bits of several.
    public static int bits(Set<PollEvent> events) {
        return events.stream().mapToInt(PollEvent::bit).reduce(0, (a, b) -> a | b);
    }

    /// The events whose bits are set.
    public static Set<PollEvent> of(int bits) {
        var events = EnumSet.noneOf(PollEvent.class);
        for (var event : values()) {
            if ((bits & event.bit) != 0) {
                events.add(event);
            }
        }
        return events;
    }
}
