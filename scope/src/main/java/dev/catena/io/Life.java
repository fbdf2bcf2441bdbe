package dev.catena.io;

import dev.catena.ops.WaitProcess;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The life of a child process, whoever has started it: its number, its end, and signals to it. From any thread.
sealed interface Life permits SpawnedLife, JdkLife {
    /// Its number.
    long pid();

    /// How it ended, or null as long as nobody has seen it end.
    WaitProcess.@Nullable Exit exit();

    /// Waits in `scope` until it ends, and lets it go then.
    WaitProcess.Exit await(Scope scope, @Nullable Duration limit) throws IOException;

    /// Sends `SIGTERM`, or `SIGKILL`; does nothing if it has ended.
    void signal(boolean kill);
}
