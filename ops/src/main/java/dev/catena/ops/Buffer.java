package dev.catena.ops;

import dev.catena.ops.spi.Memory;
import dev.catena.ops.spi.Region;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// A region of native memory that operations read from or write to.
///
/// A buffer comes from a scope (`scope.lease(size)`), which keeps the memory alive until every operation on it is
/// terminal. Regions are immutable: [#slice] and [#first] make new ones over the same memory.
///
/// While the kernel may write a region (a read or receive in flight), its accessors fail with an
/// [IllegalStateException] that names the operation; while the kernel only reads it (a write or send in flight),
/// reading is allowed and writing is not. After the lease ended every accessor fails. Offsets and sizes are in bytes,
/// offsets count from the start of the region.
///
/// Accessors may be used from any thread, one thread at a time.
public sealed interface Buffer permits Region {

    /// The number of bytes in this region, at least 1 and at most [Integer#MAX_VALUE].
    int size();

    /// The region of `size` bytes that starts at `offset`.
    ///
    /// @throws IndexOutOfBoundsException if it does not lie within this region
    /// @throws IllegalArgumentException if `size` is 0: an empty region cannot be given to the kernel
    Buffer slice(int offset, int size);

    /// The first `size` bytes, which is what a read of that many left here.
    default Buffer first(int size) {
        return slice(0, size);
    }

    /// Everything from `offset` on.
    default Buffer from(int offset) {
        return slice(offset, size() - offset);
    }

    /// The byte at `offset`.
    byte get(int offset);

    /// Sets the byte at `offset`.
    Buffer set(int offset, byte value);

    /// Copies all of `source` to `offset`.
    Buffer put(int offset, byte[] source);

    /// A copy of `size` bytes from `offset`.
    byte[] copy(int offset, int size);

    /// A copy of the whole region.
    default byte[] toArray() {
        return copy(0, size());
    }

    /// Copies `size` bytes from `source` at `sourceOffset` to `offset` of this region.
    Buffer copyFrom(int offset, Buffer source, int sourceOffset, int size);

    /// Sets every byte of this region to `value`.
    Buffer fill(byte value);

    /// A view for code that wants a `ByteBuffer`.
    ///
    /// The view is checked once, here: it does not notice an operation that starts later or a lease that ends, so use
    /// it up before the next operation on this memory.
    ByteBuffer asByteBuffer();

    /// A view for code that wants a `MemorySegment`, with the limits of [#asByteBuffer].
    MemorySegment asSegment();

    /// A buffer over memory whose lifetime is provable: native memory of the global or an automatic arena, which is
    /// held reachable as long as this buffer or an operation on it is.
    ///
    /// @throws IllegalArgumentException for heap memory, for an empty segment, for one of 2 GiB and more, and for a
    ///     segment of a confined or shared arena, which could be closed while the kernel still uses it
    static Buffer of(MemorySegment segment) {
        return Memory.provable(segment).whole();
    }

    /// A buffer over native memory of any arena. **Unsafe**: if the arena is closed while an operation is in flight the
    /// kernel writes to memory that may belong to someone else.
    ///
    /// @throws IllegalArgumentException for heap memory, an empty segment, or one of 2 GiB and more
    static Buffer unsafe(MemorySegment segment) {
        return Memory.unproven(segment).whole();
    }
}
