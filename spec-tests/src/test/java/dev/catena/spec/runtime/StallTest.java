package dev.catena.spec.runtime;

import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Pipeline;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.loop.Heartbeat;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import dev.catena.spec.LoopThreads;
import dev.catena.spec.lifetimes.Log;
import io.vavr.Tuple0;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A loop that does not come back is reported, with the stack that holds it.
@Timeout(60)
class StallTest {
    private static final String HOLDER = StallTest.class.getName() + ".holdTheLoop";

    @Test
    @LoopThreads(why = "such a thread holds a carrier of the JDK, and no loop")
    void threadThatHoldsTheLoopShouldBeReportedWithItsStack() throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm());
                var log = Log.open()) {
            var proactor = sim.proactor(Proactor.builder().stallThreshold(Duration.ofMillis(5)));
            Scope.run(
                    proactor,
                    scope -> {
                        while (!log.text().contains(HOLDER)) {
                            scope.await(nop());
                            holdTheLoop(log);
                        }
                    });
            assertThat(log.text()).contains("scope.blocking(...)").contains(HOLDER);
        }
    }

    @Test
    void functionOfAPipelineThatHoldsTheLoopShouldBeReportedWithItsStack() throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm());
                var log = Log.open()) {
            var proactor = sim.proactor(Proactor.builder().stallThreshold(Duration.ofMillis(5)));
            Scope.run(
                    proactor,
                    scope -> {
                        while (!log.text().contains(HOLDER)) {
                            scope.await(nop().then(_ -> held(log)));
                        }
                    });
            assertThat(log.text()).contains("scope.blocking(...)").contains(HOLDER);
        }
    }

    private static Pipeline<Tuple0> held(Log log) {
        holdTheLoop(log);
        return nop();
    }

    /// Until it is said, or for a while: in a round of the loop of which something was said before it came here, nothing is said again.
    private static void holdTheLoop(Log log) {
        long start = System.nanoTime();
        while (!log.text().contains(HOLDER)
                && System.nanoTime() - start < Duration.ofSeconds(1).toNanos()) {
            Thread.onSpinWait();
        }
    }

    /// The watchdog's reckoning, at times of the test's own.
    @Test
    void stallShouldBeSaidOnceAndNeverOfALoopThatSleepsOrGoesRound() {
        var asleep = new AtomicBoolean();
        var heartbeat = new Heartbeat(100, asleep::get);
        heartbeat.beat();
        assertThat(heartbeat.stalledNanos(1_000)).as("seen first").isZero();
        assertThat(heartbeat.stalledNanos(1_099)).as("not yet").isZero();
        heartbeat.beat();
        assertThat(heartbeat.stalledNanos(1_200)).as("went round").isZero();
        assertThat(heartbeat.stalledNanos(1_299)).as("not yet").isZero();
        assertThat(heartbeat.stalledNanos(1_300)).as("stalled").isEqualTo(100);
        assertThat(heartbeat.stalledNanos(1_400)).as("said").isZero();
        heartbeat.beat();
        assertThat(heartbeat.stalledNanos(1_500)).as("came back").isZero();
        asleep.set(true);
        assertThat(heartbeat.stalledNanos(9_000)).as("asleep").isZero();
        asleep.set(false);
        assertThat(heartbeat.stalledNanos(9_050)).as("woken").isZero();
        assertThat(heartbeat.stalledNanos(9_200)).as("stalled again").isEqualTo(200);
    }
}
