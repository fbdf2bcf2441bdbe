package dev.catena.proactor.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.catena.ops.Op;
import dev.catena.ops.spi.Region;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The memory of an operation as one run of bytes, whoever holds it: the kernel's view.
final class Bytes {
    private final List<MemorySegment> segments;
    private final int size;

    private Bytes(List<MemorySegment> segments) {
        this.segments = segments;
        long bytes = 0;
        for (var segment : segments) {
            bytes += segment.byteSize();
        }
        this.size = (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    /// The regions of an operation.
    static Bytes of(Op<?> op) {
        var segments = new ArrayList<MemorySegment>(op.regions());
        for (int i = 0; i < op.regions(); i++) {
            segments.add(((Region) op.region(i)).unguarded());
        }
        return new Bytes(segments);
    }

    static Bytes of(MemorySegment segment) {
        return new Bytes(List.of(segment));
    }

    static Bytes of(byte[] bytes) {
        return of(MemorySegment.ofArray(bytes));
    }

    int size() {
        return size;
    }

    /// Whether its address is a multiple of `bytes`.
    boolean isAligned(int bytes) {
        return segments.stream().allMatch(segment -> segment.address() % bytes == 0);
    }

    /// The same without its first and last bytes.
    Bytes slice(int from, int length) {
        var parts = new ArrayList<MemorySegment>(segments.size());
        long skip = from;
        long left = length;
        for (var segment : segments) {
            long start = Math.min(skip, segment.byteSize());
            long bytes = Math.min(left, segment.byteSize() - start);
            if (bytes > 0) {
                parts.add(segment.asSlice(start, bytes));
            }
            skip -= start;
            left -= bytes;
        }
        return new Bytes(parts);
    }

    /// Copies all of `source` to `at`.
    void put(int at, byte[] source) {
        int copied = 0;
        for (var part : slice(at, source.length).segments) {
            int bytes = (int) part.byteSize();
            MemorySegment.copy(source, copied, part, JAVA_BYTE, 0, bytes);
            copied += bytes;
        }
    }

    /// A copy of `length` bytes from `at`.
    byte[] get(int at, int length) {
        var copy = new byte[length];
        int copied = 0;
        for (var part : slice(at, length).segments) {
            int bytes = (int) part.byteSize();
            MemorySegment.copy(part, JAVA_BYTE, 0, copy, copied, bytes);
            copied += bytes;
        }
        return copy;
    }
}
