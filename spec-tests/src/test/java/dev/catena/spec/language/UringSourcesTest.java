package dev.catena.spec.language;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.poll;
import static dev.catena.ops.Ops.pollEach;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.language.UringFilesTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.Pipe;
import dev.catena.ops.Poll;
import dev.catena.ops.PollEach;
import dev.catena.ops.PollEvent;
import dev.catena.ops.Read;
import dev.catena.ops.Recv;
import dev.catena.ops.RecvEach;
import dev.catena.ops.ShortTransfer;
import dev.catena.proactor.driver.Driver;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.LoopThreads;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Said;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How `forEach` and feeds pause, resume and end their source, on a kernel that does what the test says.
@Timeout(60)
@LoopThreads(why = "the loop is to stand still between two calls")
class UringSourcesTest {
    private static final int MORE_THAN_MAY_WAIT = 17;
    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private final AtomicReference<Scripted> driver = new AtomicReference<>();

    private static void turns(Scope scope) throws IOException {
        for (int i = 0; i < 300; i++) {
            scope.await(nop());
        }
    }

    /// Elements that are worked on once there is something in the pipe.
    private static Pending<Long> gated(Scope scope, Fd source, Fd gate) {
        return scope.start(
                forEach(pollEach(source, PollEvent.READABLE), _ -> poll(gate, PollEvent.READABLE)));
    }

