package dev.catena.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.Proactor;
import dev.catena.proactor.RingUnavailableException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// That the programs work, and check what they did. No figure is looked at: speed is measured, not tested.
class SmokeUringTest {

    @BeforeAll
    static void openARing() {
        try (var _ = Proactor.builder().driver(dev.catena.proactor.DriverKind.URING).open()) {
            assertThat(Main.ALL).isNotEmpty();
        } catch (RingUnavailableException why) {
            Assumptions.abort("io_uring is not available: " + why.getMessage());
        }
    }

    static List<Benchmark> benchmarks() {
        return Main.ALL;
    }

    @ParameterizedTest
    @MethodSource("benchmarks")
    void shouldRunCheckItselfAndReport(Benchmark benchmark) throws Exception {
        var text = benchmark.run(true).markdown("benchmarks/run " + benchmark.name(), true);
        assertThat(text)
                .startsWith("# ")
                .contains(
                        "A smoke test",
                        "Linux",
                        "JDK",
                        "`benchmarks/run " + benchmark.name() + "`");
        var rows = text.lines().filter(line -> line.startsWith("|")).toList();
        assertThat(rows).hasSizeGreaterThan(3);
        assertThat(rows)
                .allSatisfy(
                        row ->
                                assertThat(row.chars().filter(c -> c == '|'))
                                        .hasSameSizeAs(
                                                rows.getFirst()
                                                        .chars()
                                                        .filter(c -> c == '|')
                                                        .boxed()
                                                        .toList()));
    }
}
