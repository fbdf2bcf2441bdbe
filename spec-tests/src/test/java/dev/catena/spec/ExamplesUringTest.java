package dev.catena.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The example programs as their users meet them: the one jar, started as a process of its own, judged by its exit code,
/// by what it prints, and by the files it leaves.
@Timeout(120)
class ExamplesUringTest {
    private static final int BLOCK = 4096;
    private static final int COULD_NOT = 1;
    private static final int WRONG_USE = 2;
    private static final int TERMINATED = 128 + 15;

    @TempDir Path folder;

    private final List<Process> started = new ArrayList<>();

    /// What a program did.
    private record Run(int exitCode, String out, String err) {
        List<String> errors() {
            return err.lines().toList();
        }
    }

    @AfterEach
    void leaveNoProcess() {
        started.forEach(Process::destroyForcibly);
    }

    // ---------------------------------------------------------------- cp

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 10 * BLOCK + 7})
    void shouldCopyEveryByteOfAFileOfAnySize(int sizeBytes) throws Exception {
        var source = source(sizeBytes);

        var run = run("cp", source, folder.resolve("copy"), "--block", "4k", "--depth", "4");

        assertThat(run).isEqualTo(new Run(0, "", ""));
        assertThat(folder.resolve("copy")).hasSameBinaryContentAs(source);
        assertThat(names()).containsExactly("copy", "source");
    }

    /// The kernel says that the one is empty and the other a page long; neither is so.
    @ParameterizedTest
    @ValueSource(strings = {"/proc/version", "/sys/devices/system/cpu/online"})
    void shouldCopyToTheEndOfTheFileWhateverItsSizeSays(Path source) throws Exception {
        assertThat(Files.size(source)).isNotEqualTo(Files.readAllBytes(source).length);

        var run = run("cp", source, folder.resolve("copy"), "--block", "1k");

        assertThat(run.err()).isEmpty();
        assertThat(folder.resolve("copy")).hasBinaryContent(Files.readAllBytes(source));
    }

    @Test
    void shouldPrintHowManyEntriesEachEnterCarriedWhenAskedTo() throws Exception {
        var run = run("cp", source(64 * BLOCK), folder.resolve("copy"), "--block", "4k", "-v");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("64 chains read→write in 8 submissions of up to 16 entries")
                .containsPattern("entries in [0-9,]+ enters")
                .containsPattern(
                        "published ([0-9,]+) = terminal \\1; out: 0 descriptors, 0 leases");
    }

    @Test
    void shouldLeaveAnExistingTargetAsItIs() throws Exception {
        var target = Files.writeString(folder.resolve("copy"), "precious");

        var run = run("cp", source(BLOCK), target);

        assertThat(run.exitCode()).isEqualTo(COULD_NOT);
        assertThat(run.errors())
                .containsExactly("examples/run cp: cannot write " + target + ": it exists already");
        assertThat(target).hasContent("precious");
        assertThat(names()).containsExactly("copy", "source");
    }

    @Test
    void shouldNameASourceThatIsMissing() throws Exception {
        var missing = folder.resolve("missing");

        var run = run("cp", missing, folder.resolve("copy"));

        assertThat(run.exitCode()).isEqualTo(COULD_NOT);
        assertThat(run.errors())
                .containsExactly(
                        "examples/run cp: cannot read "
                                + missing
                                + ": there is no such file or directory");
        assertThat(names()).isEmpty();
    }

    @Test
    void shouldRefuseToCopyAFileOntoItselfOrAFolderAtAll() throws Exception {
        var source = source(BLOCK);

        var ontoItself = run("cp", source, source);
        var ofFolder = run("cp", folder, folder.resolve("copy"));
        var ontoFolder = run("cp", source, folder);

        assertThat(ontoItself.errors())
                .containsExactly(
                        "examples/run cp: " + source + " and " + source + " are the same file");
        assertThat(ofFolder.errors()).singleElement().asString().contains("it is a directory");
        assertThat(ontoFolder.errors()).singleElement().asString().contains("it is a directory");
        assertThat(List.of(ontoItself.exitCode(), ofFolder.exitCode(), ontoFolder.exitCode()))
                .containsOnly(COULD_NOT);
        assertThat(source).hasSize(BLOCK);
        assertThat(names()).containsExactly("source");
    }

    /// The limit on the size of files stands in for a full disk, which only root can make.
    @Test
    void shouldLeaveNothingWhenTheTargetCannotBecomeLargeEnough() throws Exception {
        var target = folder.resolve("copy");
        var command = new ArrayList<>(List.of("bash", "-c", "ulimit -f 64; exec \"$0\" \"$@\""));
        command.addAll(command("cp", source(1 << 20), target, "--block", "4k"));
        command.add(command.indexOf("-jar"), "-XX:-UsePerfData"); // a file, too

        var run = finish(start(command));

        assertThat(run.exitCode()).isEqualTo(COULD_NOT);
        assertThat(run.errors())
                .containsExactly(
                        "examples/run cp: cannot write "
                                + target
                                + ": the file would become too large");
        assertThat(names()).containsExactly("source");
    }

    @Test
    void shouldLeaveNothingWhenToldToEndInTheMiddle() throws Exception {
        var process =
                start(command("cp", source(32 << 20), folder.resolve("copy"), "--block", "1"));
        while (draftBytes() < 100) {
            assertThat(process.isAlive()).as("still copying byte after byte").isTrue();
            Thread.onSpinWait();
        }

        terminate(process);
        var run = finish(process);

        assertThat(run.exitCode()).isEqualTo(TERMINATED);
        assertThat(run.errors())
                .containsExactly(
                        "examples/run cp: stopped; " + folder.resolve("copy") + " was not written");
        assertThat(names()).containsExactly("source");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--block 0",
                "--block 12q",
                "--block 65m",
                "--depth 0",
                "--depth x",
                "--deep 2"
            })
    void shouldSayHowItIsUsedWhenItIsUsedWrongly(String option) throws Exception {
        var words = option.split(" ", -1);

        var run = run("cp", source(1), folder.resolve("copy"), words[0], words[1]);

        assertThat(run.exitCode()).isEqualTo(WRONG_USE);
        assertThat(run.errors()).first().asString().contains(words[0]);
        assertThat(run.err()).doesNotContain("\tat ");
        assertThat(names()).containsExactly("source");
    }

    // ---------------------------------------------------------------- echo

    @Test
    void shouldEchoUntilToldToEndAndThenCountAndExitWithZero() throws Exception {
        var process = start(command("echo", "--port", "0"));
        var out = process.inputReader(UTF_8);
        int port = port(out);
        try (var first = connect(port);
                var second = connect(port)) {
            assertThat(echo(first, "one")).isEqualTo("one");
            assertThat(echo(second, "two")).isEqualTo("two");
            assertThat(echo(first, "three")).isEqualTo("three");

            terminate(process);

            assertThat(process.waitFor(5, TimeUnit.SECONDS)).as("ended within seconds").isTrue();
        }
        assertThat(process.exitValue()).isZero();
        assertThat(out.readAllAsString())
                .contains("served 2 connections, 0 of which broke; sent 11 bytes back")
                .containsPattern(
                        "published ([0-9,]+) = terminal \\1; out: 0 descriptors, 0 leases");
    }

    @Test
    void shouldHoldNothingOfAThousandClientsThatBrokeOffInMidMessage() throws Exception {
        var process = start(command("echo", "--port", "0"));
        var out = process.inputReader(UTF_8);
        int port = port(out);
        try (var client = connect(port)) {
            assertThat(echo(client, "warm")).isEqualTo("warm");
            long before = descriptors(process);

            for (int i = 0; i < 1000; i++) {
                breakOff(port);
            }

            assertThat(echo(client, "still here")).isEqualTo("still here");
            while (descriptors(process) > before) { // or the time limit is reached
                Thread.onSpinWait();
            }
        }
        terminate(process);
        assertThat(process.waitFor()).isZero();
        assertThat(out.readAllAsString())
                .contains("served 1,001 connections")
                .contains("out: 0 descriptors, 0 leases, 0 scopes, 0 timers");
    }

    @Test
    void shouldSayThatAPortIsTaken() throws Exception {
        var process = start(command("echo", "--port", "0"));
        int port = port(process.inputReader(UTF_8));

        var run = run("echo", "--port", port);

        assertThat(run.exitCode()).isEqualTo(COULD_NOT);
        assertThat(run.errors())
                .containsExactly(
                        "examples/run echo: cannot listen on 127.0.0.1:"
                                + port
                                + ": the address is in use");
    }

    // ---------------------------------------------------------------- demo and list

    @Test
    void shouldPlayTheWholeDemo() throws Exception {
        var run = run("demo");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(line -> line.split(" ", -1)[0]).filter(s -> !s.isEmpty()))
                .containsExactly(
                        "ring",
                        "copy",
                        "echo",
                        "deadline",
                        "cancel",
                        "sleep",
                        "ticks",
                        "closed",
                        "done");
        assertThat(run.out())
                .contains("io_uring")
                .contains("12,800 of 12,800 came back equal")
                .containsPattern(
                        "published ([0-9,]+) = terminal \\1; out: 0 descriptors, 0 leases");
    }

    @Test
    void shouldNameThePrograms() throws Exception {
        var run = run("list");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(line -> line.split(" ", -1)[0]))
                .contains("list", "demo", "cp", "echo")
                .doesNotContain("echo-load");
        assertThat(run("tunnel").exitCode()).isEqualTo(WRONG_USE);
        assertThat(run().exitCode()).isEqualTo(WRONG_USE);
    }

    // ---------------------------------------------------------------- files and connections

    private Path source(int sizeBytes) throws IOException {
        var bytes = new byte[sizeBytes];
        new Random(sizeBytes).nextBytes(bytes);
        return Files.write(folder.resolve("source"), bytes);
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    /// The bytes that are in files other than the source.
    private long draftBytes() throws IOException {
        long bytes = 0;
        for (var name : names()) {
            bytes += name.equals("source") ? 0 : Files.size(folder.resolve(name));
        }
        return bytes;
    }

    private static int port(BufferedReader out) throws IOException {
        var line = String.valueOf(out.readLine());
        assertThat(line).startsWith("listening on 127.0.0.1:");
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        return socket;
    }

    private static String echo(Socket socket, String message) throws IOException {
        socket.getOutputStream().write(message.getBytes(UTF_8));
        var answer = new byte[message.length()];
        new DataInputStream(socket.getInputStream()).readFully(answer);
        return new String(answer, UTF_8);
    }

    /// A client that dies with a message on its way: the kernel resets the connection.
    private static void breakOff(int port) throws IOException {
        try (var socket = connect(port)) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(new byte[1000]);
        }
    }

    private static long descriptors(Process process) throws IOException {
        try (var open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.count();
        }
    }

    // ---------------------------------------------------------------- processes

    private Run run(Object... words) throws IOException, InterruptedException {
        return finish(start(command(words)));
    }

    private static List<String> command(Object... words) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.concat(
                        Stream.of(java, "-jar", jar().toString()),
                        Arrays.stream(words).map(String::valueOf))
                .toList();
    }

    private static Path jar() {
        var jar =
                Path.of(
                                System.getProperty(
                                        "examples.jar", "../examples/target/catena-examples.jar"))
                        .toAbsolutePath()
                        .normalize();
        assertThat(jar)
                .as("the jar of the examples, which `mvn package` makes (`mvn test` does not)")
                .exists();
        return jar;
    }

    private Process start(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().remove("JDK_JAVA_OPTIONS"); // of which the JVM would speak
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        var process = builder.start();
        started.add(process);
        return process;
    }

    /// Sends SIGTERM. (`Process.destroy` would also close what the program prints to.)
    private static void terminate(Process process) {
        assertThat(process.toHandle().destroy()).isTrue();
    }

    /// Waits for the end. What these programs print fits into a pipe.
    private static Run finish(Process process) throws IOException, InterruptedException {
        int exitCode = process.waitFor();
        return new Run(
                exitCode,
                process.inputReader(UTF_8).readAllAsString(),
                process.errorReader(UTF_8).readAllAsString());
    }
}
