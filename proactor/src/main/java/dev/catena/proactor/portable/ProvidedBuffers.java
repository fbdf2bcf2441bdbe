package dev.catena.proactor.portable;

import dev.catena.proactor.driver.Driver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Buffers that the driver picks for receives that name none. Loop thread only.
final class ProvidedBuffers {
    private static final int COUNT = 256;
    private static final int BYTES = 16384;

    // where the kernel, too, has the number of the buffer in a completion's flags
    // (IORING_CQE_BUFFER_SHIFT)
    private static final int SHIFT = 16;

    private final BitSet free = new BitSet();
    private @Nullable MemorySegment memory;

    ProvidedBuffers() {
        free.set(0, COUNT);
    }

    /// The number of a free buffer, which is still free; -1 if there is none.
    int next() {
        return free.nextSetBit(0);
    }

    /// The memory of a buffer.
    ByteBuffer view(int number) {
        return memory().asSlice((long) number * BYTES, BYTES).asByteBuffer();
    }

    /// Gives a buffer to whoever takes the completion.
    ///
    /// @return the flags that name it
    int take(int number) {
        free.clear(number);
        return number << SHIFT | Driver.BUFFER;
    }

    /// The filled part of the buffer that a completion names.
    MemorySegment filled(int flags, int size) {
        return memory().asSlice((long) (flags >>> SHIFT) * BYTES, size);
    }

    /// Takes the buffer that a completion named back.
    void giveBack(int flags) {
        free.set(flags >>> SHIFT);
    }

    private MemorySegment memory() {
        var all = memory;
        if (all == null) {
            all = Arena.ofAuto().allocate((long) COUNT * BYTES, 4096);
            memory = all;
        }
        return all;
    }
}
