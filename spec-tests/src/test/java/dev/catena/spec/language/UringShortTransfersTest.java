package dev.catena.spec.language;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.readFully;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.write;
import static dev.catena.ops.ShortTransfer.BREAK;
import static dev.catena.ops.ShortTransfer.EXACT;
import static dev.catena.ops.ShortTransfer.RETRY;
import static dev.catena.spec.language.UringFilesTest.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.InvalidValueException;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Outcome;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The policies for transfers that move fewer bytes than asked for.
class UringShortTransfersTest extends UringSpec {
    @TempDir private Path folder;

    @Test
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void breakShouldBeTheKernelsWay() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "12345");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, OpenFlag.READ));
                    var short8 = read(fd, scope.lease(8)).at(0);
                    assertThat(scope.await(short8.onShort(BREAK))).isEqualTo(5);
                    assertThat(Said.of(scope.attempt(link(short8, nop()).onShort(BREAK))))
                            .isEqualTo("short 5");
                });
    }

    /// A transfer of a chain whose result is a tuple is short by a number, not by a tuple.
    @Test
    @Tag("C2")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void shortTransferShouldSayWhatItMovedWhateverItsChainGives() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "12345");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, OpenFlag.READ));
                    var outcome = scope.attempt(link(read(fd, scope.lease(8)).at(0), nop()));
                    assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    Outcome.Short.class,
                                    less -> assertThat(less.moved()).isEqualTo(5));
                    assertThat(outcome.map(results -> results._1() + 1)).isEqualTo(outcome);
                });
    }

    @Test
    void retryShouldMoveTheRestBeforeWhatFollows() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var in = scope.await(pipe());
                    var out = scope.await(pipe());
                    var buffer = scope.lease(9);
                    var moving =
                            scope.start(
                                    link(read(in.reading(), buffer), write(out.writing(), buffer))
                                            .onShort(RETRY));
                    for (var part : new String[] {"abc", "d", "efghi"}) {
                        scope.await(write(in.writing(), text(scope, part)));
                        for (int i = 0; i < 20; i++) {
                            scope.await(nop());
                        }
                    }
                    var results = moving.await();
                    assertThat(results._1()).isEqualTo(9);
                    assertThat(results._2()).isEqualTo(9);
                    var copy = scope.lease(16);
                    assertThat(scope.await(read(out.reading(), copy))).isEqualTo(9);
                    assertThat(copy.copy(0, 9)).isEqualTo("abcdefghi".getBytes(US_ASCII));
                });
    }

    @Test
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void endOfTheFileInTheMiddleShouldBeShort() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "0123456789");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, OpenFlag.READ));
                    var buffer = scope.lease(8);
                    assertThat(scope.await(readFully(read(fd, buffer).at(2)))).isEqualTo(8);
                    assertThat(Said.of(scope.attempt(readFully(read(fd, buffer).at(6)))))
                            .isEqualTo("short 4");
                    assertThat(buffer.copy(0, 4)).isEqualTo("6789".getBytes(US_ASCII));
                    assertThat(Said.of(scope.attempt(readFully(read(fd, buffer).at(10)))))
                            .isEqualTo("short 0");
                    var chain = link(read(fd, buffer).at(6), nop()).onShort(RETRY);
                    assertThat(Said.of(scope.attempt(chain))).isEqualTo("short 4");

                    var ends = scope.await(pipe());
                    scope.await(write(ends.writing(), text(scope, "abc")));
                    scope.await(close(ends.writing()));
                    assertThat(Said.of(scope.attempt(readFully(read(ends.reading(), buffer)))))
                            .isEqualTo("short 3");
                });
    }

    @Test
    void exactShouldTakeNothingLess() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(8);
                    scope.await(dev.catena.ops.Ops.sendAll(pair.near(), text(scope, "abc")));
                    assertThat(Said.of(scope.attempt(recv(pair.far(), buffer).onShort(EXACT))))
                            .isEqualTo("short 3");
                    scope.await(dev.catena.ops.Ops.sendAll(pair.near(), text(scope, "abc")));
                    assertThat(scope.await(recv(pair.far(), buffer.first(3)).onShort(EXACT)))
                            .isEqualTo(3);
                });
    }

    @Test
    void whatWouldNotWaitForTheRestShouldBeRefused() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(8);
                    var loose = link(recv(pair.far(), buffer), nop());
                    assertThatThrownBy(() -> loose.onShort(RETRY))
                            .isInstanceOf(InvalidValueException.class)
                            .hasMessageContaining("link 0");
                    var hard = link(read(pair.far(), buffer).hard(), nop());
                    assertThatThrownBy(() -> hard.onShort(RETRY))
                            .isInstanceOf(InvalidValueException.class)
                            .hasMessageContaining("link 0")
                            .hasMessageContaining("hard");
                });
    }

    @Test
    void boundOfAChainShouldHoldForAllItsSubmissions() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var block = scope.lease(1 << 15);
                    // a byte every 10 ms: each submission is in time, the whole is not
                    var feeding =
                            scope.start(
                                    dev.catena.ops.Ops.timeout(Duration.ofMillis(10))
                                            .then(_ -> write(ends.writing(), block.first(1)))
                                            .repeatWhile(_ -> true));
                    var whole = read(ends.reading(), scope.lease(100_000));
                    var bounded = link(whole, nop()).within(Duration.ofMillis(60)).onShort(RETRY);
                    assertThat(Said.of(scope.attempt(bounded.within(Duration.ofSeconds(10)))))
                            .isEqualTo("timed out");
                    assertThat(scope.attempt(bounded.within(Duration.ofSeconds(10))).toString())
                            .as("the chain's own bound")
                            .doesNotContain("PT10S");
                    feeding.cancel("done");
                });
    }
}
