package dev.catena.spec.programs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Starts example programs on one driver, and the programs that are their clients.
final class Programs implements AutoCloseable {
    /// What a program did.
    ///
    /// @param exitCode what it ended with
    /// @param bytes its standard output
    /// @param err its standard error
    record Run(int exitCode, byte[] bytes, String err) {
        String out() {
            return new String(bytes, UTF_8);
        }
    }

    private final String driver;
    private final List<Process> started = new ArrayList<>();

    /// @param driver `uring` or `portable`
    Programs(String driver) {
        this.driver = driver;
    }

    /// A server that listens.
    final class Server {
        private final Process process;
        private final BufferedReader out;
        private final BufferedReader err;
        private final int port;

        private Server(Process process) throws IOException {
            this.process = process;
            this.out = process.inputReader(UTF_8);
            this.err = process.errorReader(UTF_8);
            var line = String.valueOf(out.readLine());
            if (!line.startsWith("listening on 127.0.0.1:")) {
                throw new AssertionError(line + "\n" + err.readAllAsString());
            }
            port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        }

        int port() {
            return port;
        }

        /// Waits until it says something on standard error.
        void awaitComplaint(String part) throws IOException {
            for (var line = err.readLine(); line != null; line = err.readLine()) {
                if (line.contains(part)) {
                    return;
                }
            }
            throw new AssertionError("it ended without saying '" + part + "'");
        }

        /// Ends it, and asserts that it closed all that it held; gives what it printed. By `SIGTERM`, since what a shell has started in
        /// the background ignores Ctrl-C.
        String stop() throws IOException, InterruptedException {
            assertThat(new ProcessBuilder("kill", "-TERM", "" + process.pid()).start().waitFor())
                    .isZero();
            var said = out.readAllAsString();
            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said)
                    .containsPattern("published ([0-9,]+) = terminal \\1;")
                    .contains("out: 0 descriptors, 0 leases, 0 scopes, 0 timers");
            return said;
        }

        /// Ends it without a chance to do anything (`SIGKILL`).
        void kill() {
            process.destroyForcibly().onExit().join();
        }
    }

    Server serve(String... words) throws IOException {
        return new Server(start(program(words)));
    }

    /// Runs an example program to its end.
    Run run(String... words) throws IOException, InterruptedException {
        return finish(start(program(words)));
    }

    Process start(String... words) throws IOException {
        return start(program(words));
    }

    /// Runs a client to its end. The test is skipped, and says so, where it is not installed.
    Run client(String... command) throws IOException, InterruptedException {
        assumeInstalled(command[0]);
        return finish(start(List.of(command)));
    }

    static void assumeInstalled(String program) {
        boolean present =
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        Assumptions.assumeTrue(present, program + " is not installed");
    }

    private List<String> program(String... words) {
        var jar = System.getProperty("examples.jar", "../examples/target/catena-examples.jar");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:-UsePerfData");
        command.add("-XX:TieredStopAtLevel=1"); // they live for seconds
        command.add("-Dcatena.driver=" + driver);
        command.addAll(List.of("-jar", jar));
        command.addAll(List.of(words));
        return command;
    }

    private Process start(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().remove("JDK_JAVA_OPTIONS"); // of which the JVM would speak
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().put("LC_ALL", "C.UTF-8");
        var process = builder.start();
        started.add(process);
        return process;
    }

    /// Whatever it prints, and however much: both streams are read at the same time.
    static Run finish(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        var err = new CompletableFuture<String>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                err.complete(process.errorReader(UTF_8).readAllAsString());
                            } catch (IOException e) {
                                err.completeExceptionally(e);
                            }
                        });
        var bytes = process.getInputStream().readAllBytes();
        return new Run(process.waitFor(), bytes, err.join());
    }

    @Override
    public void close() {
        started.forEach(process -> process.destroyForcibly().onExit().join());
    }
}
