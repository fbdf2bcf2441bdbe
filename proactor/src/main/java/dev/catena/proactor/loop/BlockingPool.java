package dev.catena.proactor.loop;

import dev.catena.proactor.uring.Affinity;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The platform threads of a loop for work that blocks or computes: at most so many, made when they are needed and ended when
/// they have been idle for a while. What finds no thread waits in line, and whoever wants it done is parked meanwhile, which is
/// the back-pressure: the line is never longer than there are threads that wait.
final class BlockingPool {
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads;

    /// @param pinned whether the threads that have work done here are pinned, which theirs would inherit
    BlockingPool(String name, int most, boolean pinned) {
        threads =
                new ThreadPoolExecutor(
                        most,
                        most,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name(name + "-blocking-", 0).daemon(true).factory());
        if (pinned) {
            var factory = threads.getThreadFactory();
            threads.setThreadFactory(
                    life ->
                            factory.newThread(
                                    () -> {
                                        Affinity.release(); // else it is pinned as the loop is
                                        life.run();
                                    }));
        }
        threads.allowCoreThreadTimeOut(true);
    }

    void execute(Runnable work) {
        threads.execute(work);
    }

    /// Ends it when what runs has ended; nothing is interrupted.
    void close() {
        threads.shutdown();
    }
}
