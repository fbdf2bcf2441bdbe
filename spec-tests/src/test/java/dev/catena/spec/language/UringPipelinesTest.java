package dev.catena.spec.language;

import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.failed;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.race;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.sleep;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.language.UringFilesTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.ops.Read;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Said;
import dev.catena.spec.Trail;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What composed operations do.
class UringPipelinesTest extends UringSpec {
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);
    private static final int MILLION = 1_000_000;

    private final Trail trail = new Trail();

    private static Read never(Scope scope) throws IOException {
        return read(scope.await(pipe()).reading(), scope.lease(1));
    }

    private static Read broken(Scope scope) throws IOException {
        return read(scope.await(pipe()).writing(), scope.lease(1));
    }

    private Pipeline<Integer> said(String event) {
        return nop().map(
                        _ -> {
                            trail.add(event);
                            return 1;
                        });
    }

    @Test
    void stepsShouldFollowTheResultOfTheOneBefore() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    Pipeline<Integer> answer =
                            nop().map(_ -> 20).then(n -> done(n + 1)).map(n -> n * 2);
                    assertThat(scope.await(answer)).isEqualTo(42);
                    var failing = broken(scope);
                    assertThat(Said.of(scope.attempt(failing.map(n -> n + 1)))).isEqualTo("EBADF");
                    assertThat(Said.of(scope.attempt(failing.then(_ -> said("not run")))))
                            .isEqualTo("EBADF");
                    assertThat(scope.await(failing.recover(why -> done(why.isCompleted() ? 1 : 7))))
                            .isEqualTo(7);
                    assertThat(scope.await(done(3).recover(_ -> said("not run")))).isEqualTo(3);
                });
        assertThat(trail.events()).isEmpty();
    }

    @Test
    void zipShouldRunBothAndEndTheOtherWhereOneFails() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    // the first ends only because the second runs at the same time
                    assertThat(
                                    scope.await(
                                            read(ends.reading(), scope.lease(1))
                                                    .zip(write(ends.writing(), text(scope, "x")))))
                            .isEqualTo(io.vavr.Tuple.of(1, 1));
                    var waiting = never(scope);
                    var outcome = scope.attempt(waiting.zip(broken(scope), Integer::sum));
                    assertThat(Said.of(outcome)).isEqualTo("EBADF");
                    waiting.buffer().set(0, (byte) 1);
                });
    }

    @Test
    void raceShouldCancelTheLosersAndWaitForTheirCompletions() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (int i = 0; i < 50; i++) {
                        var one = never(scope);
                        var other = never(scope);
                        var winner = timeout(Duration.ofNanos(i * 10_000L)).map(_ -> 5);
                        assertThat(scope.await(race(List.of(one, winner, other)))).isEqualTo(5);
                        var now = ring().metrics();
                        assertThat(now.terminal()).as("%s", now).isEqualTo(now.published());
                        one.buffer().set(0, (byte) 1);
                        scope.release(other.buffer());
                    }
                });
    }

    @Test
    void raceThatNobodyWinsShouldEndAsTheLast() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var waiting = never(scope);
                    var slow = timeout(SOON).then(_ -> waiting.within(SOON));
                    var outcome = scope.attempt(race(broken(scope), slow));
                    assertThat(Said.of(outcome)).isEqualTo("timed out");
                    assertThat(scope.await(race(done(1), never(scope)))).isEqualTo(1);
                });
    }

    @Test
    void repeatShouldGoOnAsLongAsItIsTold() throws Exception {
        var count = new AtomicInteger();
        Scope.run(
                proactor(),
                scope ->
                        assertThat(
                                        scope.await(
                                                nop().map(_ -> count.incrementAndGet())
                                                        .repeatWhile(n -> n < 100)))
                                .isEqualTo(100));
    }

    @Test
    void withinShouldBoundTheWhole() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    long start = proactor().nanoTime();
                    var endless = timeout(Duration.ofMillis(3)).map(_ -> 1).repeatWhile(_ -> true);
                    assertThat(Said.of(scope.attempt(endless.within(SOON)))).isEqualTo("timed out");
                    assertThat(proactor().nanoTime() - start)
                            .isGreaterThanOrEqualTo(SOON.toNanos());
                    assertThat(scope.await(nop().map(_ -> 1).within(LONG))).isEqualTo(1);
                    var rescued = endless.within(SOON).recover(_ -> done(9));
                    assertThat(scope.await(rescued)).isEqualTo(9);
                });
        assertThat(ring().metrics().timers()).isZero();
    }

    @Test
    @Tag("X3")
    @NotOn(value = DriverOfTests.SIM, why = "its peer is outside of the simulated kernel")
    void connectThatIsOutOfTimeShouldCloseItsSocketAtOnce() throws Exception {
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = full.getLocalSocketAddress();
            var waiting = new ArrayList<SocketChannel>();
            for (int i = 0;
                    i < 8;
                    i++) { // more than its queue holds, so that the next is not answered
                var channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(address);
                waiting.add(channel);
            }
            Scope.run(
                    proactor(),
                    scope -> {
                        long before = proactor().metrics().descriptors();
                        var late = scope.attempt(connect(address).within(SOON));
                        assertThat(Said.of(late)).isEqualTo("timed out");
                        assertThat(proactor().metrics().descriptors()).isEqualTo(before);
                        var pending = scope.start(connect(address));
                        scope.await(timeout(Duration.ofMillis(5)));
                        pending.cancel("enough");
                        assertThat(Said.of(pending.outcome())).isEqualTo("cancelled");
                        assertThat(proactor().metrics().descriptors()).isEqualTo(before);
                    });
            for (var channel : waiting) {
                channel.close();
            }
        }
    }

    private static int added(Trail trail) {
        trail.add("cleaned");
        return 1;
    }

    @Test
    void onFailureShouldCleanUpUnlessItCompletedAndChangeNothing() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    var cleanup = nop().map(_ -> added(trail));
                    assertThat(scope.await(done(1).onFailure(cleanup))).isEqualTo(1);
                    assertThat(trail.events()).isEmpty();
                    var endless = timeout(LONG).onFailure(cleanup).within(SOON);
                    assertThat(Said.of(scope.attempt(endless))).isEqualTo("timed out");
                    assertThat(trail.events()).containsExactly("cleaned");
                    Pipeline<Integer> crashing =
                            nop().<Integer>map(
                                            _ -> {
                                                throw new IllegalStateException("a function");
                                            })
                                    .onFailure(cleanup);
                    assertThatThrownBy(() -> scope.attempt(crashing)).hasMessage("a function");
                    assertThat(trail.events()).containsExactly("cleaned", "cleaned");
                });
    }

    @Test
    void millionStepsShouldNeedNoStack() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    Pipeline<Integer> left = done(0);
                    for (int i = 0; i < MILLION; i++) {
                        left = left.map(n -> n + 1);
                    }
                    assertThat(scope.await(left)).isEqualTo(MILLION);
                    assertThat(scope.await(countdown(MILLION))).isZero();
                    var count = new AtomicInteger();
                    var again = done(1).map(_ -> count.incrementAndGet());
                    assertThat(scope.await(again.repeatWhile(n -> n < MILLION))).isEqualTo(MILLION);
                    Pipeline<Integer> failing = broken(scope);
                    for (int i = 0; i < MILLION; i++) {
                        failing = failing.recover(Pipeline.Broken::new).ensuring(done(1));
                    }
                    assertThat(Said.of(scope.attempt(failing))).isEqualTo("EBADF");
                    assertThat(scope.await(race(left, never(scope)))).isEqualTo(MILLION);
                });
    }

    @Test
    void millionStepsThroughTheKernelShouldNeedNoStack() throws Exception {
        var count = new AtomicInteger();
        Scope.run(
                proactor(),
                scope ->
                        scope.await(
                                nop().map(_ -> count.incrementAndGet())
                                        .repeatWhile(n -> n < MILLION)));
        assertThat(count).hasValue(MILLION);
    }

    private static Pipeline<Integer> countdown(int left) {
        return left == 0 ? done(0) : done(left).then(n -> countdown(n - 1));
    }

    @Test
    void functionThatThrowsShouldEndThePipelineWithThat() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var thrown = new IllegalStateException("on purpose");
                    Pipeline<Integer> throwing =
                            nop().map(
                                            _ -> {
                                                throw thrown;
                                            });
                    assertThatThrownBy(() -> scope.await(throwing)).isSameAs(thrown);
                    assertThatThrownBy(() -> scope.attempt(throwing.recover(_ -> done(1))))
                            .isSameAs(thrown);
                    var waiting = never(scope);
                    assertThatThrownBy(() -> scope.await(waiting.zip(throwing))).isSameAs(thrown);
                    waiting.buffer().set(0, (byte) 1);
                    assertThatThrownBy(() -> scope.await(throwing.within(LONG))).isSameAs(thrown);
                });
        assertThat(ring().metrics().timers()).isZero();
    }

    @Test
    void cleanUpShouldRunHoweverTheSourceEnds() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    assertThat(scope.await(said("source").ensuring(said("completed"))))
                            .isEqualTo(1);
                    scope.attempt(broken(scope).ensuring(said("failed")));
                    scope.attempt(never(scope).ensuring(said("in time")).within(SOON));
                    var running = scope.start(never(scope).ensuring(said("cancelled")));
                    scope.await(nop());
                    running.cancel("on purpose");
                    assertThat(Said.of(running.outcome())).isEqualTo("cancelled");
                    Pipeline<Integer> throwing =
                            nop().map(
                                            _ -> {
                                                throw new IllegalStateException("on purpose");
                                            });
                    assertThatThrownBy(() -> scope.await(throwing.ensuring(said("thrown"))))
                            .hasMessage("on purpose");
                    assertThatThrownBy(
                                    () ->
                                            scope.await(
                                                    race(throwing, never(scope))
                                                            .ensuring(said("inner"))
                                                            .map(n -> n + 1)
                                                            .ensuring(said("outer"))))
                            .hasMessage("on purpose");
                });
        assertThat(trail.events())
                .containsExactly(
                        "source",
                        "completed",
                        "failed",
                        "in time",
                        "cancelled",
                        "thrown",
                        "inner",
                        "outer");
    }

    @Test
    void failureOfACleanUpShouldBeSeenUnlessThereIsOneAlready() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var failing = broken(scope);
                    assertThat(Said.of(scope.attempt(done(1).ensuring(failing))))
                            .isEqualTo("EBADF");
                    assertThat(Said.of(scope.attempt(never(scope).within(SOON).ensuring(failing))))
                            .isEqualTo("timed out");
                });
    }

    @Test
    @Tag("S6")
    void cleanUpShouldBeOutOfReachOfTheScopesEnd() throws Exception {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            var slow =
                                                    timeout(SOON)
                                                            .then(_ -> sleep(SOON))
                                                            .then(_ -> said("cleaned up"));
                                            scope.start(never(scope).ensuring(slow));
                                            scope.await(nop());
                                            throw new IOException("on purpose");
                                        }))
                .hasMessage("on purpose");
        assertThat(trail.events()).containsExactly("cleaned up");
    }

    @Test
    void cleanUpShouldKeepItsOwnRacesAndTimeBounds() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    long start = proactor().nanoTime();
                    var bounded = done(1).ensuring(never(scope).map(n -> n).within(SOON));
                    assertThat(Said.of(scope.attempt(bounded))).isEqualTo("timed out");
                    var racing = done(1).ensuring(race(never(scope), timeout(SOON).map(_ -> 2)));
                    assertThat(scope.await(racing)).isEqualTo(1);
                    var both = done(1).ensuring(never(scope).zip(broken(scope)));
                    assertThat(Said.of(scope.attempt(both))).isEqualTo("EBADF");
                    assertThat(proactor().nanoTime() - start).isLessThan(LONG.toNanos());
                });
    }

    @Test
    void workThatCannotBeginShouldNotHoldItsScopeUp() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var waiting = never(scope);
                    var held = scope.start(waiting);
                    var whole = waiting.onShort(dev.catena.ops.ShortTransfer.EXACT);
                    assertThatThrownBy(() -> scope.attempt(whole))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("the kernel still writes this memory");
                    held.cancel("on purpose");
                    assertThat(Said.of(held.outcome())).isEqualTo("cancelled");
                });
    }

    @Test
    void failureShouldBePassedOnEvenIfItIsAShortTransfer() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    scope.await(write(ends.writing(), text(scope, "abc")));
                    var exact =
                            read(ends.reading(), scope.lease(8))
                                    .onShort(dev.catena.ops.ShortTransfer.EXACT);
                    Outcome<Integer> outcome =
                            scope.attempt(
                                    exact.recover(why -> said("tidy").then(_ -> failed(why))));
                    assertThat(outcome.isCompleted()).isFalse();
                    assertThatThrownBy(outcome::get).hasMessageContaining("3 of 8");
                });
    }
}
