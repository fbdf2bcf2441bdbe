package dev.catena.io;

import dev.catena.ops.Errno;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.WaitProcess;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Other programs, run in a scope and no longer than it.
///
/// ```java
/// var sorted = Processes.run(scope, Command.of("sort").within(ofSeconds(5)), "b\na\n".getBytes(UTF_8));
/// ```
///
/// On a ring a program is started by `posix_spawn(3)` on a thread for blocking work, its pipes are read and written by the ring,
/// and the ring waits for it (`waitid(2)`): it takes no thread. The portable driver lets the JDK start it, with the threads that the JDK
/// and its streams need. The simulated kernel has no processes, and says so.
public final class Processes {
    /// The most output that [#run(Scope, Command)] collects of each stream, in bytes.
    public static final int MOST_OUTPUT_BYTES = 16 << 20;

    private static final int CHUNK_BYTES = 65536;

    private Processes() {}

    /// How a program ended, and what it said.
    public static final class Finished {
        private final WaitProcess.Exit exit;
        private final byte[] output;
        private final byte[] errors;

        private Finished(WaitProcess.Exit exit, byte[] output, byte[] errors) {
            this.exit = exit;
            this.output = output;
            this.errors = errors;
        }

        /// How it ended.
        public WaitProcess.Exit exit() {
            return exit;
        }

        /// What it wrote; empty unless that is piped.
        public byte[] output() {
            return output.clone();
        }

        /// What it wrote to its standard error; empty unless that is piped.
        public byte[] errors() {
            return errors.clone();
        }

        /// What it wrote, as UTF-8.
        public String text() {
            return new String(output, StandardCharsets.UTF_8);
        }

        /// What it wrote to its standard error, as UTF-8.
        public String errorText() {
            return new String(errors, StandardCharsets.UTF_8);
        }
    }

    /// Runs a program to its end, with an empty input.
    ///
    /// @throws IOException as [#run(Scope, Command, byte[])]
    public static Finished run(Scope scope, Command command) throws IOException {
        return run(scope, command, new byte[0]);
    }

    /// Runs a program to its end: gives it its input, collects what it says. Whatever ends the call ends the program.
    ///
    /// A program that does not read all of its input is no failure.
    ///
    /// @throws IOException if it cannot be started, with the error number
    /// @throws ProtocolException if it writes more than [#MOST_OUTPUT_BYTES]
    /// @throws dev.catena.ops.DeadlineExceededException if it runs longer than its [limit][Command#limit], or the scope's deadline
    ///     passes
    public static Finished run(Scope scope, Command command, byte[] input) throws IOException {
        var options = ScopeOptions.of("run " + command.words().getFirst());
        var limit = command.limit();
        return scope.child(
                limit == null ? options : options.within(limit),
                inner -> {
                    var process = start(inner, command);
                    if (command.input() == Command.Stream.PIPED) {
                        var _ = inner.fork(() -> feed(process.input(), input));
                    }
                    boolean hasErrors =
                            command.error() == Command.Stream.PIPED && !command.mergesErrors();
                    var errors =
                            inner.fork(() -> hasErrors ? collect(process.errors()) : new byte[0]);
                    var output =
                            command.output() == Command.Stream.PIPED
                                    ? collect(process.output())
                                    : new byte[0];
                    return new Finished(process.await(), output, errors.await());
                });
    }

    private static void feed(PipeWriter to, byte[] input) throws IOException {
        try (to) {
            to.writeAll(input);
        } catch (OperationFailedException failed) {
            if (failed.errno() != Errno.EPIPE) {
                throw failed;
            }
        }
    }

    private static byte[] collect(PipeReader from) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var chunk = from.scope().lease(CHUNK_BYTES);
        try {
            for (int n = from.read(chunk); n > 0; n = from.read(chunk)) {
                if (bytes.size() + n > MOST_OUTPUT_BYTES) {
                    throw new ProtocolException(
                            "the program writes more than "
                                    + MOST_OUTPUT_BYTES
                                    + " bytes: start it, and read its output as it comes");
                }
                bytes.write(chunk.copy(0, n), 0, n);
            }
        } finally {
            from.scope().release(chunk);
        }
        return bytes.toByteArray();
    }

    /// Starts a program, which belongs to `scope`.
    ///
    /// @throws IOException if it cannot be started: the error number says why (`ENOENT`, `EACCES`, `ENOEXEC`)
    /// @throws UnsupportedOperationException on the simulated kernel
    public static ChildProcess start(Scope scope, Command command) throws IOException {
        var offspring = Offspring.of(scope);
        var pipes = new ProcessPipes(scope);
        try {
            pipes.open(command);
            return scope.blocking(() -> start(scope, command, offspring, pipes));
        } catch (IOException | RuntimeException failure) {
            pipes.closeOurs();
            throw failure;
        } finally {
            pipes.closeTheirs();
        }
    }

    /// On a thread that may be blocked. Whatever becomes of the caller, the process is known to its scope from here on.
    private static ChildProcess start(
            Scope scope, Command command, Offspring offspring, ProcessPipes pipes)
            throws IOException {
        int pid = ((EventLoop) scope.proactor()).spawn(pipes.spawn(command));
        if (pid < 0 && pid != -Errno.ENOSYS.number()) {
            var errno = Errno.of(pid);
            throw new IOException(
                    "cannot start '"
                            + command.words().getFirst()
                            + "': "
                            + errno
                            + " ("
                            + errno.sentence()
                            + ")");
        }
        List<Pump> pumps = new ArrayList<>();
        Life life = pid > 0 ? new SpawnedLife(pid) : pipes.startByJdk(command, pumps);
        var process =
                new ChildProcess(scope, command, life, offspring, pipes.ours(), List.copyOf(pumps));
        offspring.add(process);
        return process;
    }
}
