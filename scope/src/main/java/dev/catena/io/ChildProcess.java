package dev.catena.io;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.WaitProcess;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A program that runs, started by [Processes#start].
///
/// It belongs to a scope and does not outlive it: when the scope ends, however it does, the process gets `SIGTERM`, after its
/// [grace][Command#grace] `SIGKILL`, and is waited for. Processes that it has started in turn are not sent anything; they see their pipes
/// broken. One that nobody waits for stays in the system's table of processes until its scope ends: [await][#await()] or
/// [close][#close] it.
///
/// Any thread may wait or send signals; one at a time uses a stream.
public final class ChildProcess implements AutoCloseable {
    /// How long a process that was killed may take to end: one that waits for a broken disk does not.
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(30);

    private final Scope scope;
    private final Command command;
    private final Life life;
    private final Offspring offspring;
    private final @Nullable PipeWriter input;
    private final @Nullable PipeReader output;
    private final @Nullable PipeReader errors;
    private final List<Pump> pumps;

    ChildProcess(
            Scope scope,
            Command command,
            Life life,
            Offspring offspring,
            Streams streams,
            List<Pump> pumps) {
        this.scope = scope;
        this.command = command;
        this.life = life;
        this.offspring = offspring;
        this.input = streams.input();
        this.output = streams.output();
        this.errors = streams.errors();
        this.pumps = pumps;
    }

    /// This process's ends of its pipes.
    record Streams(
            @Nullable PipeWriter input, @Nullable PipeReader output, @Nullable PipeReader errors) {}

    /// What was started.
    public Command command() {
        return command;
    }

    /// Its number. Once it has been waited for, another process may get it.
    public long pid() {
        return life.pid();
    }

    /// Its standard input; close it to let the program see the end.
    ///
    /// @throws IllegalStateException if that is not [piped][Command.Stream#PIPED]
    public PipeWriter input() {
        return piped(input, "input");
    }

    /// Its standard output.
    ///
    /// @throws IllegalStateException if that is not [piped][Command.Stream#PIPED]
    public PipeReader output() {
        return piped(output, "output");
    }

    /// Its standard error.
    ///
    /// @throws IllegalStateException if that is not [piped][Command.Stream#PIPED]
    public PipeReader errors() {
        return piped(errors, "error");
    }

    private <T> T piped(@Nullable T end, String what) {
        if (end == null) {
            throw new IllegalStateException(
                    "the standard " + what + " of " + this + " is not piped");
        }
        return end;
    }

    /// Whether nobody has seen it end.
    public boolean isAlive() {
        return life.exit() == null;
    }

    /// Waits until it ends, and says how. A program that writes more than a pipe holds, 64 KiB, ends only when that is read.
    public WaitProcess.Exit await() throws IOException {
        return await(scope, null);
    }

    /// The same, no longer than `limit`. The process goes on after a time that was too short.
    ///
    /// @throws DeadlineExceededException if it has not ended in time
    public WaitProcess.Exit await(Duration limit) throws IOException {
        return await(scope, limit);
    }

    /// The same in another scope, whose deadline and cancellation end the wait, and not the process.
    public WaitProcess.Exit await(Scope inner) throws IOException {
        return await(inner, null);
    }

    private WaitProcess.Exit await(Scope in, @Nullable Duration limit) throws IOException {
        var exit = life.await(in, limit);
        offspring.remove(this);
        return exit;
    }

    /// Asks it to end (`SIGTERM`). Does nothing if it has ended.
    public void terminate() {
        life.signal(false);
    }

    /// Ends it (`SIGKILL`). Does nothing if it has ended.
    public void kill() {
        life.signal(true);
    }

    /// Ends it as its scope would, waits for it, and closes its pipes.
    @Override
    public void close() throws IOException {
        try {
            end(scope);
        } finally {
            for (var end : new @Nullable AutoCloseable[] {input, output, errors}) {
                close(end);
            }
        }
    }

    private static void close(@Nullable AutoCloseable end) throws IOException {
        switch (end) {
            case PipeWriter writer -> writer.close();
            case PipeReader reader -> reader.close();
            case null, default -> {}
        }
    }

    /// Ends it, if it lives, and waits for it in `in`, whose own end does not keep it from being killed.
    void end(Scope in) throws IOException {
        if (isAlive() && !command.grace().isZero()) {
            terminate();
            try {
                await(in, command.grace());
            } catch (DeadlineExceededException | OperationCancelledException goesOn) {
                // killed in what follows
            }
        }
        kill();
        var shielded = ScopeOptions.of("the end of " + this).shield().within(DEATH_LIMIT);
        var _ = in.child(shielded, inner -> await(inner, null));
        for (var pump : pumps) {
            pump.stop(in);
        }
    }

    @Override
    public String toString() {
        return "ChildProcess[" + pid() + ": " + command.words().getFirst() + "]";
    }
}
