package dev.catena.scope;

import dev.catena.proactor.loop.EventLoop;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Scopes and what is in them, written down for people: a line for each thing, indented as it is nested. Loop thread only, but
/// for [#of].
final class Dump {
    private static final long PATIENCE_SECONDS = 5;

    // whose frames say nothing about where an operation comes from
    private static final List<String> OURS =
            List.of(
                    "dev.catena.scope.",
                    "dev.catena.proactor.",
                    "dev.catena.ops.",
                    "dev.catena.io.",
                    "dev.catena.timers.",
                    "java.",
                    "jdk.");

    private final EventLoop loop;
    private final StringBuilder text;
    private final long nowNanos;

    Dump(EventLoop loop, StringBuilder text) {
        this.loop = loop;
        this.text = text;
        this.nowNanos = loop.nanoTime();
    }

    /// What is written on the loop; if that does not come to it, what holds it (any thread).
    static String of(EventLoop loop, Supplier<String> writing) {
        if (loop.isOnLoop()) {
            return writing.get();
        }
        var written =
                CompletableFuture.supplyAsync(writing, loop)
                        .completeOnTimeout("", PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join();
        return written.isEmpty() ? held(loop) : written;
    }

    private static String held(EventLoop loop) {
        var holder = loop.holder();
        return loop
                + "\nthe loop has not come back for "
                + PATIENCE_SECONDS
                + " s; it is held by "
                + named(holder)
                + Arrays.stream(holder.getStackTrace())
                        .map(frame -> "\n    at " + frame)
                        .collect(Collectors.joining())
                + "\n";
    }

    /// Adds a scope and what is in it.
    void add(LiveScope scope, int depth) {
        line(depth, head(scope));
        var contents = scope.contents();
        for (var operation : contents.flights.oldestFirst()) {
            long age = loop.ageNanos(operation);
            var since = age < 0 ? "" : " for " + time(age);
            line(depth + 1, operation + ": " + operation.whereabouts(since) + from(operation));
        }
        for (var composite : contents.composites.newestFirst().reversed()) {
            line(depth + 1, composite + ": " + composite.doing() + from(composite));
        }
        for (var waiting : contents.waits.newestFirst().reversed()) {
            line(depth + 1, waiting + ": waits");
        }
        for (var inner : contents.scopes.newestFirst().reversed()) {
            add(inner, depth + 1);
        }
    }

    private String head(LiveScope scope) {
        var stop = scope.whyStopped();
        var phase = scope.ending().describe();
        var state = stop == null ? phase : scope.ending().isOpen() ? stop : stop + "; " + phase;
        var holdings = scope.holdings();
        return scope.options().name()
                + " #"
                + scope.id()
                + " (scope of "
                + named(scope.owner())
                + "): "
                + state
                + deadline(scope)
                + "; "
                + count(scope.contents().threads.newestFirst().size(), "task")
                + ", "
                + count(holdings.leases(), "lease")
                + ", "
                + count(holdings.descriptors(), "descriptor");
    }

    private String deadline(LiveScope scope) {
        var deadline = scope.deadline();
        if (deadline.isNever()) {
            return "";
        }
        long left = deadline.nanos() - nowNanos;
        return left > 0 ? "; deadline in " + time(left) : "; deadline " + time(-left) + " ago";
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String named(Thread thread) {
        var name = thread.getName().isEmpty() ? "" : " '" + thread.getName() + "'";
        return (thread.isVirtual() ? "virtual thread" : "thread") + name + " #" + thread.threadId();
    }

    private static String from(Running<?> running) {
        var site = running.site();
        return site == null ? "" : ", submitted " + place(site);
    }

    private static String place(Throwable site) {
        return Arrays.stream(site.getStackTrace())
                .filter(frame -> OURS.stream().noneMatch(frame.getClassName()::startsWith))
                .findFirst()
                .map(frame -> "at " + frame)
                .orElse("by a thread outside of the loop");
    }

    /// A span of time with about three digits.
    static String time(long nanos) {
        if (nanos < 1_000_000) {
            return nanos / 1_000 + " µs";
        }
        if (nanos < 1_000_000_000) {
            return nanos / 1_000_000 + " ms";
        }
        long seconds = nanos / 1_000_000_000;
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
        }
        return seconds < 3_600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3_600 + " h " + seconds / 60 % 60 + " min";
    }

    private void line(int depth, @Nullable Object what) {
        text.repeat("  ", depth).append(what).append('\n');
    }
}
