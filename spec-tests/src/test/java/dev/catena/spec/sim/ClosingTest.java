package dev.catena.spec.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The end of a loop.
class ClosingTest {

    @Test
    @Tag("S1")
    @Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldEndWhenClosedByAnotherThreadWhileTheLoopIsBusy() throws Exception {
        try (var sim = SimulatedKernel.withSeed(1)) {
            var proactor = sim.proactor();
            var closer = new AtomicReference<Thread>();

            Scope.run(
                    proactor,
                    _ -> {
                        closer.set(Thread.ofPlatform().daemon().start(proactor::close));
                        while (closer.get().getState() != Thread.State.TIMED_WAITING) {
                            Thread.onSpinWait();
                        }
                    });

            assertThat(closer.get().join(Duration.ofSeconds(5))).isTrue();
        }
    }
}
