package dev.catena.proactor.portable;

import dev.catena.ops.Buffer;
import dev.catena.ops.Op;
import dev.catena.ops.spi.Region;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// The memory of operations as the JDK's channels want it. What an operation holds stays reachable through its [Entry].
final class Views {
    private Views() {}

    /// The bytes of a region.
    @SuppressWarnings("restricted") // only for memory that the program vouches for
    static ByteBuffer of(Buffer buffer) {
        var region = (Region) buffer;
        var segment = region.unguarded();
        // Memory of a confined arena (`Buffer.unsafe`) is not ours to touch, as the JDK sees it; as
        // the kernel would, it is.
        return segment.isAccessibleBy(Thread.currentThread())
                ? segment.asByteBuffer()
                : MemorySegment.ofAddress(region.address())
                        .reinterpret(region.size())
                        .asByteBuffer();
    }

    /// The bytes of all regions of an operation.
    static ByteBuffer[] of(Op<?> op) {
        var views = new ByteBuffer[op.regions()];
        for (int i = 0; i < views.length; i++) {
            views[i] = of(op.region(i));
        }
        return views;
    }
}
