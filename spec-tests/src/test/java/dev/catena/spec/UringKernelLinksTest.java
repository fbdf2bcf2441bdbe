package dev.catena.spec;

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
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Sqe.HARDLINK;
import static dev.catena.ops.Sqe.LINK;
import static dev.catena.spec.RawRing.buffer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Shutdown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What io_uring does with links, as KERNEL.md has it ("Links"): each test is a row, and what the rules C1 to C4 rest on.
@NotOn(
        value = {DriverOfTests.PORTABLE, DriverOfTests.SIM},
        why = "asks the kernel itself")
class UringKernelLinksTest {
    // not among the flags that the kernel knows
    private static final int UNKNOWN_FLAG = 1 << 7;
    private static final Duration SHORTLY = Duration.ofMillis(20);

    @TempDir Path folder;

    @Test
    @Tag("C1")
    void chainShouldEndAtTheFirstEntryWithoutALinkFlag() {
        try (var ring = new RawRing()) {
            ring.push(1, timeout(SHORTLY), LINK).push(2, nop()).push(3, nop());
            assertThat(ring.order(3)).containsExactly(3L, 1L, 2L);
        }
    }

    @Test
    @Tag("C1")
    void chainShouldEndAtTheSubmitBoundary() {
        try (var ring = new RawRing()) {
            ring.push(1, timeout(SHORTLY), LINK).push(2, nop());
            assertThat(ring.order(2)).as("one submission").containsExactly(1L, 2L);

            ring.push(1, timeout(SHORTLY), LINK).submit().push(2, nop());
            assertThat(ring.order(2)).as("two submissions").containsExactly(2L, 1L);
        }
    }

    @Test
    @Tag("C1")
    void invalidMemberShouldFailTheWholeChainEvenItsHeadAndEvenHardLinks() {
        try (var ring = new RawRing()) {
            for (int link : new int[] {LINK, HARDLINK}) {
                ring.push(1, nop(), link).push(2, nop(), link, UNKNOWN_FLAG).push(3, nop());
                ring.push(4, nop());
                var results = ring.results(4);
                assertThat(results)
                        .containsEntry(1L, error(ECANCELED))
                        .containsEntry(2L, error(EINVAL))
                        .containsEntry(3L, error(ECANCELED))
                        .containsEntry(4L, 0);
            }
        }
    }

    @Test
    @Tag("C2")
    void shortReadOfAFileShouldBreakASoftLink() throws Exception {
        try (var ring = new RawRing()) {
            var file = Files.write(folder.resolve("five"), new byte[5]);
            var open = open(file, OpenFlag.READ);
            Fd fd = ring.socket(ring.push(9, open).take(1).getFirst().result());

            ring.push(1, read(fd, buffer(64)).at(0), LINK).push(2, nop());
            assertThat(ring.results(2)).containsEntry(1L, 5).containsEntry(2L, error(ECANCELED));
        }
    }

    @Test
    @Tag("C2")
    void shortReadOfASocketShouldBreakASoftLinkAndNotAHardOne() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, read(pair.near(), buffer(64)), LINK).push(2, nop());
            ring.push(3, send(pair.far(), buffer(5)));
            assertThat(ring.results(3))
                    .containsEntry(1L, 5)
                    .containsEntry(2L, error(ECANCELED))
                    .containsEntry(3L, 5);

            ring.push(1, read(pair.near(), buffer(64)), HARDLINK).push(2, nop());
            ring.push(3, send(pair.far(), buffer(5)));
            assertThat(ring.results(3)).containsEntry(1L, 5).containsEntry(2L, 0);
        }
    }

    @Test
    @Tag("C2")
    void shortReceiveShouldNotBreakALinkAndNeitherShouldTheEndOfTheStream() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, recv(pair.near(), buffer(64)), LINK).push(2, nop());
            ring.push(3, send(pair.far(), buffer(5)));
            assertThat(ring.results(3)).containsEntry(1L, 5).containsEntry(2L, 0);

            ring.push(1, recv(pair.near(), buffer(64)), LINK).push(2, nop());
            ring.push(3, shutdown(pair.far(), Shutdown.Direction.WRITE));
            assertThat(ring.results(3)).containsEntry(1L, 0).containsEntry(2L, 0);
        }
    }

    @Test
    @Tag("C2")
    void shortReceiveOfAllShouldBreakASoftLink() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, recvAll(pair.near(), buffer(64)), LINK).push(2, nop());
            ring.push(3, send(pair.far(), buffer(5)), LINK);
            ring.push(4, shutdown(pair.far(), Shutdown.Direction.WRITE));
            assertThat(ring.results(4)).containsEntry(1L, 5).containsEntry(2L, error(ECANCELED));
        }
    }

    @Test
    @Tag("C4")
    void timeoutThatExpiresShouldLetTheSoftLinkBehindItRunAlthoughItSaysEtime() {
        try (var ring = new RawRing()) {
            ring.push(1, timeout(SHORTLY), LINK).push(2, nop());
            assertThat(ring.results(2)).containsEntry(1L, error(ETIME)).containsEntry(2L, 0);
        }
    }

    @Test
    @Tag("C2")
    void hardLinkShouldSurviveTheCancellationOfItsHead() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, recv(pair.near(), buffer(64)), HARDLINK);
            ring.push(2, linkTimeout(SHORTLY), LINK).push(3, nop());
            assertThat(ring.results(3))
                    .containsEntry(1L, error(ECANCELED))
                    .containsEntry(2L, error(ETIME))
                    .containsEntry(3L, 0);
        }
    }

    @Test
    @Tag("C2")
    void softLinkShouldNotSurviveTheCancellationOfItsHead() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, recv(pair.near(), buffer(64)), LINK);
            ring.push(2, linkTimeout(SHORTLY), LINK).push(3, nop());
            assertThat(ring.results(3))
                    .containsEntry(1L, error(ECANCELED))
                    .containsEntry(3L, error(ECANCELED));
        }
    }

    private static int error(Errno errno) {
        return -errno.number();
    }
}
