package dev.catena.spec.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Errno;
import dev.catena.proactor.sim.Decision;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/// Schedules are values: seeded, printed, read, replayed, made simpler.
class SchedulesTest {

    @Property(tries = 200)
    void whatIsPrintedShouldBeReadAsTheSame(@ForAll long seed, @ForAll boolean hostile) {
        var schedule = hostile ? Schedule.hostile(seed) : Schedule.seeded(seed);
        var changed =
                schedule.odds(Decision.LATE_WAKE, 0.125)
                        .errors(Errno.EIO, Errno.ENOSPC)
                        .answering(Map.of(3, 1, 17, 4));

        assertThat(Schedule.parse(schedule.toString())).isEqualTo(schedule);
        assertThat(Schedule.parse(changed.toString())).isEqualTo(changed).isNotEqualTo(schedule);
    }

    @Property(tries = 20)
    void sameScheduleShouldMakeTheSameRun(@ForAll long seed) {
        var first = run(Schedule.hostile(seed), seed);
        var again = run(Schedule.parse(Schedule.hostile(seed).toString()), seed);
        Statistics.label("the kernel deviated")
                .collect(!first.replay().answers().isEmpty())
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 50));

        assertThat(again.lines()).isEqualTo(first.lines());
    }

    @Property(tries = 20)
    void replayShouldMakeTheSameRunFromTheAnswersAlone(@ForAll long seed) {
        var first = run(Schedule.hostile(seed), seed);
        var replayed = run(Schedule.parse(first.replay().toString()).withSeed(~seed), seed);

        assertThat(replayed.lines()).isEqualTo(first.lines());
    }

    @Example
    void otherSeedsShouldMakeOtherRuns() {
        var runs = new HashSet<List<String>>();
        for (long seed = 0; seed < 20; seed++) {
            runs.add(run(Schedule.hostile(seed), 1).lines());
        }

        assertThat(runs).hasSizeGreaterThan(10);
    }

    @Example
    void simplerSchedulesShouldLeadToTheOnlyAnswerThatMatters() {
        var failing = Schedule.calm().answering(Map.of(1, 1, 5, 2, 9, 3, 40, 1, 77, 2));
        var found = failing;
        for (var next = failing; next != null; ) {
            found = next;
            next =
                    found.simpler().stream()
                            .filter(schedule -> schedule.answers().getOrDefault(9, 0) == 3)
                            .findFirst()
                            .orElse(null);
        }

        assertThat(found.answers()).isEqualTo(Map.of(9, 3));
    }

    @Example
    void calmScheduleShouldNeverDeviate() {
        assertThat(run(Schedule.calm(), 7).replay().answers()).isEmpty();
    }

    @Example
    void whatIsNoScheduleShouldBeRefused() {
        assertThatThrownBy(() -> Schedule.parse("seed"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Schedule.parse("seed=1 WEATHER=0.5"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Schedule.calm().odds(Decision.DELAY, 1.5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private record Run(List<String> lines, Schedule replay) {}

    private static Run run(Schedule schedule, long seed) {
        try (var sim = SimulatedKernel.with(schedule)) {
            Workload.run(sim, sim.proactor(), seed, 12);
            return new Run(sim.trail().lines(), sim.replay());
        }
    }
}
