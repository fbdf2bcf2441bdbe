package dev.catena.spec.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.sim.Capacity;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.spec.sim.Workload.Sight;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;

/// What holds over the whole stack, whatever the program and whatever the kernel may do: see [Workload] and [Actor] for
/// what is checked.
class StackProperties {
    /// How many actors the program of a seed has: mostly several, which share a ring.
    static int actors(long seed) {
        return Math.floorMod(seed, 5) == 0 ? 1 : 9;
    }

    /// A kernel whose schedule, and whose queues, come from a seed.
    static SimulatedKernel kernel(long seed) {
        var schedule =
                switch (Math.floorMod(seed, 4)) {
                    case 0 -> Schedule.calm();
                    case 1 -> Schedule.seeded(seed);
                    default -> Schedule.hostile(seed);
                };
        var small = Math.floorMod(seed, 3) == 0;
        var capacity = Capacity.DEFAULT.provided(8, 64);
        var kernel =
                SimulatedKernel.with(
                        schedule, small ? capacity.queues(16, 8) : capacity.queues(256, 4096));
        kernel.trail().keep(0);
        return kernel;
    }

    @Property(tries = 300)
    @Tag("L1")
    @Tag("L2")
    @Tag("L5")
    @Tag("C1")
    @Tag("C2")
    @Tag("D1")
    @Tag("D2")
    @Tag("D3")
    @Tag("X2")
    @Tag("X3")
    @Tag("S8")
    void nothingShouldBeLostHoweverTheKernelBehaves(@ForAll long seed) {
        var report = Workload.run(kernel(seed), seed, actors(seed));
        sees("completed after its cancel", report.saw(Sight.COMPLETED_AFTER_CANCEL), 5);
        sees("a chain that broke", report.saw(Sight.SKIPPED), 20);
        sees("a completion queue that overflowed", report.saw(Sight.OVERFLOW), 5);
        sees("a bound that fired", report.saw(Sight.TIMED_OUT), 20);
        sees("a cancel that won", report.saw(Sight.CANCELLED), 20);
        sees("a short transfer in a chain", report.saw(Sight.SHORT), 5);
        sees("an operation that failed", report.saw(Sight.FAILED), 20);
        sees("memory that was refused", report.saw(Sight.REFUSED_ACCESS), 20);

        assertThat(report.problems()).as("seed " + seed).isEmpty();
    }

    private static void sees(String what, boolean isSeen, double leastPercent) {
        Statistics.label(what)
                .collect(isSeen)
                .coverage(
                        coverage ->
                                coverage.check(true).percentage(share -> share >= leastPercent));
    }

    @Example
    void seedsThatOnceFailedShouldPass() {
        for (long seed : new long[] {0, 1, 2, 3}) {
            assertThat(Workload.run(kernel(seed), seed, actors(seed)).problems())
                    .as("seed " + seed)
                    .isEmpty();
        }
    }
}
