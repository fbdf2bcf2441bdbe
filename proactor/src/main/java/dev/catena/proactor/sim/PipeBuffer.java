package dev.catena.proactor.sim;

import java.util.ArrayDeque;

/// What is in a pipe: up to 16 pages (`pipe(7)`), each filled once. A write is added to the last page if all of what
/// does not fill a page fits there, else begins a new one, so that a pipe may be full with fewer than 64 KiB in it.
final class PipeBuffer {
    private static final int PAGE_BYTES = 4096;
    private static final int PAGES = 16;

    private static final class Page {
        private final byte[] bytes = new byte[PAGE_BYTES];
        private int from;
        private int to;
    }

    private final ArrayDeque<Page> pages = new ArrayDeque<>();

    boolean isEmpty() {
        return pages.isEmpty();
    }

    boolean isFull() {
        return pages.size() == PAGES;
    }

    /// The bytes that fit into the pages that are free.
    int room() {
        return (PAGES - pages.size()) * PAGE_BYTES;
    }

    /// Puts in what fits, and says how much that was.
    int put(byte[] source) {
        int rest = source.length % PAGE_BYTES;
        int done = 0;
        if (rest > 0 && !pages.isEmpty() && pages.getLast().to + rest <= PAGE_BYTES) {
            fill(pages.getLast(), source, 0, rest);
            done = rest;
        }
        while (done < source.length && !isFull()) {
            int part = Math.min(PAGE_BYTES, source.length - done);
            var page = new Page();
            fill(page, source, done, part);
            pages.add(page);
            done += part;
        }
        return done;
    }

    private static void fill(Page page, byte[] source, int from, int length) {
        System.arraycopy(source, from, page.bytes, page.to, length);
        page.to += length;
    }

    /// A copy of the first bytes, at most `most`.
    byte[] peek(int most) {
        int available = pages.stream().mapToInt(page -> page.to - page.from).sum();
        var copy = new byte[Math.min(most, available)];
        int done = 0;
        for (var page : pages) {
            int part = Math.min(copy.length - done, page.to - page.from);
            System.arraycopy(page.bytes, page.from, copy, done, part);
            done += part;
        }
        return copy;
    }

    /// Takes out the first bytes.
    void drop(int bytes) {
        for (int left = bytes; left > 0; ) {
            var page = pages.getFirst();
            int part = Math.min(left, page.to - page.from);
            page.from += part;
            left -= part;
            if (page.from == page.to) {
                pages.remove();
            }
        }
    }
}
