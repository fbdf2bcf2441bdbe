package dev.catena.spec;

import dev.catena.proactor.loop.VirtualThreads;

/// Who schedules the threads of scopes: their loop, or, on a JVM without `--add-opens`, the JDK.
public final class Scheduling {
    private Scheduling() {}

    /// Whether they run on their loop, one at a time, so that nothing happens there between two calls in which the caller does not
    /// wait. Else each call is handed over, and the loop goes on meanwhile.
    public static boolean isTheLoops() {
        return VirtualThreads.canSchedule();
    }
}
