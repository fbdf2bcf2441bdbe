package dev.catena.examples.http;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.core5.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/// What has been served: counts, and a line for each request if that is wished for.
final class Served {
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong turnedAway = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final @Nullable PrintWriter lines;

    /// @param lines takes a line for each request, or null
    Served(@Nullable PrintWriter lines) {
        this.lines = lines;
    }

    void connected() {
        connections.incrementAndGet();
    }

    void turnedAway() {
        turnedAway.incrementAndGet();
    }

    void broke() {
        broken.incrementAndGet();
    }

    void count(HttpRequest request, Answer answer, boolean bodyless) {
        requests.incrementAndGet();
        long length = bodyless ? 0 : answer.length();
        bytes.addAndGet(length);
        if (lines != null) {
            say(
                    answer.status()
                            + " "
                            + request.getMethod()
                            + " "
                            + request.getRequestUri()
                            + " "
                            + length);
        }
    }

    void count(Problem problem) {
        requests.incrementAndGet();
        if (lines != null) {
            say(problem.status() + " (no request that could be read)");
        }
    }

    private void say(String line) {
        if (lines != null) {
            lines.println(Times.now() + " " + line);
            lines.flush();
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "served %,d requests on %,d connections, %,d bytes; %,d connections broke, %,d were turned away",
                requests.get(),
                connections.get(),
                bytes.get(),
                broken.get(),
                turnedAway.get());
    }
}
