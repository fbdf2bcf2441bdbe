package dev.catena.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The same rules where the JVM does not let virtual threads run on the loop.
@NotOn(
        value = {DriverOfTests.PORTABLE, DriverOfTests.SIM},
        why = "starts programs that choose their own driver")
class UringFallbackTest {
    private static final String OPENED = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    @Test
    @Tag("S1")
    void rulesShouldHoldWithoutTheOptionAndTheLogShouldNameItOnce() throws Exception {
        try (var _ = RingUnderTest.open()) { // or this test is skipped
            var said = run();
            assertThat(said).endsWith("all rules hold");
            assertThat(said)
                    .contains("virtual threads on the JDK's scheduler")
                    .containsOnlyOnce("--add-opens java.base/java.lang=ALL-UNNAMED");
        }
    }

    @Test
    @Tag("S1")
    void sameProgramShouldSayNothingOfItWithTheOption() throws Exception {
        try (var _ = RingUnderTest.open()) {
            assertThat(run(OPENED))
                    .endsWith("all rules hold")
                    .doesNotContain("scheduler")
                    .doesNotContain("--add-opens");
        }
    }

    /// What a JVM with this one's class path and no options but these says, with its log.
    private static String run(String... options) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(FallbackMain.class.getName());
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(50, TimeUnit.SECONDS)).as("ended by itself").isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            return said.strip();
        } finally {
            process.destroyForcibly();
        }
    }
}
