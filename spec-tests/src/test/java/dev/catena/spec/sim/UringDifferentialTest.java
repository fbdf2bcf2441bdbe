package dev.catena.spec.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.RingUnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The real kernel does nothing that the simulated one does not allow: the same random programs on both, see [Comparison].
///
/// `-Ddifferential.programs=100000 -Ddifferential.from=0` for more of them.
class UringDifferentialTest {
    private static final long FROM = Long.getLong("differential.from", 0);
    private static final long PROGRAMS = Long.getLong("differential.programs", 300);

    // a race that no schedule tried has hit is not met three times in a row
    private static final int RUNS = 3;

    @Test
    @Tag("C1")
    @Tag("C2")
    @Tag("X2")
    @Timeout(value = 6, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void realKernelShouldDoOnlyWhatTheModelAllows() throws IOException {
        var differences = new ArrayList<String>();
        int passing = 0;
        try (var comparison = open()) {
            for (long seed = FROM; seed < FROM + PROGRAMS && differences.size() < 10; seed++) {
                var program = Program.of(seed);
                var difference = comparison.difference(program);
                if (difference == null) {
                    continue;
                }
                for (int run = 1; run < RUNS && difference != null; run++) {
                    difference = comparison.difference(program);
                }
                if (difference == null) {
                    passing++;
                } else {
                    differences.add("seed " + seed + ": " + difference);
                }
            }
            System.out.println(
                    "differential: "
                            + PROGRAMS
                            + " programs, seeds "
                            + FROM
                            + " to "
                            + (FROM + PROGRAMS - 1)
                            + ": "
                            + differences.size()
                            + " differ; "
                            + comparison.raced()
                            + " raced, "
                            + comparison.oneByOne()
                            + " were compared result by result, "
                            + passing
                            + " were met again and then allowed");
        }

        assertThat(differences).isEmpty();
    }

    private static Comparison open() throws IOException {
        try {
            return new Comparison(0);
        } catch (RingUnavailableException why) {
            return Assumptions.abort("io_uring is not available: " + why.getMessage());
        }
    }
}
