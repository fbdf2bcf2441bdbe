package dev.catena.proactor.sim;

import java.util.ArrayDeque;

/// What is in a pipe: up to 16 pages (`pipe(7)`), each filled once. A write is added to the last page if all of what
/// does not fill a page fits there, else begins a new one, so that a pipe may be full with fewer than 64 KiB in it.
///
/// What is spliced or teed into it is not copied: its pages are those of the file or of the other pipe, so that what is written
/// to the file later is read from the pipe, too. Nothing is added to such a page.
final class PipeBuffer {
    static final int PAGE_BYTES = 4096;
    private static final int PAGES = 16;

    private static final class Page {
        private final byte[] bytes;
        private final boolean grows;
        private int from;
        private int to;

        private Page(byte[] bytes, int from, int to, boolean grows) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
            this.grows = grows;
        }

        private int size() {
            return to - from;
        }
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
        if (rest > 0 && !pages.isEmpty()) {
            var last = pages.getLast();
            if (last.grows && last.to + rest <= PAGE_BYTES) {
                fill(last, source, 0, rest);
                done = rest;
            }
        }
        while (done < source.length && !isFull()) {
            int part = Math.min(PAGE_BYTES, source.length - done);
            var page = new Page(new byte[PAGE_BYTES], 0, 0, true);
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

    /// Puts in a part of a page that belongs to somebody else, if it is not full.
    void share(byte[] page, int from, int to) {
        pages.add(new Page(page, from, to, false));
    }

    /// Moves the first bytes to another pipe, as many as there are and fit there, and says how many.
    int moveTo(PipeBuffer target, int most) {
        int moved = 0;
        while (moved < most && !isEmpty() && !target.isFull()) {
            var page = pages.getFirst();
            int part = Math.min(most - moved, page.size());
            if (part == page.size()) {
                target.pages.add(pages.remove());
            } else {
                target.share(page.bytes, page.from, page.from + part);
                page.from += part;
            }
            moved += part;
        }
        return moved;
    }

    /// Puts the first bytes into another pipe, too, as many as there are and fit there, and says how many.
    int shareWith(PipeBuffer target, int most) {
        int shared = 0;
        for (var page : pages) {
            if (shared == most || target.isFull()) {
                break;
            }
            int part = Math.min(most - shared, page.size());
            target.share(page.bytes, page.from, page.from + part);
            shared += part;
        }
        return shared;
    }

    /// A copy of the first bytes, at most `most`.
    byte[] peek(int most) {
        int available = pages.stream().mapToInt(Page::size).sum();
        var copy = new byte[Math.min(most, available)];
        int done = 0;
        for (var page : pages) {
            int part = Math.min(copy.length - done, page.size());
            System.arraycopy(page.bytes, page.from, copy, done, part);
            done += part;
        }
        return copy;
    }

    /// Takes out the first bytes.
    void drop(int bytes) {
        for (int left = bytes; left > 0; ) {
            var page = pages.getFirst();
            int part = Math.min(left, page.size());
            page.from += part;
            left -= part;
            if (page.from == page.to) {
                pages.remove();
            }
        }
    }
}
