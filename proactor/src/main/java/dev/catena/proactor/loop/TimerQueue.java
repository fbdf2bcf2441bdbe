package dev.catena.proactor.loop;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The loop's standing timers: a heap in which every timer knows its place, so that removing one costs as little as adding
/// one. The kernel's own list is slow at that: 739 µs to remove one among 50,000.
///
/// What a large heap costs are cache misses, one for nearly every timer it looks at. So each place has four children instead of
/// two, which halves the depth, and the deadlines stand in an array of their own, where those of four children share a cache
/// line: a timer itself is only touched when it moves.
///
/// Timers of the same instant expire in no particular order. Deadlines are compared as numbers, not as distances: one long ago
/// has passed, and [Long#MAX_VALUE] is never. Loop thread only.
public final class TimerQueue {
    private static final int CHILDREN = 4;

    private long[] deadlinesNanos = new long[64];
    private @Nullable LoopTimer[] timers = new @Nullable LoopTimer[64];
    private int size;

    /// How many timers wait.
    public int size() {
        return size;
    }

    /// Nanoseconds until the first timer is due: 0 if it is, [Long#MAX_VALUE] if there is none.
    public long delayNanos(long nowNanos) {
        if (size == 0) {
            return Long.MAX_VALUE;
        }
        long first = deadlinesNanos[0];
        long delay = first - nowNanos;
        return first <= nowNanos ? 0 : delay < 0 ? Long.MAX_VALUE : delay;
    }

    /// Lets a timer wait for its time; for another one if it waits already.
    public void arm(LoopTimer timer, long deadlineNanos) {
        timer.deadlineNanos = deadlineNanos;
        if (timer.place != LoopTimer.IDLE) {
            settle(timer.place, timer, deadlineNanos);
            return;
        }
        if (size == timers.length) {
            timers = Arrays.copyOf(timers, size * 2);
            deadlinesNanos = Arrays.copyOf(deadlinesNanos, size * 2);
        }
        rise(size++, timer, deadlineNanos);
    }

    /// Takes a timer out, if it waits.
    public void cancel(LoopTimer timer) {
        int place = timer.place;
        if (place == LoopTimer.IDLE) {
            return;
        }
        timer.place = LoopTimer.IDLE;
        var last = at(--size);
        timers[size] = null;
        if (last != timer) {
            settle(place, last, deadlinesNanos[size]);
        }
    }

    /// Expires every timer whose time has come.
    public void expire(long nowNanos) {
        while (size > 0 && deadlinesNanos[0] <= nowNanos) {
            var due = at(0);
            cancel(due);
            due.expired();
        }
    }

    /// Puts a timer into a place that is free, or where it belongs instead.
    private void settle(int place, LoopTimer timer, long deadline) {
        if (place > 0 && deadline < deadlinesNanos[parent(place)]) {
            rise(place, timer, deadline);
        } else {
            sink(place, timer, deadline);
        }
    }

    private void rise(int from, LoopTimer timer, long deadline) {
        int place = from;
        while (place > 0) {
            int parent = parent(place);
            if (deadlinesNanos[parent] <= deadline) {
                break;
            }
            put(place, at(parent), deadlinesNanos[parent]);
            place = parent;
        }
        put(place, timer, deadline);
    }

    private void sink(int from, LoopTimer timer, long deadline) {
        int place = from;
        for (int first = CHILDREN * place + 1; first < size; first = CHILDREN * place + 1) {
            int child = earliest(first, Math.min(first + CHILDREN, size));
            if (deadline <= deadlinesNanos[child]) {
                break;
            }
            put(place, at(child), deadlinesNanos[child]);
            place = child;
        }
        put(place, timer, deadline);
    }

    /// The place with the earliest deadline from `first` to before `end`.
    private int earliest(int first, int end) {
        int earliest = first;
        for (int place = first + 1; place < end; place++) {
            if (deadlinesNanos[place] < deadlinesNanos[earliest]) {
                earliest = place;
            }
        }
        return earliest;
    }

    private static int parent(int place) {
        return (place - 1) / CHILDREN;
    }

    private void put(int place, LoopTimer timer, long deadline) {
        timers[place] = timer;
        deadlinesNanos[place] = deadline;
        timer.place = place;
    }

    private LoopTimer at(int place) {
        return Objects.requireNonNull(timers[place]);
    }
}
