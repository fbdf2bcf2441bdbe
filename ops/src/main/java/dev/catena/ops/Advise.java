package dev.catena.ops;

import io.vavr.Tuple0;

/// Tells the kernel how a range of a file will be used (`posix_fadvise(2)`).
///
/// @param fd the file
/// @param advice how
/// @param offset where the range begins, in bytes, 0 or more
/// @param length its length in bytes, 0 for all that follows
public record Advise(Fd fd, Advice advice, long offset, int length) implements Op<Tuple0> {
    /// How a range will be used.
    public enum Advice {
        /// In no particular way.
        NORMAL,
        /// From lower to higher offsets.
        SEQUENTIAL,
        /// In random order.
        RANDOM,
        /// Soon: read it ahead.
        WILL_NEED,
        /// Not soon: let the cache drop it.
        DONT_NEED
    }

    /// Checks the range.
    public Advise {
        if (offset < 0 || length < 0) {
            throw new InvalidValueException(
                    "a range cannot be negative: " + offset + ", " + length);
        }
    }

    @Override
    public String opcode() {
        return "FADVISE";
    }

    @Override
    public String toString() {
        return "advise(" + fd + ", " + advice + ", " + offset + ", " + length + ")";
    }
}
