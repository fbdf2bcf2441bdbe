package dev.catena.io;

import dev.catena.proactor.loop.EventLoop;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Calls that block the thread that makes them, and that the kernel has no operation for: looking up names, reading directories.
/// They run on a few platform threads. A caller whose scope ends does not wait for them; what they give then is dropped.
final class OffLoop {
    private static final int THREADS = 16;
    private static final long IDLE_SECONDS = 30;
    private static final ThreadFactory THREAD =
            Thread.ofPlatform().daemon().name("catena-off-loop-", 0).factory();
    private static final ThreadPoolExecutor POOL = pool();

    /// How a call ended.
    private sealed interface Ended<T> {
        record With<T>(T value) implements Ended<T> {}

        record Thrown<T>(Throwable failure) implements Ended<T> {}
    }

    private OffLoop() {}

    private static ThreadPoolExecutor pool() {
        var pool =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        life -> THREAD.newThread(EventLoop.unpinned(life)));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /// Calls `work` on another thread and waits for it in `scope`.
    ///
    /// @throws IOException if it threw one
    static <T> T call(Scope scope, Callable<T> work) throws IOException {
        var gate = new Gate();
        var ended = new AtomicReference<Ended<T>>();
        POOL.execute(
                () -> {
                    try {
                        ended.set(new Ended.With<>(work.call()));
                    } catch (Throwable thrown) { // handed to the caller
                        ended.set(new Ended.Thrown<>(thrown));
                    }
                    gate.open();
                });
        gate.await(scope);
        return switch (ended.get()) {
            case Ended.With<T>(var value) -> value;
            case Ended.Thrown<T>(var failure) -> {
                switch (failure) {
                    case IOException e -> throw e;
                    case RuntimeException e -> throw e;
                    case Error e -> throw e;
                    default -> throw new IOException(failure);
                }
            }
        };
    }
}
