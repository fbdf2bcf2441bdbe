package dev.catena.spec.portable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.Capabilities;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What the documentation says of the portable driver.
class PortablePageTest {
    private static final String SAID_EACH_TIME = "the portable driver cannot: ";

    @Test
    void tableShouldHoldWhatTheDriverRefusesAndNothingElse() throws Exception {
        var page = Files.readString(Path.of("../docs/portable.md"));
        var section =
                page.substring(
                        page.indexOf("## What it cannot do"), page.indexOf("## What is different"));
        var rows = section.lines().filter(line -> line.startsWith("| ")).skip(1).toList();

        var refused =
                Capabilities.probe().operations().stream()
                        .filter(operation -> operation.portable().isPresent())
                        .map(
                                operation ->
                                        "| "
                                                + operation.name()
                                                + " | "
                                                + operation
                                                        .portable()
                                                        .orElseThrow()
                                                        .substring(SAID_EACH_TIME.length())
                                                + " |")
                        .toList();

        assertThat(refused).hasSizeGreaterThan(5);
        assertThat(rows).containsExactlyElementsOf(refused);
    }
}
