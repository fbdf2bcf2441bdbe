package dev.catena.examples.proxy;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// What has been done, for the end.
final class Moved {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong turnedAway = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();

    void add(int size) {
        bytes.addAndGet(size);
    }

    /// Another connection; gives how many there are now.
    int begin() {
        connections.incrementAndGet();
        return open.incrementAndGet();
    }

    void turnAway() {
        turnedAway.incrementAndGet();
    }

    void broke() {
        broken.incrementAndGet();
    }

    void end() {
        open.decrementAndGet();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "relayed %,d bytes of %,d connections; %,d broke or were idle, %,d were turned away",
                bytes.get(),
                connections.get(),
                broken.get(),
                turnedAway.get());
    }
}
