package dev.catena.spec.runtime;

import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Nop;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Ops;
import dev.catena.ops.Step;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorBuilder;
import dev.catena.proactor.uring.Affinity;
import dev.catena.scope.Execution;
import dev.catena.scope.Scope;
import dev.catena.spec.LoopThreads;
import dev.catena.spec.RingUnderTest;
import io.vavr.Tuple0;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The settings of a proactor: each has the effect that is written.
@Timeout(120)
class UringSettingsTest {

    private static RingUnderTest open(UnaryOperator<ProactorBuilder> settings) {
        return RingUnderTest.open(settings);
    }

    @Test
    void ringShouldHaveOneIssuerUnlessToldOtherwise() throws Exception {
        try (var one = open(builder -> builder);
                var more = open(builder -> builder.singleIssuer(false))) {
            assertThat(more.proactor().driver())
                    .doesNotContain("SINGLE_ISSUER")
                    .doesNotContain("DEFER_TASKRUN");
            work(more.proactor(), 1_000);
            if (one.proactor().driver().contains("DEFER_TASKRUN")) { // Linux 6.1
                assertThat(one.proactor().driver()).contains("SINGLE_ISSUER");
            }
        }
    }

    @Test
    void queuesShouldHaveTheEntriesAskedForRoundedUp() {
        try (var ring = open(builder -> builder.submissionEntries(100).completionEntries(1000))) {
            assertThat(ring.proactor().driver())
                    .contains("128 submission and 1024 completion entries");
        }
    }

    /// Operations, chains longer than what is free, and the poller woken from its sleep.
    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void kernelShouldTakeSubmissionsByItselfWhenToldTo(int idleMillis) throws Exception {
        try (var ring =
                open(
                        builder ->
                                builder.submissionEntries(16)
                                        .submissionPolling(Duration.ofMillis(idleMillis)))) {
            var proactor = ring.proactor();
            assertThat(proactor.driver()).contains("SQPOLL");
            work(proactor, 400);
            Scope.run(
                    proactor,
                    scope -> {
                        for (int i = 0; i < 20; i++) {
                            scope.await(timeout(Duration.ofMillis(3L * i)));
                            scope.await(nop());
                        }
                    });
            work(proactor, 400);
        }
    }

