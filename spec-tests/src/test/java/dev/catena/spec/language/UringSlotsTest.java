package dev.catena.spec.language;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.status;
import static dev.catena.ops.Ops.write;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Close;
import dev.catena.ops.Fd;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.OpenInto;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fixed file slots: descriptors that are known before they are opened, so that links can use what links open.
class UringSlotsTest extends UringSpec {
    @TempDir private Path folder;

    @Test
    @Shows({OpenInto.class, Close.class})
    @NotOn(value = DriverOfTests.PORTABLE, why = "looks into the kernel's table of slots")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void openReadAndCloseShouldBeOneChain() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "through a slot");
        Scope.run(
                proactor(),
                scope -> {
                    var slot = scope.slot();
                    var buffer = scope.lease(14);
                    var chain =
                            link(
                                    open(file, OpenFlag.READ).into(slot),
                                    read(slot, buffer).at(0),
                                    close(slot));
                    for (int i = 0; i < 3; i++) {
                        long before = ring().metrics().published();
                        buffer.fill((byte) 0);
                        var results = scope.await(chain);
                        assertThat(results._1()).isEqualTo(slot);
                        assertThat(results._2()).isEqualTo(14);
                        assertThat(buffer.toArray()).isEqualTo("through a slot".getBytes(US_ASCII));
                        assertThat(ring().metrics().published() - before).isEqualTo(3);
                        assertThat(registered()).isEmpty();
                    }
                    assertThat(Said.of(scope.attempt(read(slot, buffer)))).isEqualTo("EBADF");
                });
    }

    @Test
    @Shows(OpenInto.class)
    void failingOpenShouldSkipTheRestAndLeaveTheSlotEmpty() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var slot = scope.slot();
                    var chain =
                            link(
                                    open(folder.resolve("nobody"), OpenFlag.READ).into(slot),
                                    read(slot, scope.lease(8)),
                                    close(slot));
                    assertThat(scope.await(chain.each()).stream().map(Said::of))
                            .containsExactly("ENOENT", "skipped (ENOENT)", "skipped (ENOENT)");
                });
    }

    @Test
    @Tag("C3")
    void whatTheKernelTakesNoSlotForShouldBeRefusedAsItIsMade() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var slot = scope.slot();
                    assertThatThrownBy(() -> status(slot))
                            .isInstanceOf(InvalidValueException.class)
                            .hasMessageContainingAll("status", "slot", "EBADF");
                    assertThatThrownBy(() -> open(folder, OpenFlag.READ).in(slot))
                            .isInstanceOf(InvalidValueException.class)
                            .hasMessageContainingAll("open", "slot", "EBADF");
                });
    }

    @Test
    @Shows(OpenInto.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "looks into the kernel's table of slots")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void slotShouldKeepItsFileUntilTheScopeEnds() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "kept");
        Scope.run(
                proactor(),
                scope -> {
                    var slot = scope.slot();
                    scope.await(open(file, OpenFlag.READ_WRITE).into(slot));
                    assertThat(registered()).hasSize(1).first().asString().contains("file");
                    Files.delete(file);
                    var buffer = scope.lease(4);
                    assertThat(scope.await(read(slot, buffer).at(0))).isEqualTo(4);
                    scope.await(write(slot, buffer).at(4));
                });
        assertThat(registered()).as("files of the ring when the scope has ended").isEmpty();
    }

    @Test
    @Shows(OpenInto.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "looks into the kernel's table of slots")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void openIntoAFullSlotShouldReplaceWhatItHeld() throws Exception {
        var one = Files.writeString(folder.resolve("one"), "1");
        var two = Files.writeString(folder.resolve("two"), "2");
        Scope.run(
                proactor(),
                scope -> {
                    var slot = scope.slot();
                    var buffer = scope.lease(1);
                    scope.await(open(one, OpenFlag.READ).into(slot));
                    scope.await(open(two, OpenFlag.READ).into(slot));
                    scope.await(read(slot, buffer));
                    assertThat(buffer.get(0)).isEqualTo((byte) '2');
                    assertThat(registered()).hasSize(1);
                });
        assertThat(registered()).isEmpty();
    }

    @Test
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void slotOfAnotherRingShouldBeRefused() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "text");
        try (var other = RingUnderTest.open();
                var elsewhere = Scope.open(other.proactor())) {
            Fd slot = elsewhere.slot();
            Scope.run(
                    proactor(),
                    scope -> {
                        // a slot of this ring with the same number, that must not be hit
                        scope.await(open(file, OpenFlag.READ).into(scope.slot()));
                        var buffer = scope.lease(4);
                        assertThatThrownBy(() -> scope.attempt(read(slot, buffer)))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("another");
                    });
        }
    }

    @Test
    void slotShouldBeRefusedWhenItsScopeHasEnded() throws Exception {
        Fd slot = Scope.<Fd, RuntimeException>open(proactor(), Scope::slot);
        Scope.run(
                proactor(),
                scope ->
                        assertThat(Said.of(scope.attempt(read(slot, scope.lease(4)))))
                                .isEqualTo("EBADF"));
    }

    /// The files registered with rings of this process, as the kernel lists them.
    private static List<String> registered() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            for (var entry : entries.toList()) {
                if (Files.isSymbolicLink(entry)
                        && Files.readSymbolicLink(entry).toString().contains("io_uring")) {
                    var info = Path.of("/proc/self/fdinfo").resolve(entry.getFileName().toString());
                    return Files.readAllLines(info).stream()
                            .dropWhile(line -> !line.startsWith("UserFiles:"))
                            .skip(1)
                            .takeWhile(line -> !line.startsWith("UserBufs:"))
                            .toList();
                }
            }
        }
        throw new IllegalStateException("this process has no ring");
    }
}
