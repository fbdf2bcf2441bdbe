package dev.catena.spec.io;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.Command;
import dev.catena.io.Processes;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import org.junit.jupiter.api.Test;

class SimulatedProcessesTest {
    @Test
    void kernelWithoutProcessesShouldSaySoAndStartNone() throws Exception {
        try (var kernel = SimulatedKernel.with(Schedule.calm());
                var proactor = kernel.proactor(Proactor.builder())) {
            Scope.run(
                    proactor,
                    scope ->
                            assertThatThrownBy(() -> Processes.run(scope, Command.of("true")))
                                    .isInstanceOf(UnsupportedOperationException.class)
                                    .hasMessageContaining("the simulated kernel has no processes"));
        }
    }
}
