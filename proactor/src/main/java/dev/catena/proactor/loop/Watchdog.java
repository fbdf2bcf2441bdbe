package dev.catena.proactor.loop;

import dev.catena.proactor.uring.Affinity;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after all loops of the JVM, on a thread of its own that lives as long as there are any: reports those that do not
/// come back from what they run, with the stack that holds them.
final class Watchdog implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final long LONGEST_NAP_NANOS = 1_000_000_000;

    /// How often a threshold is divided: a stall is reported at most that much of it late.
    private static final int LOOKS = 4;

    private static final List<EventLoop> WATCHED = new CopyOnWriteArrayList<>();

    // guarded by the class
    private static @Nullable Thread thread;

    private Watchdog() {}

    static synchronized void watch(EventLoop loop) {
        WATCHED.add(loop);
        if (thread == null) {
            thread = Thread.ofPlatform().name("catena-watchdog").daemon(true).start(new Watchdog());
        } else {
            LockSupport.unpark(thread);
        }
    }

    static synchronized void forget(EventLoop loop) {
        WATCHED.remove(loop);
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /// Whether it may end, since nobody is left (its own thread).
    private static synchronized boolean isDone() {
        if (!WATCHED.isEmpty()) {
            return false;
        }
        thread = null;
        return true;
    }

    @Override
    public void run() {
        Affinity.release(); // it may have been started by a pinned loop
        while (!isDone()) {
            long nap = LONGEST_NAP_NANOS;
            for (var loop : WATCHED) {
                nap = Math.min(nap, loop.heartbeat().thresholdNanos() / LOOKS);
                look(loop);
            }
            LockSupport.parkNanos(this, Math.max(nap, 1_000_000));
        }
    }

    private static void look(EventLoop loop) {
        long stalled = loop.heartbeat().stalledNanos(System.nanoTime());
        if (stalled == 0) {
            return;
        }
        var holder = loop.holder();
        var stack = new Throwable("held by " + holder);
        stack.setStackTrace(holder.getStackTrace());
        StallEvent.tell(loop, stalled, holder, stack.getStackTrace());
        LOG.warn(
                "the loop {} has not come back for {} ms: what blocks or computes for long belongs into scope.blocking(...)",
                loop,
                Duration.ofNanos(stalled).toMillis(),
                stack);
    }
}
