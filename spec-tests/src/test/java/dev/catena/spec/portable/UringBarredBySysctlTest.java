package dev.catena.spec.portable;

import static dev.catena.spec.portable.ExamplePrograms.asOrdinaryUser;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sysctl `kernel.io_uring_disabled`. It bars the whole machine for as long as a test takes, so that these run only when
/// asked for: `.ci/run` does it in a step of its own.
@Tag("machine")
@NotOn(
        value = {DriverOfTests.PORTABLE, DriverOfTests.SIM},
        why = "starts programs that choose their own driver")
class UringBarredBySysctlTest {
    private static final Path SYSCTL = Path.of("/proc/sys/kernel/io_uring_disabled");
    private static final List<String> NO_OPTIONS = List.of();
    private static final List<String> ROOT = List.of();

    @TempDir Path folder;
    private ExamplePrograms programs;
    private String before;
    private final Thread atExit = Thread.ofPlatform().unstarted(this::restore);

    @BeforeEach
    void providePrograms() throws Exception {
        before = Files.readString(SYSCTL);
        Runtime.getRuntime().addShutdownHook(atExit);
        programs = new ExamplePrograms(folder);
    }

    @AfterEach
    void restoreTheMachine() {
        restore();
        Runtime.getRuntime().removeShutdownHook(atExit);
        programs.close();
    }

    @Test
    void oneShouldBarOrdinaryUsersAndBeNamed() throws Exception {
        Files.writeString(SYSCTL, "1");

        var user = asOrdinaryUser();
        refused(user, "kernel.io_uring_disabled is 1, which bars users outside the group");
        programs.playAll(user, NO_OPTIONS, "portable, over JDK NIO");
        assertThat(programs.run(ROOT, NO_OPTIONS, "doctor").exitCode()).isZero();
    }

    @Test
    void twoShouldBarEverybodyAndBeNamed() throws Exception {
        Files.writeString(SYSCTL, "2");

        refused(ROOT, "kernel.io_uring_disabled is 2, which bars everybody");
        refused(asOrdinaryUser(), "kernel.io_uring_disabled is 2, which bars everybody");
        programs.playAll(ROOT, NO_OPTIONS, "portable, over JDK NIO");
    }

    private void refused(List<String> around, String cause) throws Exception {
        var doctor = programs.run(around, NO_OPTIONS, "doctor");
        assertThat(doctor.exitCode()).as(doctor.toString()).isEqualTo(3);
        assertThat(doctor.out()).contains(cause).contains("'sysctl kernel.io_uring_disabled=0'");

        var demanded = programs.run(around, List.of("-Dcatena.driver=uring"), "demo");
        assertThat(demanded.exitCode()).isEqualTo(1);
        assertThat(demanded.err()).contains(cause).contains("'sysctl kernel.io_uring_disabled=0'");
    }

    private void restore() {
        try {
            Files.writeString(SYSCTL, before);
        } catch (IOException e) {
            throw new IllegalStateException("io_uring is still barred on this machine", e);
        }
    }
}
