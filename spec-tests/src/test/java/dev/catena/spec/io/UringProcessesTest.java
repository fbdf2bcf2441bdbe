package dev.catena.spec.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.ChildProcess;
import dev.catena.io.Command;
import dev.catena.io.Processes;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.WaitProcess;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.scope.Task;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Programs that a scope runs, on drivers that have processes.
@Timeout(200)
@NotOn(value = DriverOfTests.SIM, why = "the simulated kernel has no processes")
class UringProcessesTest extends UringSpec {
    // a shell that waits without a program of its own
    private static final String WAIT = "echo ready; read line";

    @TempDir Path folder;

    private void run(Scope.Work<Exception> body) throws Exception {
        Scope.run(proactor(), body);
    }

    private static Command shell(String script) {
        return Command.of("/bin/sh", "-c", script);
    }

    /// A process that has said that it is ready.
    private static ChildProcess ready(Scope scope, Command command) throws IOException {
        var process = Processes.start(scope, command);
        assertThat(process.output().readUntil("\n", 100)).isEqualTo("ready");
        return process;
    }

    private Set<Long> startedBefore = Set.of();

    /// The processes that this one has started, and that are in the system's table.
    private static Set<Long> children() {
        return ProcessHandle.current()
                .children()
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    @BeforeEach
    void countChildren() {
        startedBefore = children();
    }

    @AfterEach
    void noChildShouldBeLeft() {
        assertThat(startedBefore).as("children of this process").containsAll(children());
    }

    @Test
    void inputOutputErrorsAndExitStatusShouldBeThoseOfTheProgram() throws Exception {
        run(
                scope -> {
                    var script = "cat; echo wrong >&2; exit 3";
                    var finished = Processes.run(scope, shell(script), "given".getBytes(US_ASCII));
                    assertThat(finished.text()).isEqualTo("given");
                    assertThat(finished.errorText()).isEqualTo("wrong\n");
                    assertThat(finished.exit()).isEqualTo(new WaitProcess.Exit(false, 3));
                    var merged = Processes.run(scope, shell(script).mergeErrors());
                    assertThat(merged.text()).isEqualTo("wrong\n");
                    assertThat(merged.errorText()).isEmpty();
                    var silent =
                            shell("cat; echo lost; echo lost >&2")
                                    .input(Command.Stream.NOTHING)
                                    .output(Command.Stream.NOTHING)
                                    .error(Command.Stream.NOTHING);
                    assertThat(Processes.run(scope, silent))
                            .satisfies(all -> assertThat(all.text() + all.errorText()).isEmpty())
                            .extracting(all -> all.exit().code())
                            .isEqualTo(0);
                });
    }

    @Test
    void environmentAndDirectoryShouldBeAsTold() throws Exception {
        run(
                scope -> {
                    var said =
                            Processes.run(
                                    scope,
                                    shell("pwd; echo $GREETING; echo ${HOME-none}")
                                            .environment(Map.of("PATH", "/bin:/usr/bin"))
                                            .with("GREETING", "hello")
                                            .in(folder.toRealPath()));
                    assertThat(said.text()).isEqualTo(folder.toRealPath() + "\nhello\nnone\n");
                });
    }

    @Test
    void childShouldGetItsThreeDescriptorsAndNoOther() throws Exception {
        run(
                scope -> {
                    try (var _ = new ServerSocket(0)) {
                        var said = Processes.run(scope, Command.of("ls", "/proc/self/fd"));
                        assertThat(said.text().split("\n"))
                                .as("three, and the one that ls reads them with")
                                .hasSize(4);
                    }
                });
    }

    @Test
    @NotOn(value = DriverOfTests.PORTABLE, why = "the JDK leaves SIGQUIT blocked")
    void noSignalShouldBeBlockedInAChild() throws Exception {
        run(
                scope ->
                        assertThat(
                                        Processes.run(
                                                        scope,
                                                        Command.of(
                                                                "grep",
                                                                "SigBlk",
                                                                "/proc/self/status"))
                                                .text())
                                .contains("\t0000000000000000"));
    }

    @Test
    void signalThatEndedAProgramShouldBeTold() throws Exception {
        run(
                scope -> {
                    var exit = Processes.run(scope, shell("kill -9 $$")).exit();
                    assertThat(exit.code()).isEqualTo(128 + 9);
                    if (DriverOfTests.current() == DriverOfTests.URING) {
                        assertThat(exit).isEqualTo(new WaitProcess.Exit(true, 9));
                    }
                });
    }

    @Test
    void programThatCannotBeStartedShouldSayWhyAndLeaveNothing() throws Exception {
        run(
                scope -> {
                    long before = ring().metrics().descriptors();
                    assertThatThrownBy(
                                    () -> Processes.run(scope, Command.of("no-such-program-here")))
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("no-such-program-here")
                            .hasMessageMatching(".*(ENOENT|No such file).*");
                    assertThatThrownBy(() -> Processes.start(scope, Command.of("/etc/passwd")))
                            .hasMessageMatching(".*(EACCES|Permission denied).*");
                    assertThat(ring().metrics().descriptors()).isEqualTo(before);
                });
    }

    @Test
    void programShouldBeSpokenWithLineByLine() throws Exception {
        run(
                scope -> {
                    try (var cat = Processes.start(scope, Command.of("cat"))) {
                        for (int i = 0; i < 100; i++) {
                            cat.input().writeAll("line " + i + "\n");
                            assertThat(cat.output().readUntil("\n", 100)).isEqualTo("line " + i);
                        }
                        assertThat(cat.isAlive()).isTrue();
                        cat.input().close();
                        assertThat(cat.output().readUntil("\n", 100)).isNull();
                        assertThat(cat.await().code()).isZero();
                        assertThat(cat.isAlive()).isFalse();
                        assertThat(cat.await().code()).as("asked again").isZero();
                    }
                });
    }

    @Test
    void outputOfManyMebibytesShouldWaitForASlowReaderAndArriveWhole() throws Exception {
        int lines = 1_000_000;
        var expected = new CRC32();
        for (int i = 1; i <= lines; i++) {
            expected.update((i + "\n").getBytes(US_ASCII));
        }
        run(
                scope -> {
                    var seq = Processes.start(scope, Command.of("seq", String.valueOf(lines)));
                    // it cannot end before somebody reads: a pipe holds 64 KiB, or a few on their
                    // way
                    assertThatThrownBy(() -> seq.await(Duration.ofMillis(300)))
                            .isInstanceOf(DeadlineExceededException.class);
                    var sum = new CRC32();
                    var small = scope.lease(700);
                    for (int n = seq.output().read(small); n > 0; n = seq.output().read(small)) {
                        sum.update(small.first(n).asByteBuffer());
                    }
                    assertThat(sum.getValue()).isEqualTo(expected.getValue());
                    assertThat(seq.await().code()).isZero();
                });
    }

    @Test
    void outputThatIsTooMuchToCollectShouldEndTheProgram() throws Exception {
        run(
                scope ->
                        assertThatThrownBy(() -> Processes.run(scope, Command.of("yes")))
                                .isInstanceOf(ProtocolException.class));
    }

    @Test
    void inputThatIsNotReadShouldBeNoFailure() throws Exception {
        run(
                scope ->
                        assertThat(
                                        Processes.run(
                                                        scope,
                                                        Command.of("true"),
                                                        new byte[1_000_000])
                                                .exit()
                                                .code())
                                .isZero());
    }

    @Test
    void endOfAScopeShouldAskTheProgramToEndAndWaitForIt() throws Exception {
        var trace = folder.resolve("trace");
        var polite =
                shell(
                                "trap 'kill $!; echo bye > "
                                        + trace
                                        + "; exit 0' TERM; sleep 1000 & echo ready; wait")
                        .grace(Duration.ofSeconds(100));
        var patient = ScopeOptions.of("patient").cleanup(Duration.ofSeconds(100));
        Scope.run(proactor(), patient, scope -> ready(scope, polite));
        assertThat(trace).hasContent("bye");
    }

    @Test
    void programThatIgnoresBeingAskedShouldBeKilled() throws Exception {
        run(
                scope -> {
                    var deaf =
                            ready(
                                    scope,
                                    shell("trap '' TERM; " + WAIT).grace(Duration.ofMillis(50)));
                    deaf.terminate();
                    deaf.close();
                    assertThat(deaf.isAlive()).isFalse();
                    assertThat(deaf.await().code()).isEqualTo(128 + 9);
                    assertThat(Path.of("/proc/" + deaf.pid())).doesNotExist();
                });
    }

    @Test
    @Tag("S4")
    void scopeThatFailsOrIsOutOfTimeShouldKillWhatIgnoresBeingAsked() throws Exception {
        var deaf = shell("trap '' TERM; " + WAIT).grace(Duration.ofMillis(20));
        var failing = new ArrayList<ChildProcess>();
        assertThatThrownBy(
                        () ->
                                run(
                                        scope -> {
                                            failing.add(ready(scope, deaf));
                                            throw new IllegalStateException("the body's");
                                        }))
                .hasMessage("the body's");
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            failing.add(ready(scope, deaf));
                                            var hurried =
                                                    ScopeOptions.of("hurried")
                                                            .within(Duration.ofMillis(10));
                                            scope.child(
                                                    hurried,
                                                    inner -> {
                                                        failing.add(Processes.start(inner, deaf));
                                                        return failing.getLast().await();
                                                    });
                                        }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(failing)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(
                        process -> assertThat(Path.of("/proc/" + process.pid())).doesNotExist());
    }

