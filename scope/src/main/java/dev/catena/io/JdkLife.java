package dev.catena.io;

import dev.catena.ops.WaitProcess;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The life of a process that the JDK has started, and that a thread of the JDK waits for. The JDK does not tell a signal from the
/// exit status that a shell makes of one, 128 more.
final class JdkLife implements Life {
    private final Process process;

    JdkLife(Process process) {
        this.process = process;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public WaitProcess.@Nullable Exit exit() {
        return process.isAlive() ? null : new WaitProcess.Exit(false, process.exitValue());
    }

    @Override
    public WaitProcess.Exit await(Scope scope, @Nullable Duration limit) throws IOException {
        var options = ScopeOptions.of("wait for process " + pid());
        return scope.child(
                limit == null ? options : options.within(limit),
                inner -> {
                    var gate = new Gate();
                    var _ = process.onExit().thenRun(gate::open);
                    gate.await(inner);
                    return new WaitProcess.Exit(false, process.exitValue());
                });
    }

    @Override
    public void signal(boolean kill) {
        var _ = kill ? process.destroyForcibly() : process.toHandle().destroy();
    }
}
