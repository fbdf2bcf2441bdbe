package dev.catena.spec.portable;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.acceptEach;
import static dev.catena.ops.Ops.bind;
import static dev.catena.ops.Ops.cancelAll;
import static dev.catena.ops.Ops.cancelEverything;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.futexWait;
import static dev.catena.ops.Ops.futexWake;
import static dev.catena.ops.Ops.linkTimeout;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.poll;
import static dev.catena.ops.Ops.pollEach;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.shutdown;
import static dev.catena.ops.Ops.socket;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Sqe.DRAIN;
import static dev.catena.ops.Sqe.LINK;
import static dev.catena.spec.portable.RawDriver.buffer;
import static dev.catena.spec.portable.RawDriver.bytes;
import static dev.catena.spec.portable.RawDriver.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Bound;
import dev.catena.ops.Cancel;
import dev.catena.ops.Deadline;
import dev.catena.ops.Errno;
import dev.catena.ops.OperationId;
import dev.catena.ops.Ops;
import dev.catena.ops.Outcome;
import dev.catena.ops.PollEvent;
import dev.catena.ops.Shutdown;
import dev.catena.ops.SocketType;
import dev.catena.ops.UpdateTimeout;
import dev.catena.proactor.driver.Driver;
import dev.catena.scope.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What waits, on every driver: cancels in all their forms, timeouts, polls, multishots, futexes.
@ParameterizedClass
@EnumSource(DriverUnderTest.class)
class DriverCancelTest {
    private static final Duration SHORTLY = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int CANCELLED = number(Errno.ECANCELED);

    private final DriverUnderTest kind;

    DriverCancelTest(DriverUnderTest kind) {
        this.kind = kind;
    }

    private static Cancel cancel(long token) {
        return new Cancel(new Cancel.Target.One(new OperationId(token)));
    }

