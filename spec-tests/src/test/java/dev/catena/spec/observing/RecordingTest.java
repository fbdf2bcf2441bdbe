package dev.catena.spec.observing;

import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.Proactor;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import dev.catena.spec.lifetimes.Log;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What recordings have of a simulated kernel.
@Timeout(60)
class RecordingTest {
    private static final String HOLDER = RecordingTest.class.getName() + ".holdTheLoop";

    @TempDir private Path folder;

    @Test
    void operationsEntersAndCancelsShouldBeRecorded() throws Exception {
        try (var recorded = Recorded.with("Operation", "Enter");
                var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor(Proactor.builder().name("simulated-recorded"));
            Story.run(proactor);
            proactor.close();
            Story.assertTold(recorded.stop(folder), "simulated-recorded", proactor.metrics());
        }
    }

    @Test
    void operationsShouldNotBeRecordedUnlessThatIsAskedFor() throws Exception {
        try (var recorded = Recorded.with();
                var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor(Proactor.builder().name("simulated-default"));
            Story.run(proactor);
            proactor.close();
            var file = recorded.stop(folder);
            assertThat(Recorded.events(file, "Operation", "simulated-default")).isEmpty();
            assertThat(Recorded.events(file, "Enter", "simulated-default")).isEmpty();
            assertThat(Recorded.events(file, "Cancel", "simulated-default")).hasSize(1);
        }
    }

    @Test
    void overflowShouldBeRecorded() throws Exception {
        try (var recorded = Recorded.with();
                var sim = SimulatedKernel.with(Schedule.calm())) {
            sim.faults().overflow(1);
            var proactor = sim.proactor(Proactor.builder().name("overflown"));
            Scope.run(
                    proactor,
                    scope -> {
                        scope.await(nop());
                        scope.await(nop());
                    });
            long overflows = proactor.metrics().overflows();
            proactor.close();
            assertThat(overflows).isPositive();
            assertThat(Recorded.events(recorded.stop(folder), "Overflow", "overflown"))
                    .extracting(event -> event.getLong("count"))
                    .containsExactly(overflows);
        }
    }

    @Test
    void stallShouldBeRecordedWithItsStack() throws Exception {
        try (var recorded = Recorded.with();
                var sim = SimulatedKernel.with(Schedule.calm());
                var log = Log.open()) {
            var proactor =
                    sim.proactor(
                            Proactor.builder()
                                    .name("stalled")
                                    .stallThreshold(Duration.ofMillis(5)));
            Scope.run(
                    proactor,
                    scope -> {
                        while (!log.text().contains(HOLDER)) {
                            scope.await(nop());
                            holdTheLoop(log);
                        }
                    });
            assertThat(Recorded.events(recorded.stop(folder), "Stall", "stalled"))
                    .anySatisfy(
                            stall -> {
                                assertThat(stall.getString("stack")).contains(HOLDER);
                                assertThat(stall.getDuration("stalled"))
                                        .isGreaterThanOrEqualTo(Duration.ofMillis(5));
                            });
        }
    }

    /// Until it is said, or for a while: in a round of which something was said before, nothing is said again.
    private static void holdTheLoop(Log log) {
        long start = System.nanoTime();
        while (!log.text().contains(HOLDER)
                && System.nanoTime() - start < Duration.ofSeconds(1).toNanos()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void recordingThatBeginsInTheMiddleShouldHaveWhatBeginsAfterwards() throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor(Proactor.builder().name("midway"));
            Scope.run(
                    proactor,
                    scope -> {
                        var ends = scope.await(pipe());
                        var before = scope.start(read(ends.reading(), scope.lease(8)));
                        scope.await(nop());
                        try (var recorded = Recorded.with("Operation")) {
                            scope.await(nop());
                            before.cancel("over");
                            before.outcome();
                            assertThat(
                                            Recorded.events(
                                                    recorded.stop(folder), "Operation", "midway"))
                                    .extracting(event -> event.getString("operation"))
                                    .hasSize(2)
                                    .contains("nop()")
                                    .anyMatch(text -> text.startsWith("cancel("));
                        }
                    });
        }
    }
}
