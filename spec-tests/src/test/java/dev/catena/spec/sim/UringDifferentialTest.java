package dev.catena.spec.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.RingUnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The real kernel does nothing that the simulated one does not allow: the same random programs on both, see [Comparison].
///
/// `-Ddifferential.programs=100000 -Ddifferential.from=0` for more of them.
class UringDifferentialTest {
    private static final long FROM = Long.getLong("differential.from", 0);
    private static final long PROGRAMS = Long.getLong("differential.programs", 300);

    // a race that no schedule tried has hit is not met three times in a row
    private static final int RUNS = 3;

    // so many are enough to look at
    private static final int MOST = 10;

    @Test
    @Tag("C1")
    @Tag("C2")
    @Tag("X2")
    @Timeout(value = 6, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void realKernelShouldDoOnlyWhatTheModelAllows() throws IOException {
        var differences = new ArrayList<String>();
        int passing = 0;
        try (var comparison = open()) {
            for (long seed = FROM; seed < FROM + PROGRAMS && differences.size() < MOST; seed++) {
                var found = compare(comparison, seed);
                passing += found.metAgain() ? 1 : 0;
                if (found.difference() != null) {
                    differences.add("seed " + seed + ": " + found.difference());
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

    /// Seeds of programs that once differed. What each was for is in `docs/kernel-notes.md`.
    @ParameterizedTest
    @ValueSource(
            longs = {
                4948, 7192, 29302, 29450, 37315, 48627, 50931, 51881, 76449, 83199, 87780, 94409,
                96591
            })
    @Tag("C1")
    @Tag("X2")
    void seedsThatOnceFailedShouldPass(long seed) throws IOException {
        try (var comparison = open()) {
            assertThat(compare(comparison, seed).difference()).isNull();
        }
    }

    /// What came of a program.
    ///
    /// @param difference what the kernel did each time and the model does not, or null
    /// @param metAgain whether it did so once only
    private record Found(@Nullable String difference, boolean metAgain) {}

    private static Found compare(Comparison comparison, long seed) {
        var program = Program.of(seed);
        var difference = comparison.difference(program);
        boolean once = difference != null;
        for (int run = 1; run < RUNS && difference != null; run++) {
            difference = comparison.difference(program);
        }
        return new Found(difference, once && difference == null);
    }

    private static Comparison open() throws IOException {
        try {
            return new Comparison(0);
        } catch (RingUnavailableException why) {
            return Assumptions.abort("io_uring is not available: " + why.getMessage());
        }
    }
}
