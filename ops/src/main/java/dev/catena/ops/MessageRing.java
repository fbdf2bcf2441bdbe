package dev.catena.ops;

import io.vavr.Tuple0;

/// Posts a number to another loop's ring (`IORING_OP_MSG_RING`, Linux 5.18), which gives it to the handler set there
/// (`proactor.onMessage`).
///
/// @param ring the other ring (`proactor.ring()`)
/// @param message 0 to 2^62 - 1
public record MessageRing(Fd ring, long message) implements Op<Tuple0> {
    /// The largest message.
    public static final long MAX = (1L << 62) - 1;

    /// Checks the range.
    public MessageRing {
        if (message < 0 || message > MAX) {
            throw new InvalidValueException("a message is 0 to 2^62 - 1: " + message);
        }
    }

    @Override
    public Fd fd() {
        return ring;
    }

    @Override
    public String opcode() {
        return "MSG_RING";
    }

    @Override
    public String toString() {
        return "messageRing(" + ring + ", " + message + ")";
    }
}
