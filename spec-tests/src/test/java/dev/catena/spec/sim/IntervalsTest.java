package dev.catena.spec.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import dev.catena.timers.MissedTicks;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Long times: what takes an hour on a clock takes as long as its events take to compute.
class IntervalsTest {

    @Test
    @Tag("T2")
    @Tag("T3")
    void anHourOfIntervalsShouldBeExactAndCostOneEntryIntoTheKernelEach() throws IOException {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            sim.trail().keep(0);
            var proactor = sim.proactor();
            long enteredBefore = proactor.metrics().enters();
            long drift =
                    Scope.open(
                            proactor,
                            scope -> {
                                long began = proactor.nanoTime();
                                var ticks =
                                        Timers.interval(
                                                scope, Duration.ofMillis(100), MissedTicks.BURST);
                                for (int tick = 0; tick < 36_000; tick++) {
                                    ticks.next();
                                }
                                return proactor.nanoTime() - began - Duration.ofHours(1).toNanos();
                            });

            assertThat(drift).isBetween(-Duration.ofMillis(100).toNanos(), 0L);
            assertThat(sim.clock().elapsed())
                    .isBetween(Duration.ofMillis(3_599_900), Duration.ofHours(1));
            assertThat(proactor.metrics().enters() - enteredBefore)
                    .as("nothing but the loop's own timer queue is needed")
                    .isLessThan(1000);
        }
    }

    @Test
    @Tag("T1")
    @Tag("T3")
    void aThousandSleepersShouldWakeInTheOrderOfTheirTimes() throws IOException {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var woken = new java.util.ArrayList<Integer>();
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        for (int i = 0; i < 1000; i++) {
                            int minutes = (i * 7919) % 1000;
                            scope.fork(
                                    () -> {
                                        Timers.sleep(scope, Duration.ofMinutes(minutes));
                                        woken.add(minutes);
                                    });
                        }
                    });

            assertThat(woken).hasSize(1000).isSorted();
            assertThat(sim.clock().elapsed()).isEqualTo(Duration.ofMinutes(999));
        }
    }
}
