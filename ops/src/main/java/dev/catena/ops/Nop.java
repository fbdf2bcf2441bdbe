package dev.catena.ops;

import io.vavr.Tuple0;

/// Does nothing, through the whole length of the ring and back: for measuring, and as a link that always succeeds.
public record Nop() implements Op<Tuple0> {
    @Override
    public String opcode() {
        return "NOP";
    }

    @Override
    public String toString() {
        return "nop()";
    }
}
