package dev.catena.spec.lifetimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// No rule without a test that names it, and no test in the table that is not there.
class RuleTagsTest {
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

    @Test
    void everyRuleOfTheDesignShouldHaveATestThatNamesIt() throws Exception {
        var missing = new TreeSet<>(Rules.ids());
        missing.removeAll(Rules.tests().keySet());
        assertThat(missing).as("rules that no test names with @Tag").isEmpty();
    }

    @Test
    void everyTagShouldBeARuleOfTheDesign() throws Exception {
        var unknown = new TreeSet<>(Rules.tests().keySet());
        Rules.ids().forEach(unknown::remove);
        unknown.removeIf(tag -> !tag.matches("[A-Z][0-9]+"));
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyTestThatTheTableOfTrioNamesShouldBeThere() throws Exception {
        var sources = new StringBuilder();
        try (var files = Files.walk(Path.of("src/test/java"))) {
            for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.append(Files.readString(file));
            }
        }
        var missing = new ArrayList<String>();
        var tests = TEST.matcher(Files.readString(Path.of("README.md")));
        int named = 0;
        while (tests.find()) {
            named++;
            var name = tests.group(2);
            if (!sources.toString().contains("class " + tests.group(1) + " ")
                    || !sources.toString().contains("void " + name + "(")) {
                missing.add(tests.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(20);
    }
}
