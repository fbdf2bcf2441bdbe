package dev.catena.spec.portable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The example programs, started as somebody else would start them: by another user, under a limit, behind a filter.
final class ExamplePrograms implements AutoCloseable {
    /// What a program did.
    ///
    /// @param exitCode what it ended with
    /// @param out its standard output
    /// @param err its standard error
    record Run(int exitCode, String out, String err) {}

    private final Path folder;
    private final Path jar;
    private final List<Process> started = new ArrayList<>();

    /// Programs that everybody may run, whoever owns the checkout.
    ///
    /// @param folder an empty one, which everybody may then read and write
    ExamplePrograms(Path folder) throws IOException {
        this.folder = folder;
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        var made = System.getProperty("examples.jar", "../examples/target/catena-examples.jar");
        jar = Files.copy(Path.of(made), folder.resolve("examples.jar"));
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /// A user without rights, and with no other processes: limits of locked memory are shared by all of a user's.
    static List<String> asOrdinaryUser() {
        int number = 100_000 + (int) (ProcessHandle.current().pid() % 50_000);
        return List.of("setpriv", "--reuid=" + number, "--regid=" + number, "--clear-groups");
    }

    /// A limit of a kind for the process, which it cannot raise.
    static List<String> limited(String kind, long limit) {
        return List.of("prlimit", "--" + kind + "=" + limit + ":" + limit);
    }

    /// A filter that answers the calls of io_uring with an error.
    static List<String> filtered(int errno) {
        return List.of(
                java(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                RingFilter.class.getName(),
                Integer.toString(errno));
    }

    /// One way to start a program after the other.
    static List<String> both(List<String> outer, List<String> inner) {
        var all = new ArrayList<>(outer);
        all.addAll(inner);
        return all;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /// Runs one to its end. What they print fits into a pipe.
    ///
    /// @param around what starts it
    /// @param options of the JVM
    Run run(List<String> around, List<String> options, String... words)
            throws IOException, InterruptedException {
        return finish(start(around, options, words));
    }

    Process start(List<String> around, List<String> options, String... words) throws IOException {
        var command = new ArrayList<>(around);
        command.add(java()); // with its path, for RingFilter
        command.add("-XX:-UsePerfData");
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(Arrays.asList(words));
        return start(command);
    }

    /// Runs the `main` of a class of the tests.
    Run runClass(List<String> around, List<String> options, Class<?> type)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(around);
        command.addAll(List.of(java(), "--enable-native-access=ALL-UNNAMED"));
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.addAll(options);
        // from the jar, which stays open: a class in a folder needs a descriptor to be loaded
        var classes = jar + File.pathSeparator + System.getProperty("java.class.path");
        command.addAll(List.of("-cp", classes, type.getName()));
        return finish(start(command));
    }

    private Process start(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.directory(folder.toFile());
        builder.environment().remove("JDK_JAVA_OPTIONS"); // of which the JVM would speak
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("CATENA_DRIVER");
        var process = builder.start();
        started.add(process);
        return process;
    }

    static Run finish(Process process) throws IOException, InterruptedException {
        int exitCode = process.waitFor();
        return new Run(
                exitCode,
                process.inputReader(UTF_8).readAllAsString(),
                process.errorReader(UTF_8).readAllAsString());
    }

    /// Runs `demo` and `cp` and `echo`, and asserts that each did its work, on a driver that says `driver` of itself.
    void playAll(List<String> around, List<String> options, String driver) throws Exception {
        var demo = run(around, options, "demo");
        assertThat(demo.exitCode()).as(demo.toString()).isZero();
        assertThat(demo.out())
                .contains(driver)
                .contains("12,800 of 12,800 came back equal")
                .contains("all as expected")
                .containsPattern(
                        "published ([0-9,]+) = terminal \\1; out: 0 descriptors, 0 leases");
        copies(around, options);
        echoes(around, options);
    }

    private void copies(List<String> around, List<String> options) throws Exception {
        var source = Files.write(folder.resolve("source"), Files.readAllBytes(jar));
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r--r--"));
        var copy = folder.resolve("copy");

        var run = run(around, options, "cp", source.toString(), copy.toString());

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(copy).hasSameBinaryContentAs(source);
        Files.delete(copy);
    }

    private void echoes(List<String> around, List<String> options) throws Exception {
        var server = start(around, options, "echo", "--port", "0");
        var out = server.inputReader(UTF_8);
        var line = String.valueOf(out.readLine());
        assertThat(line).startsWith("listening on 127.0.0.1:");
        int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));

        assertThat(Echoing.echo(port, "one")).isEqualTo("one");
        assertThat(Echoing.echo(port, "three")).isEqualTo("three");

        assertThat(server.toHandle().destroy()).isTrue(); // SIGTERM
        assertThat(server.waitFor()).isZero();
        assertThat(out.readAllAsString())
                .contains("served 2 connections, 0 of which broke; sent 8 bytes back")
                .contains("out: 0 descriptors, 0 leases, 0 scopes, 0 timers");
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
    }
}
