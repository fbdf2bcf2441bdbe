package dev.catena.spec.portable;

import static dev.catena.ops.Errno.ECANCELED;
import static dev.catena.ops.Errno.EINVAL;
import static dev.catena.ops.Errno.ETIME;
import static dev.catena.ops.Ops.linkTimeout;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.shutdown;
import static dev.catena.ops.Ops.splice;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.write;
import static dev.catena.ops.Sqe.DRAIN;
import static dev.catena.ops.Sqe.HARDLINK;
import static dev.catena.ops.Sqe.LINK;
import static dev.catena.ops.Sqe.SKIP_SUCCESS;
import static dev.catena.spec.portable.RawDriver.buffer;
import static dev.catena.spec.portable.RawDriver.number;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Close;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Shutdown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Links, on every driver: the rows of KERNEL.md ("Links") that programs rest on.
@ParameterizedClass
@EnumSource(DriverUnderTest.class)
class DriverLinksTest {
    private static final Duration SHORTLY = Duration.ofMillis(20);

    private final DriverUnderTest kind;

    @TempDir Path folder;

    DriverLinksTest(DriverUnderTest kind) {
        this.kind = kind;
    }

    @Test
    @Tag("C1")
    void chainShouldEndAtTheFirstEntryWithoutALinkFlag() {
        try (var driver = new RawDriver(kind)) {
            driver.push(1, timeout(SHORTLY), LINK).push(2, nop()).push(3, nop());
            assertThat(driver.order(3)).containsExactly(3L, 1L, 2L);
        }
    }

    @Test
    @Tag("C1")
    void chainShouldEndAtTheSubmitBoundary() {
        try (var driver = new RawDriver(kind)) {
            driver.push(1, timeout(SHORTLY), LINK).submit().push(2, nop());
            assertThat(driver.order(2)).containsExactly(2L, 1L);
        }
    }

    @Test
    @Tag("C1")
    void chainAsLongAsTheQueueShouldRunInOrder() {
        try (var driver = new RawDriver(kind)) {
            for (int i = 1; i < 64; i++) {
                driver.push(i, nop(), LINK);
            }
            driver.push(64, nop());
            var order = driver.order(64);
            for (int i = 0; i < 64; i++) {
                assertThat(order.get(i)).isEqualTo(i + 1L);
            }
        }
    }

    @Test
    @Tag("C2")
    void shortReadOfAFileShouldBreakASoftLinkAndNotAHardOne() throws Exception {
        try (var driver = new RawDriver(kind)) {
            var file = Files.write(folder.resolve("five"), new byte[5]);
            var fd = driver.made(open(file, OpenFlag.READ));
            driver.push(1, read(fd, buffer(64)).at(0), LINK).push(2, nop());
            assertThat(driver.results(2)).containsEntry(1L, 5).containsEntry(2L, number(ECANCELED));

            driver.push(1, read(fd, buffer(64)).at(0), HARDLINK).push(2, nop());
            assertThat(driver.results(2)).containsEntry(1L, 5).containsEntry(2L, 0);
        }
    }

