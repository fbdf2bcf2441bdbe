package dev.catena.spec.language;

import static dev.catena.ops.Ops.*;
import static dev.catena.ops.Sqe.LINK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.*;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.RawRing;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which operations break the soft link behind them when they fail. In Linux 6.18 not all do.
class UringLinkBreakersTest extends UringSpec {
    @TempDir private Path folder;

    @Test
    @Tag("C2")
    @NotOn(value = DriverOfTests.PORTABLE, why = "tries every operation, and a few are missing")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void failureOfAnOperationShouldBreakItsLinkWhereTheKernelDoesThat() throws Exception {
        var runsOn = new TreeSet<String>();
        var known = new TreeSet<String>();
        Scope.run(
                proactor(),
                scope -> {
                    var nobody = folder.resolve("nobody");
                    var ends = scope.await(pipe());
                    var file = Files.writeString(folder.resolve("file"), "text");
                    var fd = scope.await(open(file, OpenFlag.READ));
                    var plain = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                    var buffer = scope.lease(8);
                    var word = scope.lease(64).first(4).put(0, new byte[4]);
                    List<Op<?>> failing =
                            List.of(
                                    accept(plain),
                                    advise(ends.reading(), Advise.Advice.NORMAL, 0, 1),
                                    bind(fd, dev.catena.spec.Pair.ANY_PORT),
                                    cancel(new OperationId(0x7fff_0000L)),
                                    connect(fd, dev.catena.spec.Pair.ANY_PORT),
                                    fallocate(fd, Fallocate.How.ALLOCATE, 0, 1),
                                    fsync(ends.writing()),
                                    futexWait(word, 1),
                                    getSocketOption(fd, SocketOption.KEEP_ALIVE),
                                    hardLink(nobody, folder.resolve("added")),
                                    listen(fd, 1),
                                    makeDirectory(folder),
                                    messageRing(fd, 1),
                                    open(nobody, OpenFlag.READ),
                                    read(ends.writing(), buffer),
                                    read(ends.writing(), List.of(buffer)),
                                    recv(plain, buffer),
                                    recvMsg(plain, buffer),
                                    rename(nobody, folder.resolve("other")),
                                    send(plain, buffer),
                                    sendMsg(plain, buffer),
                                    sendZeroCopy(plain, buffer),
                                    setSocketOption(fd, SocketOption.KEEP_ALIVE, 1),
                                    shutdown(plain, Shutdown.Direction.BOTH),
                                    splice(fd, fd, 1),
                                    status(nobody),
                                    symbolicLink(file, file),
                                    tee(fd, fd, 1),
                                    truncate(fd, 1),
                                    unlink(nobody),
                                    updateTimeout(
                                            new OperationId(0x7fff_0000L), java.time.Duration.ZERO),
                                    waitProcess(1),
                                    write(fd, buffer),
                                    write(fd, List.of(buffer)));
                    try (var ring = new RawRing()) {
                        for (var op : failing) {
                            int notifications = op instanceof SendZeroCopy ? 1 : 0;
                            var results =
                                    ring.push(1, op, LINK)
                                            .push(2, nop())
                                            .results(2 + notifications);
                            assertThat(results.get(1L)).as(op.toString()).isNegative();
                            if (results.get(2L) == 0) {
                                runsOn.add(op.getClass().getSimpleName());
                            }
                            if (!op.failureBreaksLink()) {
                                known.add(op.getClass().getSimpleName());
                            }
                        }
                    }
                });
        assertThat(runsOn)
                .as("operations after whose failure the kernel goes on")
                .isEqualTo(known)
                .hasSize(10);
    }

    @Test
    @Tag("C3")
    void whatRunsAlthoughTheLinkBeforeFailedShouldBeSaid() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var sync = fsync(ends.writing());
                    assertThatThrownBy(() -> link(sync, nop()))
                            .isInstanceOf(InvalidValueException.class)
                            .hasMessageContaining("link 0")
                            .hasMessageContaining("hard()")
                            .hasMessageContaining("then(");
                    var outcomes = scope.await(link(sync.hard(), nop()).each());
                    assertThat(Said.of(outcomes.get(0))).isEqualTo("EINVAL");
                    assertThat(outcomes.get(1).isCompleted()).isTrue();

                    var composed = sync.then(_ -> nop());
                    assertThat(Said.of(scope.attempt(composed))).isEqualTo("EINVAL");
                });
    }
}
