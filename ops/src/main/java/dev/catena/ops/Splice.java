package dev.catena.ops;

import java.util.List;

/// Moves bytes between a pipe and another descriptor inside the kernel (`splice(2)`). Gives how many were moved, 0 at the
/// end of the source.
///
/// From a socket only when there is something to read, after a [Poll]: while a splice waits for bytes of a socket Linux keeps the pipe
/// locked, and whatever else touches that pipe waits in the kernel, out of reach of any cancel (seen with 6.18: a write of the
/// pipe blocked the loop's thread as it was submitted).
///
/// @param from the source
/// @param fromOffset where to read it, in bytes, or -1 for a pipe or the current position
/// @param to the destination; it or the source must be a pipe
/// @param toOffset where to write it, in bytes, or -1 for a pipe or the current position
/// @param length how many bytes at most, at least 1
public record Splice(Fd from, long fromOffset, Fd to, long toOffset, int length)
        implements Op<Integer> {
    /// Checks offsets and length.
    public Splice {
        Limits.offset(fromOffset);
        Limits.offset(toOffset);
        Limits.atLeast("the length of a splice", 1, length);
    }

    @Override
    public Fd fd() {
        return to;
    }

    @Override
    public Fd otherFd() {
        return from;
    }

    @Override
    public String opcode() {
        return "SPLICE";
    }

    @Override
    public String toString() {
        if (fromOffset < 0 && toOffset < 0) {
            return "splice(" + Words.list(List.of(from, to, length)) + ")";
        }
        return "splice(" + Words.list(List.of(from, fromOffset, to, toOffset, length)) + ")";
    }
}
