package dev.catena.spec.language;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.poll;
import static dev.catena.ops.Ops.pollEach;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.splice;
import static dev.catena.ops.Ops.tee;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.language.Failing.assertFails;
import static dev.catena.spec.language.UringFilesTest.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Errno;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipe;
import dev.catena.ops.Poll;
import dev.catena.ops.PollEach;
import dev.catena.ops.PollEvent;
import dev.catena.ops.Splice;
import dev.catena.ops.Tee;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pipes, what moves bytes through them, and waiting for them to be ready.
class UringPipesTest extends UringSpec {
    @TempDir private Path folder;

    @Test
    @Shows(Pipe.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "looks into the process's table of descriptors")
    @NotOn(value = DriverOfTests.SIM, why = "looks into the process's table of descriptors")
    void whatIsPutIntoAPipeShouldComeOutAndItsEndShouldBeSeen() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    assertThat(
                                    Files.readSymbolicLink(
                                            Path.of("/proc/self/fd/" + ends.reading().number())))
                            .isEqualTo(
                                    Files.readSymbolicLink(
                                            Path.of("/proc/self/fd/" + ends.writing().number())))
                            .asString()
                            .startsWith("pipe:");
                    var buffer = scope.lease(8);
                    var reading = scope.start(read(ends.reading(), buffer));
                    scope.await(write(ends.writing(), text(scope, "through")));
                    assertThat(reading.await()).isEqualTo(7);
                    assertThat(buffer.copy(0, 7)).isEqualTo("through".getBytes(US_ASCII));
                    scope.await(close(ends.writing()));
                    assertThat(scope.await(read(ends.reading(), buffer))).isZero();
                    assertFails(Errno.EBADF, scope.attempt(write(ends.reading(), buffer)));
                });
    }

    @Test
    @Shows(Splice.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void spliceShouldMoveBytesFromPlaceToPlace() throws Exception {
        var source = Files.writeString(folder.resolve("source"), "0123456789");
        var target = Files.writeString(folder.resolve("target"), "..........");
        Scope.run(
                proactor(),
                scope -> {
                    var from = scope.await(open(source, OpenFlag.READ));
                    var to = scope.await(open(target, OpenFlag.WRITE));
                    var ends = scope.await(pipe());
                    assertThat(scope.await(splice(from, 3, ends.writing(), -1, 5))).isEqualTo(5);
                    assertThat(scope.await(splice(ends.reading(), -1, to, 2, 100))).isEqualTo(5);
                    assertThat(Files.readString(target)).isEqualTo("..34567...");

                    // without places both move on
                    assertThat(scope.await(splice(from, ends.writing(), 2))).isEqualTo(2);
                    assertThat(scope.await(splice(from, ends.writing(), 2))).isEqualTo(2);
                    assertThat(scope.await(splice(ends.reading(), to, 4))).isEqualTo(4);
                    assertThat(Files.readString(target)).isEqualTo("0123567...");
                    assertThat(scope.await(splice(from, 10, ends.writing(), -1, 1)))
                            .as("at the end")
                            .isZero();
                    assertFails(Errno.EINVAL, scope.attempt(splice(from, 0, to, 0, 1)));
                });
    }

    @Test
    @Shows(Tee.class)
    void teeShouldCopyAndLeave() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var one = scope.await(pipe());
                    var other = scope.await(pipe());
                    scope.await(write(one.writing(), text(scope, "twice")));
                    assertThat(scope.await(tee(one.reading(), other.writing(), 4))).isEqualTo(4);
                    var buffer = scope.lease(16);
                    assertThat(scope.await(read(other.reading(), buffer))).isEqualTo(4);
                    assertThat(buffer.copy(0, 4)).isEqualTo("twic".getBytes(US_ASCII));
                    assertThat(scope.await(read(one.reading(), buffer))).isEqualTo(5);
                    assertThat(buffer.copy(0, 5)).isEqualTo("twice".getBytes(US_ASCII));
                });
    }

    @Test
    @Shows(Poll.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "the JDK's selector does not tell of a hang-up")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void pollShouldWaitUntilThereIsSomethingAndTellWhat() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    assertThat(scope.await(poll(ends.writing(), PollEvent.WRITABLE)))
                            .containsExactly(PollEvent.WRITABLE);
                    var readable = scope.start(poll(ends.reading(), PollEvent.READABLE));
                    scope.await(poll(ends.writing(), PollEvent.WRITABLE));
                    assertThat(readable.isDone()).isFalse();
                    scope.await(write(ends.writing(), text(scope, "x")));
                    assertThat(readable.await()).containsExactly(PollEvent.READABLE);
                    scope.await(close(ends.writing()));
                    assertThat(scope.await(poll(ends.reading(), PollEvent.READABLE)))
                            .contains(PollEvent.READABLE, PollEvent.HANG_UP);
                    var file = Files.writeString(folder.resolve("file"), "text");
                    var fd = scope.await(open(file, OpenFlag.READ));
                    assertThat(scope.attempt(poll(fd, PollEvent.READABLE)).isCompleted())
                            .as("a file cannot wait: the kernel says it is ready, or refuses")
                            .isIn(true, false);
                });
    }

    @Test
    @Shows(PollEach.class)
    void pollEachShouldTellEveryTime() throws Exception {
        var seen = new ArrayList<Set<PollEvent>>();
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var buffer = scope.lease(16);
                    var polling =
                            scope.start(
                                    forEach(
                                            pollEach(ends.reading(), PollEvent.READABLE),
                                            events -> {
                                                seen.add(events);
                                                return read(ends.reading(), buffer);
                                            }));
                    for (int i = 1; i <= 3; i++) {
                        scope.await(write(ends.writing(), text(scope, "x")));
                        while (seen.size() < i) {
                            scope.await(dev.catena.ops.Ops.nop());
                        }
                    }
                    polling.cancel("seen enough");
                    assertThat(Said.of(polling.outcome())).isEqualTo("cancelled");
                    assertThat(seen).allMatch(events -> events.contains(PollEvent.READABLE));
                    assertThat(polling.outcome()).isInstanceOf(Outcome.Cancelled.class);
                });
        assertThat(seen).hasSizeGreaterThanOrEqualTo(3);
    }
}
