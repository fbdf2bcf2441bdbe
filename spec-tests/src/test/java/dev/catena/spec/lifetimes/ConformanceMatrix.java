package dev.catena.spec.lifetimes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.spec.lifetimes.Reports.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Which rules are tried on which driver: the last thing that the build runs, over the reports of all before. Printed, and
/// written to `docs/conformance.md` with `-Dconformance.write=true`.
class ConformanceMatrix {
    /// Where it is written to.
    static final Path DOCUMENT = Path.of("../docs/conformance.md");

    /// The columns.
    static final List<String> DRIVERS = List.of("uring", "portable", "sim");

    /// The head of the table.
    static final String HEAD = "| rule | " + String.join(" | ", DRIVERS) + " |";

    @Test
    void everyRuleShouldBeTriedOnEveryDriverOrThereBeAReason() throws Exception {
        var reports = new LinkedHashMap<String, Reports>();
        for (var driver : DRIVERS) {
            reports.put(driver, Reports.on(driver));
        }
        var rules = Rules.tests();
        var table = new StringBuilder(HEAD + "\n|---|---|---|---|\n");
        var unexplained = new ArrayList<String>();
        for (var id : Rules.ids()) {
            table.append("| ").append(id);
            var tests = rules.getOrDefault(id, new TreeSet<>());
            reports.forEach(
                    (driver, report) -> {
                        var cell = cell(report, tests);
                        table.append(" | ").append(cell);
                        if (cell.isEmpty()) {
                            unexplained.add(id + " on " + driver);
                        }
                    });
            table.append(" |\n");
        }
        System.out.println(table);
        if (Boolean.getBoolean("conformance.write")) {
            Files.writeString(DOCUMENT, document(table.toString(), reports));
        }
        assertThat(unexplained).as("rules that are not tried, without a reason").isEmpty();
    }

    /// How many tests of a rule have passed; if none, why they were not tried.
    private static String cell(Reports report, Iterable<String> tests) {
        int passed = 0;
        var reasons = new TreeSet<String>();
        for (var test : tests) {
            for (var found : report.of(test)) {
                if (found.state() == State.PASSED) {
                    passed++;
                } else if (!found.reason().isEmpty()) {
                    reasons.add(found.reason());
                }
            }
        }
        return passed > 0 ? Integer.toString(passed) : String.join("; ", reasons);
    }

    private static String document(String table, Map<String, Reports> reports) {
        var untried = new TreeMap<String, TreeMap<String, TreeSet<String>>>();
        reports.forEach(
                (driver, report) ->
                        report.skipped()
                                .forEach(
                                        (test, reason) ->
                                                untried.computeIfAbsent(
                                                                driver, _ -> new TreeMap<>())
                                                        .computeIfAbsent(
                                                                reason, _ -> new TreeSet<>())
                                                        .add(test.replace("#all", ""))));
        var text = new StringBuilder();
        text.append(
                """
                # Rules and drivers

                How many tests of each rule passed on the ring, on the portable driver and on the simulated kernel. Written by
                `mvn verify -Dconformance.write=true` on %s (Linux %s); `mvn verify` prints the table, and fails if a rule or a driver
                is missing here. A specification runs on a driver other than the ring with `-Dcatena.spec.driver=portable` or `sim`, if
                `conformance-tests.txt` lists it; tests of values alone count for every driver. The rules are those of
                [spec-tests](../spec-tests/README.md).

                """
                        .formatted(
                                LocalDate.now(ZoneOffset.UTC), System.getProperty("os.version")));
        text.append(table);
        text.append("\n## What is not tried, and why\n\n| driver | why | tests |\n|---|---|---|\n");
        untried.forEach(
                (driver, byReason) ->
                        byReason.forEach(
                                (reason, tests) ->
                                        text.append("| ")
                                                .append(driver)
                                                .append(" | ")
                                                .append(reason)
                                                .append(" | ")
                                                .append(String.join(", ", tests))
                                                .append(" |\n")));
        return text.toString();
    }
}
