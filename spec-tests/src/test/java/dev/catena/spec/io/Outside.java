package dev.catena.spec.io;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A peer that knows nothing of Catena: a platform thread with blocking calls.
final class Outside<T> implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 100;

    private final FutureTask<T> task;
    private final Thread thread;

    private Outside(Callable<T> body) {
        task = new FutureTask<>(body);
        thread = Thread.ofPlatform().daemon().name("outside").start(task);
    }

    static <T> Outside<T> run(Callable<T> body) {
        return new Outside<>(body);
    }

    /// What it gave; waits on the calling thread, which a virtual thread of the loop may do.
    T get() throws Exception {
        try {
            return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            var stuck = new AssertionError("the peer does not end");
            stuck.setStackTrace(thread.getStackTrace());
            throw stuck;
        }
    }

    /// A test does not end before its peer.
    @Override
    public void close() throws ExecutionException {
        try {
            thread.join(PATIENCE_SECONDS * 1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutionException("interrupted while the peer ended", e);
        }
    }
}
