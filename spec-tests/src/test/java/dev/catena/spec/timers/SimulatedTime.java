package dev.catena.spec.timers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Deadline;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/// A specification on a clock that moves only when everything waits, a fresh one for each test. What runs takes no time, so that
/// instants are exact. After each test no timer is left standing.
abstract class SimulatedTime {
    static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    static final Duration YEAR = Duration.ofDays(365);

    private final SimulatedKernel sim = SimulatedKernel.with(Schedule.calm());
    private final long startNanos = sim.proactor().nanoTime();

    @AfterEach
    void leaveNothing() {
        var last = sim.proactor().metrics();
        sim.close();
        assertThat(last.timers()).as("timers left standing").isZero();
        assertThat(last.scopes()).as("scopes left open").isZero();
        assertThat(sim.openDescriptors()).as("descriptors left open").isEmpty();
    }

    final Proactor proactor() {
        return sim.proactor();
    }

    final SimulatedKernel sim() {
        return sim;
    }

    /// The time since the start.
    final Duration elapsed() {
        return sim.clock().elapsed();
    }

    /// The instant that many milliseconds after the start.
    final Deadline at(long millis) {
        return new Deadline(startNanos + ms(millis).toNanos());
    }

    final void assertElapsed(long millis) {
        assertThat(elapsed()).isEqualTo(ms(millis));
    }

    static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }
}
