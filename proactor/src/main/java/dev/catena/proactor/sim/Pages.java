package dev.catena.proactor.sim;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The contents of a file: pages, of which those never written take no space and read as zeros.
final class Pages {
    static final int PAGE_BYTES = 4096;

    private final TreeMap<Long, byte[]> pages = new TreeMap<>();
    private long size;

    long size() {
        return size;
    }

    /// The pages that take space.
    long count() {
        return pages.size();
    }

    /// The bytes from `offset` on, at most `most` and none behind the end.
    byte[] read(long offset, int most) {
        int length = (int) Math.clamp(size - offset, 0L, (long) most);
        var bytes = new byte[length];
        for (int done = 0; done < length; ) {
            int at = (int) ((offset + done) % PAGE_BYTES);
            int part = Math.min(length - done, PAGE_BYTES - at);
            byte @Nullable [] page = pages.get((offset + done) / PAGE_BYTES);
            if (page != null) {
                System.arraycopy(page, at, bytes, done, part);
            }
            done += part;
        }
        return bytes;
    }

    /// A page itself, which shows what is written to it later; of one that was never written, zeros.
    byte[] page(long index) {
        byte @Nullable [] page = pages.get(index);
        return page != null ? page : new byte[PAGE_BYTES];
    }

    void write(long offset, byte[] bytes) {
        for (int done = 0; done < bytes.length; ) {
            int at = (int) ((offset + done) % PAGE_BYTES);
            int part = Math.min(bytes.length - done, PAGE_BYTES - at);
            var page =
                    pages.computeIfAbsent((offset + done) / PAGE_BYTES, _ -> new byte[PAGE_BYTES]);
            System.arraycopy(bytes, done, page, at, part);
            done += part;
        }
        size = Math.max(size, offset + bytes.length);
    }

    /// Cuts or extends it; what is added reads as zeros.
    void resize(long newSize) {
        if (newSize < size) {
            clear(newSize, size - newSize);
        }
        size = newSize;
    }

    /// Makes a range zeros, and gives back the space of whole pages in it.
    void clear(long offset, long length) {
        long end = offset + length;
        long firstWhole = -Math.floorDiv(-offset, PAGE_BYTES);
        if (firstWhole < end / PAGE_BYTES) {
            pages.subMap(firstWhole, true, end / PAGE_BYTES, false).clear();
        }
        for (long page : new long[] {offset / PAGE_BYTES, end / PAGE_BYTES}) {
            byte @Nullable [] bytes = pages.get(page);
            if (bytes != null) {
                long start = page * PAGE_BYTES;
                int from = (int) Math.clamp(offset - start, 0L, (long) PAGE_BYTES);
                int to = (int) Math.clamp(end - start, 0L, (long) PAGE_BYTES);
                java.util.Arrays.fill(bytes, from, Math.max(from, to), (byte) 0);
            }
        }
    }

    /// Takes the space of a range, up to a limit: what a program asks for is not to fill the memory.
    void reserve(long offset, long length) {
        long last = Math.min((offset + length - 1) / PAGE_BYTES, offset / PAGE_BYTES + 1024);
        for (long page = offset / PAGE_BYTES; page <= last; page++) {
            pages.computeIfAbsent(page, _ -> new byte[PAGE_BYTES]);
        }
    }
}
