package dev.catena.spec;

import static dev.catena.ops.Errno.ECANCELED;
import static dev.catena.ops.Errno.EINVAL;
import static dev.catena.ops.Errno.ENOENT;
import static dev.catena.ops.Errno.ETIME;
import static dev.catena.ops.Ops.cancelAll;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.linkTimeout;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Sqe.LINK;
import static dev.catena.spec.RawRing.buffer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Bound;
import dev.catena.ops.Cancel;
import dev.catena.ops.Deadline;
import dev.catena.ops.Errno;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.OperationId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What io_uring does with link timeouts and cancels, as KERNEL.md has it ("Link timeouts", "Cancelling"). Where a test
/// asks what comes first it compares kernel timers with each other, not with a clock that a busy machine holds up.
@NotOn(
        value = {DriverOfTests.PORTABLE, DriverOfTests.SIM},
        why = "asks the kernel itself")
class UringKernelTimeoutsTest {
    private static final Duration SHORTLY = Duration.ofMillis(20);

    @TempDir Path folder;

    @Test
    @Tag("D2")
    void linkTimeoutShouldBoundOnlyTheRequestBeforeItFromWhenThatStarts() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            long start = ring.driver().nanoTime();
            // If the link timeout counted from the submission it would fire at 60 ms, before the
            // mark.
            ring.push(9, timeout(new Deadline(start + millis(150))));
            ring.push(1, timeout(Duration.ofMillis(100)), LINK);
            ring.push(2, recv(pair.near(), buffer(8)), LINK);
            ring.push(3, linkTimeout(Duration.ofMillis(60)));
            assertThat(ring.order(4)).startsWith(1L, 9L).contains(2L, 3L);
        }
    }

    @Test
    @Tag("D2")
    void sameAbsoluteLinkTimeoutBehindEveryMemberShouldBoundTheChain() {
        // Again where the machine held this thread up for so long that the mark was overtaken.
        boolean inTime = false;
        for (int attempt = 0; attempt < 10 && !inTime; attempt++) {
            inTime = isCancelledBeforeTheMark(true);
        }
        assertThat(inTime).as("cancelled at 150 ms, before the mark at 200 ms").isTrue();
    }

    @Test
    @Tag("D2")
    void relativeLinkTimeoutsShouldStartAnewAtEachMember() {
        assertThat(isCancelledBeforeTheMark(false)).as("cancelled before 250 ms").isFalse();
    }

    /// A link that ends at 100 ms and one that does not end, both bounded to 150 ms; a mark at 200 ms.
    private boolean isCancelledBeforeTheMark(boolean absolute) {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            long start = ring.driver().nanoTime();
            var bound =
                    absolute
                            ? new Bound.At(new Deadline(start + millis(150)))
                            : new Bound.After(Duration.ofMillis(150));
            ring.push(9, timeout(new Deadline(start + millis(200))));
            ring.push(1, timeout(new Deadline(start + millis(100))), LINK);
            ring.push(2, new LinkTimeout(bound), LINK);
            ring.push(3, recv(pair.near(), buffer(8)), LINK).push(4, new LinkTimeout(bound));
            var order = new ArrayList<Long>();
            for (var cqe : ring.take(5)) {
                order.add(cqe.token());
                if (cqe.token() == 3) {
                    assertThat(cqe.result()).isEqualTo(error(ECANCELED));
                }
            }
            return order.indexOf(3L) < order.indexOf(9L);
        }
    }

    @Test
    @Tag("L2")
    void bothCompletionsShouldComeWhoeverWins() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, recv(pair.near(), buffer(8)), LINK);
            ring.push(2, linkTimeout(Duration.ofMinutes(1))).submit();
            ring.push(3, send(pair.far(), buffer(8)));
            assertThat(ring.results(3))
                    .as("the operation wins")
                    .containsEntry(1L, 8)
                    .containsEntry(2L, error(ECANCELED));

            ring.push(1, recv(pair.near(), buffer(8)), LINK).push(2, linkTimeout(SHORTLY));
            assertThat(ring.results(2))
                    .as("the timer wins")
                    .containsEntry(1L, error(ECANCELED))
                    .containsEntry(2L, error(ETIME));
        }
    }

    @Test
    @Tag("L4")
    void linkTimeoutShouldFindItsTargetByUserDataAndHitABystanderWithTheSame() {
        try (var ring = new RawRing()) {
            var bystander = ring.pair(folder);
            var pair = ring.pair(folder);
            ring.push(7, recv(pair.near(), buffer(8)), LINK).push(2, linkTimeout(SHORTLY));
            ring.submit().push(7, recv(bystander.near(), buffer(8)));
            var first = ring.take(2);
            assertThat(first)
                    .contains(new RawRing.Cqe(7, -ECANCELED.number()))
                    .contains(new RawRing.Cqe(2, -ETIME.number()));
            // One of the two is left, and its data says which: the one that the timeout was not for
            // has died.
            ring.push(3, send(pair.far(), buffer(3))).push(4, send(bystander.far(), buffer(4)));
            var results = ring.results(3);
            assertThat(results).containsEntry(7L, 3);
        }
    }

    @Test
    @Tag("C3")
    void loneLinkTimeoutAndOneBehindAnotherShouldBeInvalid() {
        try (var ring = new RawRing()) {
            ring.push(1, linkTimeout(SHORTLY));
            assertThat(ring.results(1)).containsEntry(1L, error(EINVAL));

            ring.push(1, nop(), LINK).push(2, linkTimeout(SHORTLY), LINK);
            ring.push(3, linkTimeout(SHORTLY));
            assertThat(ring.results(3)).containsEntry(3L, error(EINVAL));
        }
    }

    @Test
    @Tag("X2")
    void cancelShouldSayWhetherItFoundItsTargetWhoseCompletionComesAnyway() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, recv(pair.near(), buffer(8))).submit().push(2, cancel(1));
            assertThat(ring.results(2)).containsEntry(1L, error(ECANCELED)).containsEntry(2L, 0);

            ring.push(2, cancel(1));
            assertThat(ring.results(1)).containsEntry(2L, error(ENOENT));
        }
    }

    @Test
    @Tag("X2")
    void cancelOfAChainMemberThatHasNotStartedShouldFindNothing() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, recv(pair.near(), buffer(8)), LINK).push(2, nop()).submit();
            ring.push(3, cancel(2));
            assertThat(ring.results(1)).containsEntry(3L, error(ENOENT));

            ring.push(3, cancel(1));
            assertThat(ring.results(3))
                    .containsEntry(1L, error(ECANCELED))
                    .containsEntry(2L, error(ECANCELED))
                    .containsEntry(3L, 0);
        }
    }

    @Test
    @Tag("X5")
    void cancelOfADescriptorShouldCountWhatItFound() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, recv(pair.near(), buffer(8))).push(2, recv(pair.near(), buffer(8)));
            ring.submit().push(3, cancelAll(pair.near()));
            assertThat(ring.results(3))
                    .containsEntry(1L, error(ECANCELED))
                    .containsEntry(2L, error(ECANCELED))
                    .containsEntry(3L, 2);
        }
    }

    @Test
    @Tag("X5")
    void closeShouldCancelNothing() {
        try (var ring = new RawRing()) {
            var pair = ring.pair(folder);
            ring.push(1, recv(pair.near(), buffer(8))).submit().push(2, close(pair.near()));
            assertThat(ring.results(1)).containsEntry(2L, 0);
            ring.forget(pair.near());

            ring.push(3, send(pair.far(), buffer(8)));
            assertThat(ring.results(2)).containsEntry(1L, 8).containsEntry(3L, 8);
        }
    }

    @Test
    @Tag("T3")
    void timeoutsShouldRunOnTheClockThatTheDriverReads() {
        try (var ring = new RawRing()) {
            long start = ring.driver().nanoTime();
            ring.push(1, timeout(new Deadline(start + millis(30))));
            ring.take(1);
            assertThat(ring.driver().nanoTime() - start)
                    .isBetween(millis(30), Duration.ofSeconds(20).toNanos());

            ring.push(1, timeout(new Deadline(start)));
            assertThat(ring.results(1)).as("past").containsEntry(1L, error(ETIME));
        }
    }

    private static Cancel cancel(long token) {
        return new Cancel(new Cancel.Target.One(new OperationId(token)));
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private static int error(Errno errno) {
        return -errno.number();
    }
}
