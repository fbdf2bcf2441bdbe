package dev.catena.benchmarks;

import dev.catena.proactor.loop.LoopTimer;
import dev.catena.proactor.loop.TimerQueue;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2ObjectHashMap;

/// A structure for timers, by itself: one thread, and a clock that the caller turns.
interface QueueContender {
    /// A new one, for so many timers.
    static List<Supplier<QueueContender>> all(int timers) {
        return List.of(() -> new Queue(timers), () -> new Wheel(timers), () -> new Binary(timers));
    }

    String name();

    /// Arms a timer, known by its number.
    void arm(int timer, long deadlineNanos);

    void cancel(int timer);

    /// How long the loop may sleep: what a wheel does not know it answers with its tick.
    long delayNanos(long nowNanos);

    /// Fires what is due and tells how many there were.
    int expire(long nowNanos);

    /// The loop's own.
    final class Queue implements QueueContender {
        private final TimerQueue queue = new TimerQueue();
        private final Counting[] timers;
        private int expired;

        private final class Counting extends LoopTimer {
            @Override
            protected void expired() {
                expired++;
            }
        }

        Queue(int timers) {
            this.timers = new Counting[timers];
            for (int i = 0; i < timers; i++) {
                this.timers[i] = new Counting();
            }
        }

        @Override
        public String name() {
            return "the loop's heap";
        }

        @Override
        public void arm(int timer, long deadlineNanos) {
            queue.arm(timers[timer], deadlineNanos);
        }

        @Override
        public void cancel(int timer) {
            queue.cancel(timers[timer]);
        }

        @Override
        public long delayNanos(long nowNanos) {
            return queue.delayNanos(nowNanos);
        }

        @Override
        public int expire(long nowNanos) {
            int before = expired;
            queue.expire(nowNanos);
            return expired - before;
        }
    }

    /// Agrona's, with ticks of 2^20 ns (about 1 ms) and, as its documentation advises, buckets for few timers each; the map finds the
    /// timer of an id, as a loop would have to.
    final class Wheel implements QueueContender {
        private static final long TICK_NANOS = 1 << 20;
        private static final int PER_BUCKET = 16;

        private final DeadlineTimerWheel wheel;
        private final long[] ids;
        private final Long2ObjectHashMap<Integer> timers = new Long2ObjectHashMap<>();

        Wheel(int timers) {
            int buckets = Math.max(1024, Integer.highestOneBit(timers / PER_BUCKET));
            wheel =
                    new DeadlineTimerWheel(
                            TimeUnit.NANOSECONDS, 0, TICK_NANOS, buckets, PER_BUCKET);
            ids = new long[timers];
        }

        @Override
        public String name() {
            return "Agrona `DeadlineTimerWheel`";
        }

        @Override
        public void arm(int timer, long deadlineNanos) {
            long id = wheel.scheduleTimer(deadlineNanos);
            ids[timer] = id;
            timers.put(id, Integer.valueOf(timer));
        }

        @Override
        public void cancel(int timer) {
            wheel.cancelTimer(ids[timer]);
            timers.remove(ids[timer]);
        }

        @Override
        public long delayNanos(long nowNanos) {
            return TICK_NANOS;
        }

        @Override
        public int expire(long nowNanos) {
            int expired = 0;
            int more;
            do {
                more = wheel.poll(nowNanos, (_, _, id) -> timers.remove(id) != null, 1000);
                expired += more;
            } while (more > 0 || wheel.currentTickTime() <= nowNanos);
            return expired;
        }
    }

    /// What the loop's heap was before: binary, each timer holding its deadline.
    final class Binary implements QueueContender {
        private final BinaryHeap heap = new BinaryHeap();
        private final BinaryHeap.Entry[] timers;

        Binary(int timers) {
            this.timers = new BinaryHeap.Entry[timers];
            for (int i = 0; i < timers; i++) {
                this.timers[i] = new BinaryHeap.Entry();
            }
        }

        @Override
        public String name() {
            return "a binary heap of objects";
        }

        @Override
        public void arm(int timer, long deadlineNanos) {
            heap.arm(timers[timer], deadlineNanos);
        }

        @Override
        public void cancel(int timer) {
            heap.cancel(timers[timer]);
        }

        @Override
        public long delayNanos(long nowNanos) {
            return heap.delayNanos(nowNanos);
        }

        @Override
        public int expire(long nowNanos) {
            return heap.expire(nowNanos);
        }
    }
}
