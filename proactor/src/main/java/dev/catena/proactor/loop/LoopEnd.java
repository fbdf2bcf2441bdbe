package dev.catena.proactor.loop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The end of a loop, and waiting for it (any thread).
final class LoopEnd {
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /// The loop has ended.
    ///
    /// @param cause what it died of, or null
    void tell(@Nullable Throwable cause) {
        if (cause == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(cause);
        }
    }

    /// Whether it has been told.
    boolean isTold() {
        return ended.isDone();
    }

    /// Waits; an interrupt does not cut it short, and is there again afterwards.
    ///
    /// @return whether it has ended
    /// @throws IllegalStateException if it has died
    boolean await(String name, Duration limit) {
        boolean interrupted = false;
        long limitNanos = TimeUnit.NANOSECONDS.convert(limit); // what does not fit is for ever
        long startNanos = System.nanoTime();
        try {
            while (true) {
                try {
                    ended.get(limitNanos - (System.nanoTime() - startNanos), TimeUnit.NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return false;
                } catch (ExecutionException e) {
                    throw new IllegalStateException("the loop " + name + " has died", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