    @Test
    @Tag("X2")
    void cancelShouldSayWhetherItFoundItsTargetWhoseCompletionComesAnyway() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recv(pair.near(), buffer(8))).submit().push(2, cancel(1));
            assertThat(driver.results(2)).containsEntry(1L, CANCELLED).containsEntry(2L, 0);
            assertThat(driver.error(cancel(1))).isEqualTo(Errno.ENOENT);
        }
    }

    /// The tokens of a loop are slots and generations, so that many have one half or the other in common.
    @Test
    @Tag("X2")
    void cancelShouldFindItsTargetAmongManyInWhateverOrderTheyEnd() {
        try (var driver = new RawDriver(kind)) {
            var tokens = new ArrayList<Long>();
            for (long i = 0; i < 1500; i++) {
                long token = (i % 7 + 1) << 32 | (i / 7 + 1);
                driver.push(token, timeout(LONG)).submit();
                tokens.add(token);
            }
            Collections.shuffle(tokens, new Random(8));
            long cancel = 1L << 50;
            for (long token : tokens) {
                driver.push(cancel, cancel(token));
                assertThat(driver.results(2))
                        .containsEntry(token, CANCELLED)
                        .containsEntry(cancel, 0);
            }
            assertThat(driver.error(cancel(tokens.getFirst()))).isEqualTo(Errno.ENOENT);
        }
    }

    /// Behind a drained operation everything waits, but for this.
    @Test
    @Tag("X1")
    void cancelShouldReachWhatADrainWaitsFor() throws Exception {
        try (var ring = kind.proactor()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var ends = scope.await(Ops.pipe());
                        var reading = scope.start(Ops.read(ends.reading(), scope.lease(1)));
                        var drained = scope.start(Ops.nop().drained());

                        reading.cancel("the drain waits for it");

                        assertThat(reading.outcome()).isInstanceOf(Outcome.Cancelled.class);
                        drained.await();
                    });
        }
    }

    /// What is in flight on a descriptor that is closed, too.
    @Test
    @Tag("X5")
    void closeShouldReachWhatADrainWaitsFor() throws Exception {
        try (var ring = kind.proactor()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var ends = scope.await(Ops.pipe());
                        var reading = scope.start(Ops.read(ends.reading(), scope.lease(1)));
                        var drained = scope.start(Ops.nop().drained());

                        scope.await(Ops.close(ends.reading()));

                        assertThat(reading.outcome()).isInstanceOf(Outcome.Cancelled.class);
                        drained.await();
                    });
        }
    }

    @Test
    @Tag("X1")
    void cancelOfEverythingShouldReachWhatADrainWaitsFor() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recv(pair.near(), buffer(8))).push(2, nop(), DRAIN).submit();
            driver.push(3, cancelEverything());
            assertThat(driver.results(3))
                    .containsEntry(1L, CANCELLED)
                    .containsEntry(2L, 0)
                    .containsEntry(3L, 1);
        }
    }

    /// It would wait behind the drain.
    @Test
    void wakeUpForAnotherRingShouldNotBePushedWhileTheRingDrains() {
        assumeTrue(kind == DriverUnderTest.URING, "others send none");
        try (var driver = new RawDriver(kind);
                var other = new RawDriver(kind)) {
            driver.push(1, nop(), DRAIN);
            assertThat(driver.driver().pushWake(other.driver().ring())).isFalse();
            assertThat(driver.results(1)).containsEntry(1L, 0);
            driver.driver().ended(1);
            assertThat(driver.driver().pushWake(other.driver().ring())).isTrue();
            driver.submit();
            other.driver().await(Long.MAX_VALUE);
        }
    }

    @Test
    @Tag("X2")
    void cancelOfAChainMemberThatHasNotStartedShouldFindNothing() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recv(pair.near(), buffer(8)), LINK).push(2, nop()).submit();
            assertThat(driver.error(cancel(2))).isEqualTo(Errno.ENOENT);
            driver.push(3, cancel(1));
            assertThat(driver.results(3))
                    .containsEntry(1L, CANCELLED)
                    .containsEntry(2L, CANCELLED)
                    .containsEntry(3L, 0);
        }
    }

    @Test
    @Tag("X5")
    void cancelOfADescriptorShouldCountWhatItFoundAndLeaveTheRest() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            var other = Ends.connected(driver);
            driver.push(1, recv(pair.near(), buffer(8))).push(2, recv(pair.near(), buffer(8)));
            driver.push(4, recv(other.near(), buffer(8)));
            driver.submit().push(3, cancelAll(pair.near()));
            assertThat(driver.results(3))
                    .containsEntry(1L, CANCELLED)
                    .containsEntry(2L, CANCELLED)
                    .containsEntry(3L, 2);
            driver.push(5, cancelEverything());
            assertThat(driver.results(2)).containsEntry(4L, CANCELLED).containsEntry(5L, 1);
            assertThat(driver.result(cancelAll(pair.near()))).isZero();
            driver.push(6, recv(pair.near(), buffer(8))).push(7, timeout(LONG));
            driver.push(8, cancelEverything());
            assertThat(driver.results(3)).as("in one submission").containsEntry(8L, 2);
        }
    }

    @Test
    @Tag("X5")
    void closeShouldCancelNothing() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recv(pair.near(), buffer(8))).submit();
            assertThat(driver.result(close(pair.near()))).isZero();
            driver.forget(pair.near());
            driver.push(3, send(pair.far(), buffer(8)));
            assertThat(driver.results(2)).containsEntry(1L, 8).containsEntry(3L, 8);
            driver.push(1, recv(pair.far(), buffer(8)));
            assertThat(driver.results(1)).as("it is closed by now").containsEntry(1L, 0);
        }
    }

    @Test
    @Tag("X4")
    void connectionShouldStayUsableAfterAReceiveWasCancelled() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            for (int round = 0; round < 20; round++) {
                driver.push(1, recv(pair.near(), buffer(8))).submit().push(2, cancel(1));
                assertThat(driver.results(2)).containsEntry(1L, CANCELLED);
                driver.push(3, send(pair.far(), bytes("x"))).push(4, recv(pair.near(), buffer(8)));
                assertThat(driver.results(2)).containsEntry(3L, 1).containsEntry(4L, 1);
            }
        }
    }

    @Test
    @Tag("X2")
    void everythingThatWaitsShouldBeCancellable() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            var pipe = Ends.ofPipe(driver);
            var listener = Ends.listener(driver);
            var word = buffer(4);
            driver.push(1, accept(listener)).push(2, acceptEach(listener));
            driver.push(3, recvEach(pair.near())).push(4, poll(pair.far(), PollEvent.READABLE));
            driver.push(5, pollEach(pipe.near(), PollEvent.READABLE));
            driver.push(6, read(pipe.near(), buffer(8))).push(7, timeout(LONG));
            driver.push(8, futexWait(word, 0)).submit();
            for (long token = 1; token <= 8; token++) {
                driver.push(20 + token, cancel(token));
                var results = driver.take(2);
                long cancelled = token;
                assertThat(results)
                        .anySatisfy(
                                cqe -> {
                                    assertThat(cqe.token()).isEqualTo(cancelled);
                                    assertThat(cqe.result()).isEqualTo(CANCELLED);
                                    assertThat(cqe.hasMore()).isFalse();
                                });
            }
        }
    }

    @Test
    @Tag("D2")
    void sameAbsoluteLinkTimeoutBehindEveryMemberShouldBoundTheChain() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            long start = driver.driver().nanoTime();
            var bound = new Bound.At(new Deadline(start + Duration.ofMillis(150).toNanos()));
            driver.push(9, timeout(new Deadline(start + Duration.ofMillis(250).toNanos())));
            driver.push(1, recv(pair.near(), buffer(8)), LINK);
            driver.push(2, new dev.catena.ops.LinkTimeout(bound), LINK);
            driver.push(3, recv(pair.near(), buffer(8)), LINK);
            driver.push(4, new dev.catena.ops.LinkTimeout(bound));
            driver.push(5, timeout(Duration.ofMillis(50)), LINK);
            driver.push(6, send(pair.far(), buffer(8)));
            var order = driver.order(7);
            assertThat(order.getLast()).isEqualTo(9L);
        }
    }

    @Test
    @Tag("L2")
    void bothCompletionsOfABoundedOperationShouldComeWhoeverWins() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recv(pair.near(), buffer(8)), LINK).push(2, linkTimeout(LONG)).submit();
            driver.push(3, send(pair.far(), buffer(8)));
            assertThat(driver.results(3)).containsEntry(1L, 8).containsEntry(2L, CANCELLED);
            driver.push(1, nop(), LINK).push(2, linkTimeout(LONG));
            assertThat(driver.results(2)).containsEntry(1L, 0).containsEntry(2L, CANCELLED);
            driver.push(1, recv(pair.near(), buffer(8)), LINK).push(2, linkTimeout(SHORTLY));
            assertThat(driver.results(2))
                    .containsEntry(1L, CANCELLED)
                    .containsEntry(2L, number(Errno.ETIME));
        }
    }

    @Test
    @Tag("T1")
    void timeoutsShouldExpireBeCountedDownBeMovedAndNotBeFoundAfterwards() {
        try (var driver = new RawDriver(kind)) {
            driver.push(1, timeout(new Deadline(driver.driver().nanoTime())));
            assertThat(driver.results(1)).as("past").containsEntry(1L, number(Errno.ETIME));

            driver.push(1, timeout(LONG).orAfter(2)).submit().push(2, nop()).push(3, nop());
            assertThat(driver.results(3)).as("counted down").containsEntry(1L, 0);

            driver.push(1, timeout(LONG)).submit();
            var sooner = new UpdateTimeout(new OperationId(1), new Bound.After(SHORTLY));
            driver.push(2, sooner);
            assertThat(driver.results(2))
                    .containsEntry(1L, number(Errno.ETIME))
                    .containsEntry(2L, 0);
            assertThat(driver.error(sooner)).isEqualTo(Errno.ENOENT);
        }
    }

    @Test
    @Tag("T3")
    void timeoutShouldNeverBeEarly() {
        try (var driver = new RawDriver(kind)) {
            for (int micros : new int[] {1, 700, 1300, 5000}) {
                long start = driver.driver().nanoTime();
                driver.push(1, timeout(Duration.ofNanos(micros * 1000L)));
                driver.take(1);
                assertThat(driver.driver().nanoTime() - start)
                        .isGreaterThanOrEqualTo(micros * 1000L);
            }
        }
    }

    @Test
    void pollShouldTellWhatADescriptorIsReadyFor() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            var both = poll(pair.near(), PollEvent.READABLE, PollEvent.WRITABLE);
            assertThat(PollEvent.of(driver.result(both))).containsExactly(PollEvent.WRITABLE);
            driver.push(1, poll(pair.near(), PollEvent.READABLE)).submit();
            assertThat(driver.now()).isEmpty();
            driver.push(2, send(pair.far(), bytes("x")));
            assertThat(driver.results(2)).containsEntry(1L, PollEvent.READABLE.bit());
        }
    }

    @Test
    void pollOfEachTimeShouldTellOfEachTimeThatThereIsSomething() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, pollEach(pair.near(), PollEvent.READABLE)).submit();
            for (int round = 0; round < 3; round++) {
                driver.push(2, send(pair.far(), bytes("x")));
                assertThat(driver.results(2)).containsEntry(1L, 1).containsEntry(2L, 1);
                assertThat(driver.now()).as("once").isEmpty();
                assertThat(driver.result(recv(pair.near(), buffer(8)))).isEqualTo(1);
                assertThat(driver.now()).as("nothing is there").isEmpty();
            }
            driver.push(3, cancel(1));
            assertThat(driver.results(2)).containsEntry(1L, CANCELLED);
        }
    }

    @Test
    @Tag("L2")
    void multishotAcceptShouldGiveConnectionsUntilItIsCancelled() {
        try (var driver = new RawDriver(kind)) {
            var listener = Ends.listener(driver);
            driver.push(1, acceptEach(listener)).submit();
            var address = driver.address(listener);
            for (int i = 0; i < 5; i++) {
                var near = driver.made(socket(AddressFamily.INET, SocketType.STREAM));
                driver.push(2, connect(near, address));
                var taken = driver.take(2);
                assertThat(taken)
                        .anySatisfy(
                                cqe -> {
                                    assertThat(cqe.token()).isEqualTo(1);
                                    assertThat(cqe.hasMore()).isTrue();
                                    driver.fd(cqe.result());
                                });
            }
            driver.push(3, cancel(1));
            assertThat(driver.take(2))
                    .anySatisfy(
                            cqe -> {
                                assertThat(cqe.result()).isEqualTo(CANCELLED);
                                assertThat(cqe.hasMore()).isFalse();
                            });
        }
    }

    @Test
    @Tag("L7")
    void multishotReceiveShouldPickBuffersAndEndWithTheStream() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recvEach(pair.near())).submit();
            for (int round = 0; round < 300; round++) { // more than there are buffers
                driver.push(2, send(pair.far(), bytes("bytes")));
                for (var cqe : driver.take(2)) {
                    if (cqe.token() == 1) {
                        assertThat(cqe.result()).isEqualTo(5);
                        assertThat(cqe.hasMore()).isTrue();
                        assertThat(cqe.flags() & Driver.BUFFER).isNotZero();
                        var memory = driver.driver().provided(cqe.flags(), cqe.result());
                        assertThat(memory.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
                                .isEqualTo(
                                        "bytes"
                                                .getBytes(
                                                        java.nio.charset.StandardCharsets
                                                                .US_ASCII));
                        driver.driver().provide(cqe.flags());
                    }
                }
            }
            driver.push(3, shutdown(pair.far(), Shutdown.Direction.WRITE));
            assertThat(driver.take(2))
                    .anySatisfy(
                            cqe -> {
                                assertThat(cqe.token()).isEqualTo(1);
                                assertThat(cqe.result()).isZero();
                                assertThat(cqe.hasMore()).isFalse();
                            });
        }
    }

    @Test
    @Tag("L7")
    void multishotReceiveShouldEndWhenNoBufferIsFree() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recvEach(pair.near())).submit();
            var held = new ArrayList<Integer>();
            boolean ended = false;
            while (!ended) {
                driver.push(2, send(pair.far(), bytes("x")));
                for (var cqe : driver.take(2)) {
                    if (cqe.token() == 1 && cqe.result() > 0) {
                        held.add(cqe.flags());
                    }
                    ended |= cqe.token() == 1 && cqe.result() == number(Errno.ENOBUFS);
                }
                assertThat(held.size()).isLessThan(1000);
            }
            assertThat(held).isNotEmpty();
            held.forEach(driver.driver()::provide);
            driver.push(1, recvEach(pair.near()));
            assertThat(driver.take(1).getFirst().result()).as("with buffers again").isPositive();
        }
    }

    @Test
    @Tag("X2")
    void bindShouldNotDisturbWhatIsInFlight() {
        try (var driver = new RawDriver(kind)) {
            var pair = Ends.connected(driver);
            driver.push(1, recv(pair.near(), buffer(8))).submit();
            assertThat(driver.error(bind(pair.near(), RawDriver.ANY_PORT))).isEqualTo(Errno.EINVAL);
            driver.push(2, send(pair.far(), bytes("x")));
            assertThat(driver.results(2)).containsEntry(1L, 1);
        }
    }

    @Test
    void futexShouldWaitForAWakeOnlyWhileItHasTheExpectedValue() {
        try (var driver = new RawDriver(kind)) {
            var word = buffer(8).first(4);
            assertThat(driver.error(futexWait(word, 1))).isEqualTo(Errno.EAGAIN);
            assertThat(driver.error(futexWait(buffer(8).slice(1, 4), 0))).isEqualTo(Errno.EINVAL);
            assertThat(driver.result(futexWake(word, 9))).isZero();
            driver.push(1, futexWait(word, 0)).push(2, futexWait(word, 0)).submit();
            driver.push(3, futexWake(word, 1));
            assertThat(driver.take(2)).anyMatch(cqe -> cqe.token() == 3 && cqe.result() == 1);
            driver.push(4, futexWake(word, 9));
            assertThat(driver.results(2)).containsEntry(4L, 1);
        }
    }

    @Test
    void wakeShouldEndAWaitFromWhateverThread() throws Exception {
        try (var driver = new RawDriver(kind)) {
            for (int round = 0; round < 100; round++) {
                var waker = Thread.ofPlatform().start(driver.driver()::wake);
                driver.driver().await(Long.MAX_VALUE);
                waker.join();
                driver.driver().await(0);
            }
        }
    }
}
