package dev.catena.ops;

/// Wakes those that wait for a word of memory (`futex(2)`; through the ring since Linux 6.7). Gives how many.
///
/// @param word 4 bytes, aligned to 4
/// @param most how many at most, at least 1
public record FutexWake(Buffer word, int most) implements Op<Integer> {
    /// Checks size and number.
    public FutexWake {
        Limits.word(word);
        Limits.atLeast("the number to wake", 1, most);
    }

    @Override
    public int regions() {
        return 1;
    }

    @Override
    public Buffer region(int index) {
        return word;
    }

    @Override
    public String opcode() {
        return "FUTEX_WAKE";
    }

    @Override
    public String toString() {
        return "futexWake(" + word + ", " + most + ")";
    }
}
