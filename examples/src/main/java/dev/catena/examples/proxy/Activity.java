package dev.catena.examples.proxy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// When something last went over a connection, in either direction, and whether it broke.
final class Activity {
    private final long limitNanos;
    private final AtomicBoolean broken = new AtomicBoolean();
    private volatile long lastNanos = System.nanoTime();

    /// @param limit how long nothing may go over it
    Activity(Duration limit) {
        limitNanos = limit.toNanos();
    }

    /// Whether nobody has said before that it broke: of a connection that does, both directions notice.
    boolean breaksNow() {
        return broken.compareAndSet(false, true);
    }

    void happened() {
        lastNanos = System.nanoTime();
    }

    /// How much longer nothing may go over it; zero if that has been too long.
    Duration left() {
        return Duration.ofNanos(Math.max(0, limitNanos - (System.nanoTime() - lastNanos)));
    }
}
