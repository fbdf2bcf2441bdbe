package dev.catena.spec.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every piece of Java in the documents for users stands in code that the build compiles and runs.
class SnippetsTest {
    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Path HOUSE = Path.of("..");

    private static final String CODE = words(javaBelow("spec-tests/src/test", "examples/src/main"));

    static List<Path> documents() throws IOException {
        try (var guide = Files.list(HOUSE.resolve("docs/guide"))) {
            return Stream.concat(Stream.of(HOUSE.resolve("README.md")), guide).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void snippetsShouldBeCompiledAndRun(Path document) throws IOException {
        var text = Files.readString(document);
        assertThat(SNIPPET.matcher(text).results().map(found -> found.group(1)))
                .as("the snippets of %s that stand in no test and no example", document)
                .filteredOn(snippet -> !CODE.contains(words(snippet)))
                .isEmpty();
    }

    @Test
    void thereShouldBeSomethingToCheck() throws IOException {
        assertThat(documents()).hasSizeGreaterThan(10);
        assertThat(CODE).contains("snippetsShouldBeCompiledAndRun(Pathdocument)");
    }

    /// As the formatter may break lines anywhere, and comments are the document's own.
    private static String words(String code) {
        return code.replaceAll("(?m)(^| )//.*$", "")
                .replaceAll("(?m)^import .*$|^ *@Tag.*$", "")
                .replaceAll("\\s+", "");
    }

    private static String javaBelow(String... folders) {
        return Stream.of(folders)
                .flatMap(SnippetsTest::sources)
                .map(SnippetsTest::text)
                .collect(Collectors.joining("\n"));
    }

    private static Stream<Path> sources(String folder) {
        try (var files = Files.walk(HOUSE.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
