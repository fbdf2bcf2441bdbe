package dev.catena.ops;

import io.vavr.Tuple0;

/// Changes the space that a range of a file takes (`fallocate(2)`).
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param fd the file, open for writing
/// @param how what to do with the range
/// @param offset where the range begins, in bytes, 0 or more
/// @param length its length in bytes, at least 1
public record Fallocate(Fd fd, How how, long offset, long length) implements Op<Tuple0> {
    /// What to do with a range.
    public enum How {
        /// Reserve space, and make the file larger if it ends before the range does.
        ALLOCATE,
        /// Reserve space, and leave the file's size (`FALLOC_FL_KEEP_SIZE`).
        KEEP_SIZE,
        /// Give the space back; it reads as zeros (`FALLOC_FL_PUNCH_HOLE`).
        PUNCH_HOLE,
        /// Make it zeros (`FALLOC_FL_ZERO_RANGE`).
        ZERO
    }

    /// Checks the range.
    public Fallocate {
        Limits.range(offset, length);
    }

    @Override
    public String opcode() {
        return "FALLOCATE";
    }

    @Override
    public String toString() {
        return "fallocate(" + fd + ", " + how + ", " + offset + ", " + length + ")";
    }
}