    @Test
    void runShouldEndTheProgramWhenItsTimeIsUp() throws Exception {
        run(
                scope -> {
                    var slow = Command.of("sleep", "1000").within(Duration.ofMillis(100));
                    assertThatThrownBy(() -> Processes.run(scope, slow))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertThat(ring().metrics().descriptors()).isZero();
                });
    }

    @Test
    @Tag("X4")
    void waitThatIsCutShortShouldLeaveTheProgramAlone() throws Exception {
        run(
                scope -> {
                    var process = ready(scope, shell(WAIT + "; exit 7"));
                    assertThatThrownBy(() -> process.await(Duration.ofMillis(5)))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertThat(process.isAlive()).isTrue();
                    var waiters = new ArrayList<Task<WaitProcess.Exit>>();
                    for (int i = 0; i < 4; i++) {
                        waiters.add(scope.fork(() -> process.await()));
                    }
                    process.input().writeAll("go on\n");
                    for (var waiter : waiters) {
                        assertThat(waiter.await()).isEqualTo(new WaitProcess.Exit(false, 7));
                    }
                });
    }

    private static long reapers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("process reaper"))
                .count();
    }

    @Test
    void hundredProcessesShouldLiveAtOnceAndEachBeAnswered() throws Exception {
        run(
                scope -> {
                    long before = reapers(); // of processes that other tests have started
                    var cats = new ArrayList<ChildProcess>();
                    for (int i = 0; i < 100; i++) {
                        cats.add(Processes.start(scope, Command.of("cat")));
                    }
                    if (DriverOfTests.current() == DriverOfTests.URING) {
                        assertThat(reapers())
                                .as("threads that the JDK has for processes")
                                .isLessThanOrEqualTo(before);
                    }
                    for (int i = 0; i < 100; i++) {
                        cats.get(i).input().writeAll("number " + i + "\n");
                    }
                    var ends = new ArrayList<Task<WaitProcess.Exit>>();
                    for (int i = 0; i < 100; i++) {
                        var cat = cats.get(i);
                        assertThat(cat.output().readUntil("\n", 100)).isEqualTo("number " + i);
                        ends.add(scope.fork(() -> cat.await()));
                    }
                    for (int i = 0; i < 100; i++) {
                        if (i % 2 == 0) {
                            cats.get(i).input().close();
                        } else {
                            cats.get(i).kill();
                        }
                        assertThat(ends.get(i).await().code()).isEqualTo(i % 2 == 0 ? 0 : 137);
                    }
                });
    }

    @Test
    @Tag("S7")
    void scopeThatLivesLongShouldForgetProcessesThatHaveEnded() throws Exception {
        run(
                scope -> {
                    for (int i = 0; i < 50; i++) {
                        try (var one = Processes.start(scope, Command.of("true"))) {
                            assertThat(one.await().code()).isZero();
                        }
                        assertThat(ring().metrics().descriptors()).isZero();
                    }
                    assertThat(Files.exists(folder)).isTrue();
                });
    }

    @Test
    void streamThatIsNotPipedShouldBeRefused() throws Exception {
        run(
                scope -> {
                    var command = Command.of("true").output(Command.Stream.NOTHING);
                    try (var process = Processes.start(scope, command)) {
                        assertThatThrownBy(process::output)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("output");
                        assertThat(process.await().code()).isZero();
                    }
                    assertThatThrownBy(() -> Command.of("a\0b"))
                            .isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> Command.of(""))
                            .isInstanceOf(IllegalArgumentException.class);
                });
    }
}
