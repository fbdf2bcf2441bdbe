package dev.catena.io;

import dev.catena.ops.Errno;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Ops;
import dev.catena.ops.WaitProcess;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The life of a process that the driver has started, and that nobody but us waits for.
///
/// Its number is its own until it is reaped. So who waits leaves it at first (`WNOWAIT`); it is reaped once, after that has been
/// noted here, and no signal is sent from then on: none can hit a process that has got the number since.
final class SpawnedLife implements Life {
    private final int pid;

    // guarded by this
    private WaitProcess.@Nullable Exit exit;

    SpawnedLife(int pid) {
        this.pid = pid;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public synchronized WaitProcess.@Nullable Exit exit() {
        return exit;
    }

    @Override
    public WaitProcess.Exit await(Scope scope, @Nullable Duration limit) throws IOException {
        var before = exit();
        if (before != null) {
            return before;
        }
        WaitProcess.Exit seen;
        try {
            seen = new Calls(scope, limit).once(Ops.waitProcess(pid).keep());
        } catch (OperationFailedException failed) {
            var meanwhile = exit();
            if (failed.errno() == Errno.ECHILD && meanwhile != null) {
                return meanwhile; // another thread was first
            }
            throw failed;
        }
        if (note(seen)) {
            var reaping = ScopeOptions.of("reaping of process " + pid).shield();
            var _ = scope.child(reaping, inner -> inner.await(Ops.waitProcess(pid)));
        }
        return seen;
    }

    /// Notes how it ended; false if somebody has before.
    private synchronized boolean note(WaitProcess.Exit seen) {
        boolean first = exit == null;
        exit = seen;
        return first;
    }

    @Override
    public synchronized void signal(boolean kill) {
        if (exit == null) {
            ProcessHandle.of(pid)
                    .ifPresent(
                            process -> {
                                var _ = kill ? process.destroyForcibly() : process.destroy();
                            });
        }
    }
}
