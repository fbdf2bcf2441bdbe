package dev.catena.spec.language;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.unlink;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.language.UringFilesTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Chain;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.OpenFlag;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Said;
import dev.catena.spec.TamperedDriver;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Links that post no completion when they succeed. Every test here would wait for ever if the loop took a completion for
/// outstanding that the kernel does not post, and see a stale one if it took one for settled that the kernel does post.
class UringSilentChainsTest extends UringSpec {
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir private Path folder;

    @Test
    void silentLinksShouldSucceedWithoutACompletion() throws Exception {
        var completions = new AtomicInteger();
        try (var ring =
                RingUnderTest.over(
                        () ->
                                new TamperedDriver() {
                                    @Override
                                    public int reap(Completions sink) {
                                        return super.reap(
                                                (token, result, flags) -> {
                                                    completions.incrementAndGet();
                                                    sink.completed(token, result, flags);
                                                });
                                    }
                                })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var chain =
                                linkAll(
                                        List.of(
                                                nop().skipSuccess(),
                                                nop().skipSuccess(),
                                                nop().skipSuccess(),
                                                nop()));
                        assertThat(said(scope, chain))
                                .containsExactly(
                                        "completed", "completed", "completed", "completed");
                    });
        }
        assertThat(completions).as("completions of four links").hasValue(1);
    }

    @Test
    void silentTransferShouldCountAsComplete() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var buffer = scope.lease(5);
                    var chain =
                            link(
                                    write(ends.writing(), text(scope, "hello")).skipSuccess(),
                                    read(ends.reading(), buffer).skipSuccess(),
                                    nop());
                    var results = scope.await(chain);
                    assertThat(results._1()).isEqualTo(5);
                    assertThat(results._2()).isEqualTo(5);
                    assertThat(buffer.toArray()).isEqualTo("hello".getBytes());
                });
    }

    @Test
    void failureOfASilentLinkShouldSkipTheRest() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var broken = read(scope.await(pipe()).writing(), scope.lease(1));
                    assertThat(said(scope, link(broken.skipSuccess(), nop(), nop())))
                            .containsExactly("EBADF", "skipped (EBADF)", "skipped (EBADF)");
                    assertThat(
                                    said(
                                            scope,
                                            link(
                                                    nop(),
                                                    nop().skipSuccess(),
                                                    broken.skipSuccess(),
                                                    nop().skipSuccess(),
                                                    nop())))
                            .containsExactly(
                                    "completed",
                                    "completed",
                                    "EBADF",
                                    "skipped (EBADF)",
                                    "skipped (EBADF)");
                });
    }

    @Test
    void failureBeforeASilentLinkShouldSkipIt() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var broken = read(scope.await(pipe()).writing(), scope.lease(1));
                    assertThat(
                                    said(
                                            scope,
                                            link(
                                                    broken,
                                                    nop().skipSuccess(),
                                                    nop().skipSuccess(),
                                                    nop())))
                            .containsExactly(
                                    "EBADF",
                                    "skipped (EBADF)",
                                    "skipped (EBADF)",
                                    "skipped (EBADF)");
                });
    }

    @Test
    void failureBehindASilentLinkShouldLeaveItCompleted() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var broken = read(scope.await(pipe()).writing(), scope.lease(1));
                    assertThat(said(scope, link(nop().skipSuccess(), broken, nop())))
                            .containsExactly("completed", "EBADF", "skipped (EBADF)");
                });
    }

    @Test
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void shortReadOnASilentLinkShouldSaySo() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "short");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, OpenFlag.READ));
                    var buffer = scope.lease(64);
                    assertThat(said(scope, link(read(fd, buffer).at(0).skipSuccess(), nop())))
                            .containsExactly("short 5", "skipped (short 5)");
                    assertThat(
                                    said(
                                            scope,
                                            link(
                                                    nop().skipSuccess(),
                                                    read(fd, buffer).at(0).skipSuccess(),
                                                    nop().skipSuccess(),
                                                    nop())))
                            .containsExactly(
                                    "completed",
                                    "short 5",
                                    "skipped (short 5)",
                                    "skipped (short 5)");
                });
    }

    @Test
    void cancelInTheMiddleShouldSettleAllLinks() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var waiting = read(ends.reading(), scope.lease(1));
                    for (var chain :
                            List.of(
                                    link(nop().skipSuccess(), waiting.skipSuccess(), nop(), nop()),
                                    link(
                                            nop().skipSuccess(),
                                            waiting,
                                            nop().skipSuccess(),
                                            nop()))) {
                        var running = scope.start(chain.each());
                        scope.await(nop());
                        assertThat(running.isDone()).isFalse();
                        running.cancel("in the middle");
                        assertThat(running.await().stream().map(Said::of))
                                .containsExactly(
                                        "completed",
                                        "cancelled",
                                        "skipped (cancelled)",
                                        "skipped (cancelled)");
                    }
                });
    }

    @Test
    void timerThatIsSilentShouldStillBeWaitedFor() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    long start = proactor().nanoTime();
                    var chain = link(timeout(Duration.ofMillis(20)).skipSuccess(), nop());
                    assertThat(said(scope, chain)).containsExactly("completed", "completed");
                    assertThat(proactor().nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
                });
    }

    @Test
    void boundedLinkBeforeASilentOneThatFailsShouldNotHoldTheChainUp() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var broken = read(ends.writing(), scope.lease(1));
                    for (int i = 0; i < 20; i++) {
                        scope.await(write(ends.writing(), text(scope, "x")));
                        var bounded = read(ends.reading(), scope.lease(1)).within(LONG);
                        assertThat(said(scope, link(bounded, broken.skipSuccess(), nop())))
                                .containsExactly("completed", "EBADF", "skipped (EBADF)");
                    }
                    var late = read(ends.reading(), scope.lease(1)).within(Duration.ofMillis(10));
                    assertThat(said(scope, link(late, broken.skipSuccess(), nop())))
                            .containsExactly(
                                    "timed out", "skipped (timed out)", "skipped (timed out)");
                });
    }

    @Test
    void silentLinkBehindAHardOneShouldBeRefused() {
        assertThatThrownBy(() -> link(nop().hard(), nop().skipSuccess(), nop()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("link 1")
                .hasMessageContaining("hard");
    }

    @Test
    void linkWhoseFailureTheKernelKeepsToItselfShouldNotBeSilent() {
        assertThatThrownBy(() -> link(unlink(folder).skipSuccess(), nop()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("link 0")
                .hasMessageContaining("failure");
    }

    @Test
    @Tag("C3")
    @NotOn(value = DriverOfTests.PORTABLE, why = "a drain works there")
    void drainOnARingWhereALinkWasSilentShouldFailAndSaySo() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    assertThat(Said.of(scope.attempt(nop().drained()))).isEqualTo("completed");
                    scope.await(link(nop().skipSuccess(), nop()));
                    assertThat(Said.of(scope.attempt(nop().drained()))).isEqualTo("EOPNOTSUPP");
                });
    }

    @Test
    @Tag("C3")
    @NotOn(value = DriverOfTests.SIM, why = "writes through the process's table of descriptors")
    @NotOn(
            value = {DriverOfTests.PORTABLE, DriverOfTests.SIM},
            why = "writes through the process's table of descriptors")
    void drainedOperationShouldWaitForEverythingBeforeIt() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var reading = scope.start(read(ends.reading(), scope.lease(1)));
                    var drained = scope.start(nop().drained());
                    assertThat(drained.isDone()).isFalse();
                    // what comes behind a drain waits, too, so the writer is outside the ring
                    var end = Path.of("/proc/self/fd/" + ends.writing().number());
                    assertThat(Files.readSymbolicLink(end).toString())
                            .as("a number of the process, not of a driver's own table")
                            .startsWith("pipe:");
                    try (var outside =
                            java.nio.channels.FileChannel.open(
                                    end, java.nio.file.StandardOpenOption.WRITE)) {
                        outside.write(java.nio.ByteBuffer.wrap(new byte[] {1}));
                    }
                    drained.await();
                    assertThat(reading.isDone()).isTrue();
                });
    }

    private static List<String> said(Scope scope, Chain<?> chain) throws IOException {
        return scope.await(chain.each()).stream().map(Said::of).toList();
    }
}
