package dev.catena.proactor.loop;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/// What a loop is started with; see [dev.catena.proactor.ProactorBuilder].
///
/// @param name of its thread
/// @param threadFactory what makes its thread, or null for a daemon thread
/// @param inboxInterval after how many tasks the inbox is looked at
/// @param eventInterval after how many tasks completions are looked at
/// @param idleSpin how long it goes round without work before it sleeps
/// @param stallThreshold how long a round may take before it is reported; zero for never
/// @param pinned whether its thread is pinned to processors
/// @param blockingThreads the most threads for blocking work
/// @param slabBytes the size of the slabs that buffers are cut from
/// @param closeLimit how long a close waits for what cannot be cancelled
/// @param capturesSites whether it is recorded where operations are submitted
/// @param strictBuffers whether each lease has memory of its own
public record LoopOptions(
        String name,
        @Nullable ThreadFactory threadFactory,
        int inboxInterval,
        int eventInterval,
        Duration idleSpin,
        Duration stallThreshold,
        boolean pinned,
        int blockingThreads,
        int slabBytes,
        Duration closeLimit,
        boolean capturesSites,
        boolean strictBuffers) {

    /// The loop's thread, not started.
    ///
    /// @throws IllegalArgumentException if the factory makes none, or a virtual one
    Thread newThread(Runnable life) {
        if (threadFactory == null) {
            return Thread.ofPlatform().name(name).daemon(true).unstarted(life);
        }
        var thread = threadFactory.newThread(life);
        if (thread == null || thread.isVirtual()) {
            throw new IllegalArgumentException(
                    "a loop needs a platform thread, and the thread factory made " + thread);
        }
        thread.setName(name);
        return thread;
    }
}
