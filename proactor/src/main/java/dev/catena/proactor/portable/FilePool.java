package dev.catena.proactor.portable;

import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;

/// Threads for what blocks: the JDK has no other way to files.
///
/// Work that waits for a thread can be cancelled; work that runs cannot, as in the kernel's own pool, and ends when it ends:
/// nothing interrupts it, which would close its channel. Loop thread only, but for the work itself.
final class FilePool {
    private static final int THREADS = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());
    private static final int IDLE_SECONDS = 10;

    private enum State {
        QUEUED,
        RUNNING,
        CANCELLED
    }

    private final Chains chains;
    private final Arrivals arrivals;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    THREADS,
                    THREADS,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().daemon().name("catena-files-", 0).factory());

    FilePool(Chains chains, Arrivals arrivals) {
        this.chains = chains;
        this.arrivals = arrivals;
        threads.allowCoreThreadTimeOut(true);
    }

    /// Does the work of an operation on a thread of the pool.
    ///
    /// @param work on a thread of the pool
    /// @param settle makes the result of what the work gave, on the loop's thread; [Readiness#MOVED] if it goes on elsewhere
    <T> void start(Entry entry, Callable<T> work, ToIntFunction<T> settle) {
        var state = new AtomicReference<>(State.QUEUED);
        entry.place = () -> state.compareAndSet(State.QUEUED, State.CANCELLED);
        threads.execute(
                () -> {
                    if (state.compareAndSet(State.QUEUED, State.RUNNING)) {
                        var end = run(entry, work, settle);
                        arrivals.offer(end);
                    }
                });
    }

    private <T> Runnable run(Entry entry, Callable<T> work, ToIntFunction<T> settle) {
        try {
            T given = work.call();
            return () -> settle(entry, settle.applyAsInt(given));
        } catch (Exception | OutOfMemoryError e) {
            int number = ErrorNumbers.of(e);
            return () -> chains.end(entry, number);
        }
    }

    private void settle(Entry entry, int result) {
        if (result != Readiness.MOVED) {
            chains.end(entry, result);
        }
    }

    void close() {
        threads.shutdown();
    }
}
