package dev.catena.ops;

import io.vavr.Tuple0;

/// Gives a file a size (`ftruncate(2)`; through the ring since Linux 6.9). What is added reads as zeros.
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param fd the file, open for writing
/// @param size the size in bytes, 0 or more
public record Truncate(Fd fd, long size) implements Op<Tuple0> {
    /// Checks the size.
    public Truncate {
        if (size < 0) {
            throw new InvalidValueException("the size of a file cannot be negative: " + size);
        }
    }

    @Override
    public String opcode() {
        return "FTRUNCATE";
    }

    @Override
    public String toString() {
        return "truncate(" + fd + ", " + size + ")";
    }
}
