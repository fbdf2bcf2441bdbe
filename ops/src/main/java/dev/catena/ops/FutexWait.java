package dev.catena.ops;

import io.vavr.Tuple0;

/// Waits until somebody wakes a word of memory, if it still has the expected value (`futex(2)`; through the ring since
/// Linux 6.7). Fails with [Errno#EAGAIN] if it has not.
///
/// The word is compared once, as the wait begins. Whoever wakes changes it before, on any thread: it may be read and written
/// while the kernel waits ([Op#watchesRegions]), by other threads through [Buffer#asSegment] and a `VarHandle`.
///
/// @param word 4 bytes, aligned to 4
/// @param expected the value it should have
public record FutexWait(Buffer word, int expected) implements Op<Tuple0> {
    /// Checks the size.
    public FutexWait {
        Limits.word(word);
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
    public boolean watchesRegions() {
        return true;
    }

    @Override
    public String opcode() {
        return "FUTEX_WAIT";
    }

    @Override
    public String toString() {
        return "futexWait(" + word + ", " + expected + ")";
    }
}