    @Test
    @Tag("C2")
    void shortReceiveShouldNotBreakALinkAndNeitherShouldTheEndOfTheStream() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recv(pair.near(), buffer(64)), LINK).push(2, nop());
            driver.push(3, send(pair.far(), buffer(5)));
            assertThat(driver.results(3)).containsEntry(1L, 5).containsEntry(2L, 0);

            driver.push(1, recv(pair.near(), buffer(64)), LINK).push(2, nop());
            driver.push(3, shutdown(pair.far(), Shutdown.Direction.WRITE));
            assertThat(driver.results(3)).containsEntry(1L, 0).containsEntry(2L, 0);
        }
    }

    @Test
    @Tag("C2")
    void shortReceiveOfAllShouldBreakASoftLink() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recvAll(pair.near(), buffer(64)), LINK).push(2, nop());
            driver.push(3, send(pair.far(), buffer(5)), LINK);
            driver.push(4, shutdown(pair.far(), Shutdown.Direction.WRITE));
            assertThat(driver.results(4)).containsEntry(1L, 5).containsEntry(2L, number(ECANCELED));
        }
    }

    @Test
    @Tag("C2")
    void shortSpliceShouldBreakASoftLink() {
        try (var driver = new RawDriver(kind)) {
            var source = Ends.ofPipe(driver);
            var sink = Ends.ofPipe(driver);
            driver.result(write(source.far(), buffer(5)));
            driver.push(1, splice(source.near(), sink.far(), 64), LINK).push(2, nop());
            assertThat(driver.results(2)).containsEntry(1L, 5).containsEntry(2L, number(ECANCELED));
        }
    }

    @Test
    @Tag("C2")
    void receiveOfAllThatIsCancelledMidwayShouldSayHowFarItCame() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recvAll(pair.near(), buffer(64)), LINK);
            driver.push(2, linkTimeout(Duration.ofMillis(100)), LINK).push(3, nop());
            driver.push(4, send(pair.far(), buffer(5)));
            assertThat(driver.results(4))
                    .containsEntry(1L, 5)
                    .containsEntry(2L, number(ETIME))
                    .containsEntry(3L, number(ECANCELED));
        }
    }

    @Test
    @Tag("C4")
    void timeoutThatExpiresShouldLetTheSoftLinkBehindItRunAlthoughItSaysEtime() {
        try (var driver = new RawDriver(kind)) {
            driver.push(1, timeout(SHORTLY), LINK).push(2, nop());
            assertThat(driver.results(2)).containsEntry(1L, number(ETIME)).containsEntry(2L, 0);
        }
    }

    @Test
    @Tag("C3")
    void hardLinkShouldSurviveTheCancellationOfItsHeadAndASoftOneShouldNot() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recv(pair.near(), buffer(64)), HARDLINK);
            driver.push(2, linkTimeout(SHORTLY), LINK).push(3, nop());
            assertThat(driver.results(3))
                    .containsEntry(1L, number(ECANCELED))
                    .containsEntry(2L, number(ETIME))
                    .containsEntry(3L, 0);

            driver.push(1, recv(pair.near(), buffer(64)), LINK);
            driver.push(2, linkTimeout(SHORTLY), LINK).push(3, nop());
            assertThat(driver.results(3))
                    .containsEntry(1L, number(ECANCELED))
                    .containsEntry(2L, number(ETIME))
                    .containsEntry(3L, number(ECANCELED));
        }
    }

    @Test
    @Tag("C3")
    void loneLinkTimeoutAndOneBehindAnotherShouldBeInvalid() {
        try (var driver = new RawDriver(kind)) {
            driver.push(1, linkTimeout(SHORTLY));
            assertThat(driver.results(1)).containsEntry(1L, number(EINVAL));

            driver.push(1, nop(), LINK).push(2, linkTimeout(SHORTLY), LINK);
            driver.push(3, linkTimeout(SHORTLY));
            assertThat(driver.results(3))
                    .containsEntry(1L, number(ECANCELED))
                    .containsEntry(3L, number(EINVAL));
        }
    }

    @Test
    @Tag("C2")
    void silentLinksShouldSayNothingWhenTheySucceed() {
        try (var driver = new RawDriver(kind)) {
            driver.push(1, nop(), LINK, SKIP_SUCCESS).push(2, nop(), LINK, SKIP_SUCCESS);
            driver.push(3, nop());
            assertThat(driver.order(1)).containsExactly(3L);
            assertThat(driver.now()).isEmpty();
        }
    }

    @Test
    @Tag("C2")
    void silentLinkThatFailsShouldSayItAndThoseBehindItNothing() throws Exception {
        try (var driver = new RawDriver(kind)) {
            var file = Files.write(folder.resolve("five"), new byte[5]);
            var fd = driver.made(open(file, OpenFlag.READ));
            driver.push(1, nop(), LINK, SKIP_SUCCESS);
            driver.push(2, read(fd, buffer(64)).at(0), LINK, SKIP_SUCCESS);
            driver.push(3, nop(), LINK, SKIP_SUCCESS).push(4, nop());
            assertThat(driver.results(1)).containsEntry(2L, 5);
            assertThat(driver.now()).isEmpty();
        }
    }

    @Test
    @Tag("C2")
    void silentLinkBehindOneThatFailedAloudShouldSayThatItWasCancelled() throws Exception {
        try (var driver = new RawDriver(kind)) {
            var file = Files.write(folder.resolve("five"), new byte[5]);
            var fd = driver.made(open(file, OpenFlag.READ));
            driver.push(1, read(fd, buffer(64)).at(0), LINK);
            driver.push(2, nop(), LINK, SKIP_SUCCESS).push(3, nop());
            assertThat(driver.results(3))
                    .containsEntry(1L, 5)
                    .containsEntry(2L, number(ECANCELED))
                    .containsEntry(3L, number(ECANCELED));
        }
    }

    @Test
    @Tag("C3")
    void drainShouldWaitForEverythingBeforeItAndHoldUpEverythingBehindIt() {
        try (var driver = new RawDriver(kind)) {
            driver.push(1, timeout(SHORTLY)).push(2, timeout(SHORTLY), DRAIN).push(3, nop());
            driver.submit().push(4, nop());
            assertThat(driver.order(4).subList(0, 2)).containsExactly(1L, 2L);
        }
    }

    @Test
    @Tag("L5")
    void linksShouldUseTheFileThatALinkBeforeThemHasOpenedIntoASlot() throws Exception {
        try (var driver = new RawDriver(kind)) {
            assertThat(driver.driver().slots()).isPositive();
            var file = Files.write(folder.resolve("five"), new byte[5]);
            var slot = driver.slot(7);
            driver.push(1, open(file, OpenFlag.READ).into(slot), LINK);
            driver.push(2, read(slot, buffer(5)).at(0), LINK).push(3, new Close(slot));
            assertThat(driver.results(3))
                    .containsEntry(1L, 0)
                    .containsEntry(2L, 5)
                    .containsEntry(3L, 0);
            assertThat(driver.result(read(slot, buffer(5)).at(0)))
                    .as("the slot is empty")
                    .isEqualTo(number(dev.catena.ops.Errno.EBADF));
        }
    }
}
