package dev.catena.spec.guide;

import static dev.catena.ops.Ops.nop;
import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The snippets of `docs/guide/tuning.md`.
@Timeout(60)
class TuningTest extends GuideSpec {

    private static void work(Proactor proactor) throws IOException {
        Scope.run(
                proactor,
                scope -> {
                    for (int i = 0; i < 8; i++) {
                        scope.start(nop());
                    }
                });
    }

    @Test
    void metricsShouldTellEntriesAnEnter() throws Exception {
        var proactor = proactor();
        var before = proactor.metrics();
        work(proactor);
        var after = proactor.metrics();
        double perEnter =
                (double) (after.published() - before.published())
                        / (after.enters() - before.enters());
        assertThat(perEnter).isGreaterThan(1);
    }

    @Test
    void settingsShouldOpenAProactor() throws Exception {
        var settings =
                Proactor.builder()
                        .name("storage")
                        .submissionEntries(1024)
                        .completionEntries(16384)
                        .idleSpin(ofNanos(20_000));
        try (var proactor = settings.open()) {
            work(proactor);
            assertThat(proactor.toString()).contains("storage");
        }
    }
}
