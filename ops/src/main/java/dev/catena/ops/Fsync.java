package dev.catena.ops;

import io.vavr.Tuple0;

/// Brings what was written to a file to its device (`fsync(2)`, `fdatasync(2)`).
///
/// It orders itself after writes only as a link behind them; unlinked, it may overtake a write in flight.
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param fd the file
/// @param dataOnly whether metadata that is not needed to read the data back may stay behind
public record Fsync(Fd fd, boolean dataOnly) implements Op<Tuple0> {
    @Override
    public String opcode() {
        return "FSYNC";
    }

    @Override
    public String toString() {
        return (dataOnly ? "dataSync(" : "fsync(") + fd + ")";
    }
}
