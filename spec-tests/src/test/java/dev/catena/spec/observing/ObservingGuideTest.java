package dev.catena.spec.observing;

import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.TraceExport;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The examples of `docs/guide/observing.md`, which stand here word for word and are run.
@Timeout(60)
class ObservingGuideTest {
    @TempDir private Path folder;

    @Test
    void countersAndDumps() throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor();
            Scope.run(
                    proactor,
                    scope -> {
                        scope.await(nop());
                        var metrics = proactor.metrics();
                        assertThat(metrics.published()).isEqualTo(1);
                        String text = Scope.dump(proactor);
                        assertThat(text).contains("1 scopes open");
                    });
        }
    }

    @Test
    void recordingAndTracing() throws Exception {
        var file = folder.resolve("run.jfr");
        var trace = folder.resolve("run.json");
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor();
            try (var recording = new Recording()) {
                recording.enable("dev.catena.Operation").withThreshold(Duration.ZERO);
                recording.enable("dev.catena.Enter");
                recording.start();
                Scope.run(proactor, scope -> scope.await(nop()));
                recording.dump(file);
            }
            long events = TraceExport.write(file, trace);
            assertThat(events).isGreaterThanOrEqualTo(2);
            assertThat(Files.readString(trace)).contains("\"nop()\"");
        }
    }

    @Test
    void streaming() throws Exception {
        var seen = new CountDownLatch(1);
        try (var sim = SimulatedKernel.with(Schedule.calm());
                var stream = new RecordingStream()) {
            stream.enable("dev.catena.Operation").withThreshold(Duration.ofMillis(0));
            stream.onEvent("dev.catena.Operation", event -> seen.countDown());
            stream.startAsync();
            Scope.run(sim.proactor(), scope -> scope.await(nop()));
            seen.await();
        }
        assertThat(seen.getCount()).isZero();
    }
}
