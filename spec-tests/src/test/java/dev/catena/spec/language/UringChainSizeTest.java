package dev.catena.spec.language;

import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Chain;
import dev.catena.ops.Nop;
import dev.catena.ops.Op;
import dev.catena.ops.Sqe;
import dev.catena.ops.Step;
import dev.catena.proactor.driver.Driver;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.TamperedDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Chains and the size of the ring.
class UringChainSizeTest {
    private static final int RING = 64;

    /// How many entries went to the kernel at each submission, as a ring of [#RING] entries saw it.
    private static final class Watching extends TamperedDriver {
        private final List<Integer> submissions;
        private final List<Boolean> linked = new ArrayList<>();

        Watching(int entries, List<Integer> submissions) {
            super(entries, 4096);
            this.submissions = submissions;
        }

        @Override
        public void push(Op<?> op, int flags, long token, long nowNanos) {
            linked.add((flags & (Sqe.LINK | Sqe.HARDLINK)) != 0);
            super.push(op, flags, token, nowNanos);
        }

        @Override
        public void submit() {
            handOver();
            super.submit();
        }

        @Override
        public void await(long timeoutNanos) {
            handOver();
            super.await(timeoutNanos);
        }

        private void handOver() {
            if (!linked.isEmpty()) {
                submissions.add(linked.size());
                if (linked.getLast()) {
                    throw new IllegalStateException("a chain was torn: its rest comes later");
                }
                linked.clear();
            }
        }
    }

    private static Chain<?> nops(int count) {
        return linkAll(Collections.<Nop>nCopies(count, nop()));
    }

    @Test
    @Tag("C1")
    void chainOfRingSizeShouldGoInOneSubmissionAndComplete() throws Exception {
        var submissions = new ArrayList<Integer>();
        try (var ring = RingUnderTest.over(() -> new Watching(RING, submissions))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        scope.await(nop());
                        submissions.clear();
                        long before = ring.metrics().published();
                        scope.await(nops(RING));
                        assertThat(submissions).containsExactly(RING);
                        assertThat(ring.metrics().published() - before).isEqualTo(RING);
                        List<Step<?>> bounded =
                                Collections.nCopies(RING / 2, nop().within(Duration.ofHours(1)));
                        submissions.clear();
                        scope.await(linkAll(bounded));
                        assertThat(submissions).containsExactly(RING);
                    });
        }
    }

    @Test
    @Tag("C1")
    @NotOn(value = DriverOfTests.SIM, why = "its ring has a length of its own")
    void chainLargerThanTheRingShouldBeRefusedAndNothingSubmitted() throws Exception {
        var submissions = new ArrayList<Integer>();
        try (var ring = RingUnderTest.over(() -> new Watching(RING, submissions))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        scope.await(nop());
                        submissions.clear();
                        long before = ring.metrics().published();
                        List<Step<?>> bounded =
                                Collections.nCopies(
                                        RING / 2 + 1, nop().within(Duration.ofHours(1)));
                        for (var chain : List.of(nops(RING + 1), linkAll(bounded))) {
                            assertThatThrownBy(() -> scope.attempt(chain))
                                    .isInstanceOf(IllegalArgumentException.class)
                                    .hasMessageContaining(Integer.toString(RING))
                                    .hasMessageContaining("submissionEntries");
                        }
                        assertThat(ring.metrics().published()).isEqualTo(before);
                        assertThat(submissions).isEmpty();
                        scope.await(nops(RING));
                    });
        }
    }

    @Test
    @Tag("C1")
    @NotOn(value = DriverOfTests.SIM, why = "its ring has a length of its own")
    void tenThousandChainsOnANearlyFullQueueShouldNeverBeTorn() throws Exception {
        var random = new Random(20_261_120);
        var submissions = new ArrayList<Integer>();
        try (var ring = RingUnderTest.over(() -> new Watching(8, submissions))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        for (int round = 0; round < 500; round++) {
                            var pending = new ArrayList<Pending<?>>();
                            for (int i = 0; i < 20; i++) {
                                pending.add(scope.start(nops(1 + random.nextInt(8))));
                            }
                            for (var chain : pending) {
                                chain.await();
                            }
                        }
                    });
            var now = ring.metrics();
            assertThat(now.published()).isGreaterThan(30_000).isEqualTo(now.terminal());
        }
        // the queue was nearly full: chains had to wait for others to leave
        assertThat(submissions).contains(8, 7, 6).hasSizeGreaterThan(2_000);
        assertThat(submissions).allMatch(entries -> entries <= 8);
    }

    /// The test's driver would notice: it is asked to hand over half a chain.
    @Test
    void tornChainShouldBeNoticed() throws Exception {
        var submissions = new ArrayList<Integer>();
        Driver driver = new Watching(8, submissions);
        try {
            driver.push(nop(), Sqe.LINK, 1, 0);
            assertThatThrownBy(driver::submit).hasMessageContaining("torn");
            driver.push(nop(), 0, 2, 0);
            driver.submit();
            int left = 2;
            while (left > 0) {
                driver.await(Long.MAX_VALUE);
                left -= driver.reap((_, _, _) -> {});
            }
        } finally {
            driver.close();
        }
    }
}
