package dev.catena.benchmarks;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A binary heap in which every timer knows its place and its deadline: the textbook's, to compare with.
final class BinaryHeap {
    /// A timer.
    static final class Entry {
        private long deadlineNanos;
        private int place = -1;
    }

    private @Nullable Entry[] heap = new @Nullable Entry[64];
    private int size;

    long delayNanos(long nowNanos) {
        return size == 0 ? Long.MAX_VALUE : Math.max(0, at(0).deadlineNanos - nowNanos);
    }

    void arm(Entry timer, long deadlineNanos) {
        cancel(timer);
        timer.deadlineNanos = deadlineNanos;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        rise(size++, timer);
    }

    void cancel(Entry timer) {
        int place = timer.place;
        if (place < 0) {
            return;
        }
        timer.place = -1;
        var last = at(--size);
        heap[size] = null;
        if (last != timer) {
            sink(place, last);
            if (at(place) == last) {
                rise(place, last);
            }
        }
    }

    int expire(long nowNanos) {
        int expired = 0;
        for (; size > 0 && at(0).deadlineNanos <= nowNanos; expired++) {
            cancel(at(0));
        }
        return expired;
    }

    private void rise(int from, Entry timer) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) >>> 1;
            if (at(parent).deadlineNanos <= timer.deadlineNanos) {
                break;
            }
            put(place, at(parent));
            place = parent;
        }
        put(place, timer);
    }

    private void sink(int from, Entry timer) {
        int place = from;
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && at(child + 1).deadlineNanos < at(child).deadlineNanos) {
                child++;
            }
            if (timer.deadlineNanos <= at(child).deadlineNanos) {
                break;
            }
            put(place, at(child));
            place = child;
        }
        put(place, timer);
    }

    private void put(int place, Entry timer) {
        heap[place] = timer;
        timer.place = place;
    }

    private Entry at(int place) {
        return Objects.requireNonNull(heap[place]);
    }
}
