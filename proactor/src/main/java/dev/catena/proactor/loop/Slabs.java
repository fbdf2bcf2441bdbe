package dev.catena.proactor.loop;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The loop's memory: native blocks in sizes of powers of two, cut from slabs and used again without being zeroed.
///
/// Slabs are of automatic arenas: they live as long as something refers to them, so that closing one can never pull
/// memory away from the kernel, and costs no handshake with other threads.
///
/// Strict memory is for tests and debugging: each block is an allocation of its own, is overwritten with [#POISON] and freed
/// when it is given back, and so faults when a view of it is used after that. Loop thread only.
public final class Slabs {
    /// The largest block in bytes.
    public static final int LARGEST = 1 << 30;

    /// What strict memory is overwritten with.
    public static final byte POISON = (byte) 0xDB;

    private static final int LEAST = 16;
    private static final int PAGE = 4096;

    private final boolean strict;
    private final int slabBytes;
    private final List<ArrayList<MemorySegment>> free = new ArrayList<>();
    private final Map<MemorySegment, Arena> strictBlocks = new HashMap<>();
    private final Consumer<MemorySegment> made;
    private MemorySegment slab = MemorySegment.NULL;
    private long used;
    private long blocksOut;

    /// @param slabBytes how large slabs are, a power of two; larger blocks are allocated alone
    /// @param made is told of each slab
    Slabs(boolean strict, int slabBytes, Consumer<MemorySegment> made) {
        this.made = made;
        this.strict = strict;
        this.slabBytes = slabBytes;
        for (int kind = 0; kind <= kind(LARGEST); kind++) {
            free.add(new ArrayList<>());
        }
    }

    /// A block of at least `size` bytes, aligned to its own size up to a page. Its contents are what its last user left.
    ///
    /// @param size 1 to [#LARGEST]
    /// @param alignment a power of two, 1 to 4096
    public MemorySegment take(int size, int alignment) {
        if (size < 1 || size > LARGEST) {
            throw new IllegalArgumentException(
                    "a buffer holds 1 to " + LARGEST + " bytes, asked for " + size);
        }
        if (alignment < 1 || alignment > PAGE || Integer.bitCount(alignment) != 1) {
            throw new IllegalArgumentException(
                    "an alignment is a power of two, 1 to " + PAGE + ": " + alignment);
        }
        blocksOut++;
        if (strict) {
            var arena = Arena.ofShared();
            var block =
                    arena.allocate(
                            size, Math.max(alignment, Math.min(PAGE, Integer.highestOneBit(size))));
            strictBlocks.put(block, arena);
            return block;
        }
        int kind = kind(Math.max(size, alignment));
        var blocks = free.get(kind);
        return blocks.isEmpty() ? cut(1L << kind) : blocks.removeLast();
    }

    /// Gives a block back, as it was taken.
    public void giveBack(MemorySegment block) {
        blocksOut--;
        var arena = strict ? strictBlocks.remove(block) : null;
        if (arena != null) {
            block.fill(POISON);
            arena.close();
        } else {
            free.get(kind((int) block.byteSize())).add(block);
        }
    }

    /// The blocks that are out.
    public long blocksOut() {
        return blocksOut;
    }

    private MemorySegment cut(long size) {
        if (size >= slabBytes) {
            return Arena.ofAuto().allocate(size, PAGE);
        }
        used = (used + size - 1) & -size;
        if (slab.byteSize() - used < size) {
            slab = Arena.ofAuto().allocate(slabBytes, PAGE);
            used = 0;
            made.accept(slab);
        }
        var block = slab.asSlice(used, size);
        used += size;
        return block;
    }

    private static int kind(int size) {
        return 32 - Integer.numberOfLeadingZeros(Math.max(LEAST, size) - 1);
    }
}