    @Test
    @LoopThreads(why = "its threads are pinned to no processor")
    void loopShouldRunOnItsProcessorAndWorkThatIsNotItsOwnElsewhere() throws Exception {
        var allowed = Affinity.allowed();
        int last = allowed.length() - 1;
        var one = new BitSet();
        one.set(last);
        try (var ring = open(builder -> builder.pin(last))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        assertThat(Affinity.current()).isEqualTo(one);
                        assertThat(scope.<BitSet>blocking(Affinity::current)).isEqualTo(allowed);
                        var stealing = scope.fork(Execution.STEALING, Affinity::current);
                        assertThat(stealing.await()).isEqualTo(allowed);
                    });
        }
        assertThat(Affinity.current()).as("the thread that opened it").isEqualTo(allowed);
    }

    @Test
    void loopThatCannotBePinnedShouldNotBeOpened() {
        assertThatThrownBy(() -> Proactor.builder().pin(1_000).open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1000")
                .hasMessageContaining("EINVAL");
    }

    @Test
    void loopShouldRunOnTheThreadOfTheFactory() throws Exception {
        var made = new AtomicReference<Thread>();
        try (var ring =
                open(
                        builder ->
                                builder.name("mine")
                                        .threadFactory(
                                                life -> {
                                                    made.set(
                                                            Thread.ofPlatform()
                                                                    .daemon()
                                                                    .unstarted(life));
                                                    return made.get();
                                                }))) {
            work(ring.proactor(), 1);
            assertThat(made.get().isAlive()).isTrue();
            assertThat(made.get().getName()).isEqualTo("mine");
        }
        made.get().join();
        assertThatThrownBy(
                        () -> Proactor.builder().threadFactory(Thread.ofVirtual().factory()).open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("platform thread");
    }

    /// A loop that spins does not enter the kernel to sleep, however often others call; one that does not spin must.
    @Test
    void loopThatSpinsShouldNotSleep() {
        try (var ring = open(builder -> builder.idleSpin(Duration.ofHours(1)))) {
            long before = ring.metrics().enters();
            for (int i = 0; i < 1_000; i++) {
                ring.metrics();
            }
            assertThat(ring.metrics().enters() - before).isLessThan(50); // else one for each
        }
    }

    @Test
    void networkDevicesShouldBePolledOrItShouldBeSaidThatTheyCannot() throws Exception {
        try (var ring = open(builder -> builder.busyPoll(Duration.ofNanos(50_000)))) {
            work(ring.proactor(), 100);
        } catch (UnsupportedOperationException lacking) {
            assertThat(lacking).hasMessageContaining("busyPoll").hasMessageContaining("6.9");
        }
    }

    /// Flushes of files are never done in place, and files are what the bounded workers are for.
    @Test
    void kernelWorkersShouldBeNoMoreThanTheLimit(@TempDir Path folder) throws Exception {
        var before = workers();
        try (var limited = open(builder -> builder.kernelWorkers(1, 1))) {
            Scope.run(limited.proactor(), scope -> flush(scope, folder));
            var after = workers();
            after.removeAll(before);
            assertThat(after).as("8 without a limit").hasSizeLessThanOrEqualTo(2);
        }
    }

    private static void flush(Scope scope, Path folder) throws IOException {
        for (int i = 0; i < 16; i++) {
            var path = folder.resolve("file-" + i);
            scope.fork(
                    () -> {
                        var file = scope.await(Ops.open(path, OpenFlag.WRITE, OpenFlag.CREATE));
                        var buffer = scope.lease(4096);
                        for (int round = 0; round < 20; round++) {
                            scope.await(Ops.write(file, buffer));
                            scope.await(Ops.fsync(file));
                        }
                    });
        }
    }

    private static List<String> workers() throws IOException {
        var names = new ArrayList<String>();
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            for (var thread : threads.toList()) {
                try {
                    var name = Files.readString(thread.resolve("comm")).strip();
                    if (name.startsWith("iou-wrk")) {
                        names.add(thread.getFileName().toString());
                    }
                } catch (IOException gone) {
                    names.remove(thread.getFileName().toString());
                }
            }
        }
        return names;
    }

    @Test
    void slotsShouldBeAsManyAsAskedFor() throws Exception {
        try (var ring = open(builder -> builder.fixedFiles(3));
                var none = open(builder -> builder.fixedFiles(0))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        for (int i = 0; i < 3; i++) {
                            scope.slot();
                        }
                        assertThatThrownBy(scope::slot)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("all 3 ");
                    });
            Scope.run(
                    none.proactor(),
                    scope ->
                            assertThatThrownBy(scope::slot)
                                    .isInstanceOf(UnsupportedOperationException.class));
        }
    }

    /// Blocks of one slab lie side by side.
    @Test
    void buffersShouldBeCutFromSlabsOfTheSizeAskedFor() throws Exception {
        try (var ring = open(builder -> builder.slabBytes(4096).strictBuffers(false))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        for (int i = 0; i < 32; i++) {
                            var buffer = scope.lease(1024);
                            buffer.fill((byte) i);
                            assertThat(buffer.get(1023)).isEqualTo((byte) i);
                        }
                        assertThat(ring.metrics().leases()).isEqualTo(32);
                    });
        }
    }

    @Test
    void settingsThatMakeNoSenseShouldBeRefused() {
        var builder = Proactor.builder();
        assertThatThrownBy(() -> builder.inboxInterval(0)).hasMessageContaining("inboxInterval");
        assertThatThrownBy(() -> builder.eventInterval(0)).hasMessageContaining("eventInterval");
        assertThatThrownBy(() -> builder.idleSpin(Duration.ofNanos(-1)))
                .hasMessageContaining("idleSpin");
        assertThatThrownBy(() -> builder.stallThreshold(Duration.ofNanos(-1)))
                .hasMessageContaining("stallThreshold");
        assertThatThrownBy(() -> builder.blockingThreads(0))
                .hasMessageContaining("blockingThreads");
        assertThatThrownBy(() -> builder.slabBytes(5000)).hasMessageContaining("power of two");
        assertThatThrownBy(() -> builder.submissionPolling(Duration.ofNanos(1)))
                .hasMessageContaining("milliseconds");
        assertThatThrownBy(() -> builder.busyPoll(Duration.ofNanos(1)))
                .hasMessageContaining("microseconds");
        assertThatThrownBy(() -> builder.fixedFiles(-1)).hasMessageContaining("fixedFiles");
        assertThatThrownBy(() -> builder.kernelWorkers(-1, 0))
                .hasMessageContaining("kernelWorkers");
        assertThatThrownBy(() -> builder.pin(-1)).hasMessageContaining("processor");
    }

    /// Nops, alone and in chains as long as the queue, from several threads at a time.
    private static void work(Proactor proactor, int rounds) throws IOException {
        Scope.run(
                proactor,
                scope -> {
                    for (int fork = 0; fork < 4; fork++) {
                        scope.fork(
                                () -> {
                                    List<Step<Tuple0>> steps =
                                            new ArrayList<>(Collections.nCopies(16, new Nop()));
                                    for (int i = 0; i < rounds / 4; i++) {
                                        scope.await(nop());
                                        assertThat(scope.await(linkAll(steps))).hasSize(16);
                                    }
                                });
                    }
                });
    }
}
