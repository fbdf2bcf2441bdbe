package dev.catena.proactor.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/// The buffers that a ring's kernel picks from. Guarded by the kernel's lock.
final class ProvidedMemory {
    private static final int ID_SHIFT = 16; // IORING_CQE_BUFFER_SHIFT

    private final int size;
    private final int count;
    private final MemorySegment memory;
    private final ArrayDeque<Integer> free = new ArrayDeque<>();

    ProvidedMemory(int count, int size) {
        this.size = size;
        this.count = count;
        memory = Arena.ofAuto().allocate((long) count * size, 64);
        for (int id = 0; id < count; id++) {
            free.add(id);
        }
    }

    boolean isEmpty() {
        return free.isEmpty();
    }

    /// Whether none is out.
    boolean isWhole() {
        return free.size() == count;
    }

    /// The buffer that is picked next, which stays.
    Bytes next() {
        return Bytes.of(of(free.getFirst(), size));
    }

    /// Picks it, and gives the flags that name it in a completion.
    int take() {
        return free.remove() << ID_SHIFT;
    }

    MemorySegment filled(int flags, int bytes) {
        return of(flags >>> ID_SHIFT, bytes);
    }

    /// Takes a buffer back.
    ///
    /// @return whether it was out
    boolean giveBack(int flags) {
        int id = flags >>> ID_SHIFT;
        if (free.contains(id)) {
            return false;
        }
        free.add(id);
        return true;
    }

    private MemorySegment of(int id, int bytes) {
        return memory.asSlice((long) id * size, bytes);
    }
}
