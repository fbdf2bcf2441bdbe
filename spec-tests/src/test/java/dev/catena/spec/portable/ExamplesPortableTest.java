package dev.catena.spec.portable;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example programs on the portable driver, chosen on purpose, and what `doctor` says.
class ExamplesPortableTest {
    private static final List<String> DIRECTLY = List.of();
    private static final List<String> PORTABLE = List.of("-Dcatena.driver=portable");

    @TempDir Path folder;
    private ExamplePrograms programs;

    @BeforeEach
    void providePrograms() throws Exception {
        programs = new ExamplePrograms(folder);
    }

    @AfterEach
    void leaveNoProcess() {
        programs.close();
    }

    @Test
    void programsShouldDoTheSame() throws Exception {
        programs.playAll(DIRECTLY, PORTABLE, "portable, over JDK NIO");
    }

    @Test
    void choiceOnPurposeShouldNotBeWarnedOf() throws Exception {
        assertThat(programs.run(DIRECTLY, PORTABLE, "demo").err()).isEmpty();
    }

    @Test
    void driverThatThereIsNotShouldBeRefusedInOneLine() throws Exception {
        var run = programs.run(DIRECTLY, List.of("-Dcatena.driver=epoll"), "demo");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly(
                        "examples/run demo: -Dcatena.driver is best, uring or portable: epoll");
    }

    /// Whatever is found, it is said in full, and the exit code says the same.
    @Test
    void doctorShouldSayEverythingAsJson() throws Exception {
        var run = programs.run(DIRECTLY, List.of(), "doctor", "--json");

        assertThat(run.out())
                .contains("\"verdict\": \"" + (run.exitCode() == 0 ? "URING" : "PORTABLE") + "\"");
        assertThat(run.out())
                .contains(
                        "\"shortcomings\"",
                        "\"system\": \"Linux ",
                        "\"ringFeatures\"",
                        "\"registrableBytes\"",
                        "\"memlockBytes\"",
                        "\"ringsBarredFor\"",
                        "\"seccompFilter\"",
                        "\"container\"",
                        "\"threadsOnLoops\": true",
                        "\"nativeAccess\": true",
                        "\"name\": \"sendZeroCopy\"");
        assertThat(run.exitCode()).isIn(0, 3);
        assertThat(run.err()).isEmpty();
    }
}
