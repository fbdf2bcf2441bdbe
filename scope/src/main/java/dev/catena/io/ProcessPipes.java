package dev.catena.io;

import dev.catena.ops.Fd;
import dev.catena.ops.Ops;
import dev.catena.ops.Pipe;
import dev.catena.proactor.driver.Spawn;
import dev.catena.scope.Scope;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pipes between this process and one that is being started. One thread's at a time.
final class ProcessPipes {
    private static final int STANDARD_OUTPUT = 1;

    private final Scope scope;
    private Pipe.@Nullable Ends input;
    private Pipe.@Nullable Ends output;
    private Pipe.@Nullable Ends error;

    // threads carry bytes to and from them, and close the process's ends
    private boolean pumped;

    ProcessPipes(Scope scope) {
        this.scope = scope;
    }

    /// Makes those that the command asks for.
    void open(Command command) throws IOException {
        input = open(command.input());
        output = open(command.output());
        error = command.mergesErrors() ? null : open(command.error());
    }

    private Pipe.@Nullable Ends open(Command.Stream stream) throws IOException {
        return stream == Command.Stream.PIPED ? scope.await(Ops.pipe()) : null;
    }

    /// What the driver is asked to start.
    Spawn spawn(Command command) {
        var directory = command.directory();
        return new Spawn(
                command.words(),
                command.environment().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList(),
                directory == null ? null : directory.toString(),
                number(command.input(), input == null ? null : input.reading()),
                number(command.output(), output == null ? null : output.writing()),
                command.mergesErrors()
                        ? STANDARD_OUTPUT
                        : number(command.error(), error == null ? null : error.writing()));
    }

    private static int number(Command.Stream stream, @Nullable Fd end) {
        return switch (stream) {
            case PIPED -> end == null ? Spawn.NOTHING : end.number();
            case INHERITED -> Spawn.INHERITED;
            case NOTHING -> Spawn.NOTHING;
        };
    }

    /// Has the JDK start it, and threads carry its bytes.
    ///
    /// @param pumps to which they are added
    Life startByJdk(Command command, List<Pump> pumps) throws IOException {
        var builder = new ProcessBuilder(command.words());
        var directory = command.directory();
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(command.environment());
        var nothing = ProcessBuilder.Redirect.from(new File(nullDevice()));
        builder.redirectInput(redirect(command.input(), nothing));
        var dropped = ProcessBuilder.Redirect.DISCARD;
        builder.redirectOutput(redirect(command.output(), dropped));
        builder.redirectError(redirect(command.error(), dropped));
        builder.redirectErrorStream(command.mergesErrors());
        var process = builder.start();
        pumped = true;
        if (input != null) {
            pumps.add(Pump.of(scope, input.reading(), process.getOutputStream()));
        }
        if (output != null) {
            pumps.add(Pump.of(scope, process.getInputStream(), output.writing()));
        }
        if (error != null) {
            pumps.add(Pump.of(scope, process.getErrorStream(), error.writing()));
        }
        return new JdkLife(process);
    }

    private static ProcessBuilder.Redirect redirect(
            Command.Stream stream, ProcessBuilder.Redirect nothing) {
        return switch (stream) {
            case PIPED -> ProcessBuilder.Redirect.PIPE;
            case INHERITED -> ProcessBuilder.Redirect.INHERIT;
            case NOTHING -> nothing;
        };
    }

    private static String nullDevice() {
        return File.separatorChar == '\\' ? "NUL" : "/dev/null";
    }

    /// This process's ends.
    ChildProcess.Streams ours() {
        return new ChildProcess.Streams(
                input == null ? null : PipeWriter.owned(scope, input.writing()),
                output == null ? null : PipeReader.owned(scope, output.reading()),
                error == null ? null : PipeReader.owned(scope, error.reading()));
    }

    /// Closes the ends that the process has got, so that it alone has them.
    void closeTheirs() {
        if (!pumped) {
            close(input == null ? null : input.reading());
            close(output == null ? null : output.writing());
            close(error == null ? null : error.writing());
        }
    }

    /// Closes the others too: nothing was started.
    void closeOurs() {
        close(input == null ? null : input.writing());
        close(output == null ? null : output.reading());
        close(error == null ? null : error.reading());
    }

    private void close(@Nullable Fd end) {
        if (end != null && end.isOpen()) {
            var _ = scope.attempt(Ops.close(end)); // cancelled or too late: its scope closes it
        }
    }
}
