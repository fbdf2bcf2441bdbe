package dev.catena.examples.proxy;

import java.time.Duration;

/// When something last went over a connection, in either direction.
final class Activity {
    private final long limitNanos;
    private volatile long lastNanos = System.nanoTime();

    /// @param limit how long nothing may go over it
    Activity(Duration limit) {
        limitNanos = limit.toNanos();
    }

    void happened() {
        lastNanos = System.nanoTime();
    }

    /// How much longer nothing may go over it; zero if that has been too long.
    Duration left() {
        return Duration.ofNanos(Math.max(0, limitNanos - (System.nanoTime() - lastNanos)));
    }
}