    @Test
    void sourceThatFindsNoBufferWhileItIsToPauseShouldBeTakenUpOnce() throws Exception {
        try (var ring = Scripted.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var gate = scope.await(pipe());
                        var each = gated(scope, gate.reading(), gate.reading());
                        driver.get().give(MORE_THAN_MAY_WAIT, 0);
                        turns(scope);
                        driver.get().end(Errno.ENOBUFS);
                        turns(scope);
                        scope.await(write(gate.writing(), text(scope, "x")));
                        turns(scope);
                        driver.get().pass(HOUR_NANOS);
                        turns(scope);
                        assertThat(driver.get().mostAtOnce()).isEqualTo(1);
                        assertThat(driver.get().submitted()).isEqualTo(2);
                        each.cancel("seen");
                        driver.get().end(Errno.ECANCELED);
                        turns(scope);
                        assertThat(Said.of(each.outcome())).isEqualTo("cancelled");
                    });
        }
    }

    @Test
    @Tag("D3")
    void deadlineShouldBeTheReasonAlthoughThePauseCameFirst() throws Exception {
        try (var ring = Scripted.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var gate = scope.await(pipe());
                        var hour = ScopeOptions.DEFAULT.within(Duration.ofHours(1));
                        assertThatThrownBy(
                                        () ->
                                                scope.child(
                                                        hour,
                                                        inner -> outOfTime(scope, inner, gate)))
                                .isInstanceOf(DeadlineExceededException.class);
                    });
        }
    }

    private Void outOfTime(Scope scope, Scope inner, Pipe.Ends gate) throws IOException {
        var each = inner.start(forEach(pollEach(gate.reading(), PollEvent.READABLE), _ -> nop()));
        driver.get().give(MORE_THAN_MAY_WAIT, 0);
        turns(scope);
        driver.get().pass(HOUR_NANOS);
        turns(scope);
        driver.get().end(Errno.ECANCELED);
        turns(scope);
        assertThat(Said.of(each.outcome())).isEqualTo("timed out");
        return null;
    }

    /// The cancellation comes while the first of three is worked on, which completes all the same.
    private void dropTwo(boolean endsBefore) throws Exception {
        try (var ring = Scripted.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var each = scope.start(forEach(recvEach(pair.near()), _ -> nop()));
                        scope.await(nop());
                        driver.get().give(3, Driver.BUFFER);
                        if (endsBefore) {
                            driver.get().end(0);
                        }
                        scope.await(nop());
                        each.cancel("enough");
                        if (!endsBefore) {
                            driver.get().end(0);
                        }
                        turns(scope);
                        assertThat(Said.of(each.outcome())).isEqualTo("cancelled");
                        scope.await(close(pair.near()));
                    });
        }
    }

    @Test
    void elementsThatWereDroppedShouldNotBeCountedAsCompleted() throws Exception {
        dropTwo(true);
        dropTwo(false);
    }

    @Test
    void refusalToTakeItUpAgainShouldEndTheForEachAndNotTheLoop() throws Exception {
        try (var ring = Scripted.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var gate = scope.await(pipe());
                        var each = gated(scope, gate.reading(), gate.reading());
                        turns(scope);
                        driver.get().lack(op -> op instanceof PollEach || op instanceof Poll);
                        driver.get().end(1);
                        scope.await(write(gate.writing(), text(scope, "x")));
                        assertThatThrownBy(each::outcome)
                                .isInstanceOf(UnsupportedOperationException.class);
                    });
        }
    }

    @Test
    void elementsShouldBeFetchedOneByOneWhereTheKernelHasNoMultishot() throws Exception {
        try (var ring = Scripted.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        driver.get().lack(op -> op instanceof RecvEach);
                        var pair = Pair.open(scope);
                        var received = new StringBuilder();
                        var each =
                                scope.start(
                                        forEach(
                                                recvEach(pair.near()),
                                                buffer -> {
                                                    received.append((char) buffer.get(0));
                                                    scope.release(buffer);
                                                    return nop();
                                                }));
                        for (var letter : "abc".split("")) {
                            scope.await(sendAll(pair.far(), text(scope, letter)));
                            turns(scope);
                        }
                        scope.await(close(pair.far()));
                        assertThat(each.await()).isEqualTo(3);
                        assertThat(received).hasToString("abc");
                    });
        }
    }

    @Test
    void refusalOfTheRestShouldEndTheChainAndNotTheLoop() throws Exception {
        try (var ring = Scripted.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var ends = scope.await(pipe());
                        var all =
                                scope.start(
                                        link(read(ends.reading(), scope.lease(8)), nop())
                                                .onShort(ShortTransfer.RETRY));
                        driver.get().lack(op -> op instanceof Read);
                        scope.await(write(ends.writing(), text(scope, "abc")));
                        assertThatThrownBy(all::outcome)
                                .isInstanceOf(UnsupportedOperationException.class);
                    });
        }
    }

    @Test
    void starvedFeedShouldWaitForItsTaker() throws Exception {
        try (var ring = Scripted.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        try (var feed = scope.feed(recvEach(pair.near()))) {
                            driver.get().give(3, Driver.BUFFER);
                            driver.get().starve();
                            turns(scope);
                            assertThat(driver.get().submitted()).isEqualTo(1);
                            for (int i = 0; i < 3; i++) {
                                assertThat(feed.take()).isNotNull();
                            }
                            scope.await(sendAll(pair.far(), text(scope, "x")));
                            assertThat(feed.take().get(0)).isEqualTo((byte) 'x');
                        }
                    });
        }
    }

    @Test
    void refusalToTakeItUpAgainShouldEndTheFeedAndNotTheLoop() throws Exception {
        try (var ring = Scripted.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var feed = scope.feed(recvEach(pair.near()));
                        driver.get().give(1, Driver.BUFFER);
                        driver.get().lack(op -> op instanceof RecvEach || op instanceof Recv);
                        driver.get().end(Errno.ENOBUFS);
                        assertThat(feed.take()).isNotNull();
                        assertThatThrownBy(feed::take)
                                .hasMessageContaining("could not go on")
                                .hasCauseInstanceOf(UnsupportedOperationException.class);
                        assertThatThrownBy(feed::close)
                                .isInstanceOf(UnsupportedOperationException.class);
                    });
        }
    }

    @Test
    @Tag("L7")
    void feedShouldEndAlthoughItsBufferIsInUse() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var gate = scope.await(pipe());
                        var feed = scope.feed(recvEach(pair.near()));
                        scope.await(sendAll(pair.far(), text(scope, "x")));
                        var using = scope.start(read(gate.reading(), feed.take()));
                        assertThatThrownBy(feed::close).isInstanceOf(IllegalStateException.class);
                        assertThat(ring.metrics().cancelled()).as("the source").isEqualTo(1);
                        scope.await(write(gate.writing(), text(scope, "y")));
                        using.await();
                        long before = ring.metrics().leases();
                        feed.close();
                        assertThat(ring.metrics().leases()).isEqualTo(before - 1);
                    });
        }
    }

    @Test
    void takerShouldBeAbleToWaitForEver() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        try (var feed = scope.feed(recvEach(pair.near()))) {
                            scope.fork(() -> scope.await(sendAll(pair.far(), text(scope, "x"))));
                            assertThat(feed.take(ChronoUnit.FOREVER.getDuration())).isNotNull();
                        }
                    });
        }
    }
}
