package dev.catena.spec.lifetimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whether what is written in `docs/conformance.md` is about the rules and drivers that there are. How many tests there were is not
/// looked at: that changes with every test, and the build prints it.
class ConformancePageTest {
    private static final String AGAIN =
            "docs/conformance.md is stale: mvn verify -Dconformance.write=true writes it anew";

    @BeforeEach
    void unlessItIsBeingWritten() {
        Assumptions.assumeFalse(
                Boolean.getBoolean("conformance.write"), "the page is written anew in the end");
    }

    private static List<List<String>> rows() throws Exception {
        var lines = Files.readAllLines(ConformanceMatrix.DOCUMENT);
        assertThat(lines).as(AGAIN).contains(ConformanceMatrix.HEAD);
        return lines.subList(lines.indexOf(ConformanceMatrix.HEAD) + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
                .map(cells -> cells.subList(1, cells.size() - 1))
                .toList();
    }

    @Test
    void everyRuleShouldHaveARowAndNothingElse() throws Exception {
        assertThat(rows())
                .as(AGAIN)
                .extracting(List::getFirst)
                .containsExactlyElementsOf(Rules.ids());
    }

    @Test
    void everyDriverShouldHaveACountOrAReasonInEachRow() throws Exception {
        assertThat(rows())
                .as(AGAIN)
                .allSatisfy(
                        row -> {
                            assertThat(row).hasSize(1 + ConformanceMatrix.DRIVERS.size());
                            assertThat(row).noneMatch(String::isEmpty).doesNotContain("0");
                        });
    }
}
