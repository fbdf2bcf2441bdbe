package dev.catena.spec.portable;

import static dev.catena.spec.portable.ExamplePrograms.asOrdinaryUser;
import static dev.catena.spec.portable.ExamplePrograms.both;
import static dev.catena.spec.portable.ExamplePrograms.filtered;
import static dev.catena.spec.portable.ExamplePrograms.limited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each way in which a ring cannot be had, tried for real: programs run by themselves on the portable driver, `doctor` names the
/// cause and the line to change, and who demands a ring is told both.
///
/// What the limit of locked memory does is what Linux 6.18 does: the rings of an ordinary user count, root's do not.
@NotOn(
        value = {DriverOfTests.PORTABLE, DriverOfTests.SIM},
        why = "starts programs that choose their own driver")
class UringFailuresTest {
    private static final List<String> NO_OPTIONS = List.of();
    private static final List<String> DEMANDED = List.of("-Dcatena.driver=uring");
    private static final int KIB = 1024;

    @TempDir Path folder;
    private ExamplePrograms programs;

    /// What keeps a ring away, and what is said of it.
    enum Way {
        FILTER_THAT_FORBIDS(
                filtered(1),
                "io_uring_setup says EPERM",
                "since a seccomp filter forbids it",
                "io_uring_setup, io_uring_enter and io_uring_register"),
        FILTER_THAT_DENIES_IT_EXISTS(
                filtered(38),
                "io_uring_setup says ENOSYS",
                "a seccomp filter is in force",
                "io_uring_setup, io_uring_enter and io_uring_register"),
        NO_LOCKED_MEMORY(
                both(asOrdinaryUser(), limited("memlock", 0)),
                "says ENOMEM",
                "the limit of locked memory is 0 KiB",
                "LimitMEMLOCK=infinity"),
        LITTLE_LOCKED_MEMORY(
                both(asOrdinaryUser(), limited("memlock", 64 * KIB)),
                "says ENOMEM",
                "the limit of locked memory is 64 KiB",
                "LimitMEMLOCK=infinity");

        final List<String> around;
        final String[] said;

        Way(List<String> around, String... said) {
            this.around = around;
            this.said = said;
        }
    }

    @BeforeEach
    void providePrograms() throws Exception {
        programs = new ExamplePrograms(folder);
    }

    @AfterEach
    void leaveNoProcess() {
        programs.close();
    }

    @ParameterizedTest
    @EnumSource
    void programsShouldRunByThemselvesOnThePortableDriver(Way way) throws Exception {
        programs.playAll(way.around, NO_OPTIONS, "portable, over JDK NIO");
    }

    @ParameterizedTest
    @EnumSource
    void choiceShouldBeLoggedOnceWithItsReason(Way way) throws Exception {
        var run = programs.run(way.around, NO_OPTIONS, "demo");

        assertThat(run.err()).contains(way.said).containsOnlyOnce("running on the portable driver");
    }

    @ParameterizedTest
    @EnumSource
    void doctorShouldNameTheCauseAndTheLineToChange(Way way) throws Exception {
        var run = programs.run(way.around, NO_OPTIONS, "doctor");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).startsWith("io_uring cannot be used").contains(way.said);
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whoDemandsARingShouldBeToldTheCauseAndTheLineToChange(Way way) throws Exception {
        var run = programs.run(way.around, DEMANDED, "demo");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("examples/run demo: io_uring cannot be used")
                .contains(way.said);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void limitOfLockedMemoryShouldNotHoldForRoot() throws Exception {
        var run = programs.run(limited("memlock", 0), NO_OPTIONS, "doctor");

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.out()).contains("io_uring can be used").contains("memlockBytes       0\n");
    }

    @Test
    void registeredBuffersOverTheLimitShouldDegradeAndNotFail() throws Exception {
        var tight = both(asOrdinaryUser(), limited("memlock", 256 * KIB));

        var run = programs.run(tight, NO_OPTIONS, "doctor");

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.out())
                .startsWith("io_uring can be used")
                .contains(
                        "the limit of locked memory, 256 KiB, allows registered buffers of 64 KiB")
                .contains("LimitMEMLOCK=infinity");
        programs.playAll(tight, DEMANDED, "io_uring, 256 submission");
    }

    @Test
    void ordinaryUserWithTheDefaultLimitShouldNeedNoOption() throws Exception {
        var user =
                both(
                        asOrdinaryUser(),
                        limited("memlock", 8192 * KIB)); // systemd's, and Linux's since 5.16

        programs.playAll(user, NO_OPTIONS, "io_uring, 256 submission");
        assertThat(programs.run(user, NO_OPTIONS, "doctor").exitCode()).isZero();
    }

    @Test
    void limitOfDescriptorsShouldBeNamedWhenItIsReached() throws Exception {
        var run = programs.runClass(limited("nofile", 128), NO_OPTIONS, NoDescriptorLeft.class);

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.out())
                .contains("demanded: io_uring cannot be used: io_uring_setup says EMFILE")
                .contains("by itself: io_uring cannot be used: io_uring_setup says EMFILE")
                .contains("'ulimit -n 65536'")
                .contains("afterwards: io_uring, 256 submission");
    }
}
