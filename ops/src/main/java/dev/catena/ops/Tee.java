package dev.catena.ops;

/// Copies bytes from one pipe to another without taking them out of the first (`tee(2)`). Gives how many.
///
/// @param from the pipe they stay in
/// @param to the pipe they are put in, too
/// @param length how many bytes at most, at least 1
public record Tee(Fd from, Fd to, int length) implements Op<Integer> {
    /// Checks the length.
    public Tee {
        Limits.atLeast("the length of a tee", 1, length);
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
        return "TEE";
    }

    @Override
    public String toString() {
        return "tee(" + from + ", " + to + ", " + length + ")";
    }
}
