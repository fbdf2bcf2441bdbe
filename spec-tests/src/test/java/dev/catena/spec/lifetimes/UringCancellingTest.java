package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.acceptEach;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Outcome;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.Scheduling;
import dev.catena.spec.Trail;
import dev.catena.spec.UringSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Cancelling is a request; the operation's own completion is the answer.
@Timeout(60)
class UringCancellingTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    @Tag("X1")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void firstReasonShouldStayWhoeverCancelsFromWhereverHoweverOften() throws Exception {
        for (int round = 0; round < 50; round++) {
            try (var scope = Scope.open(proactor())) {
                var pending = scope.start(timeout(LONG));
                var start = new CountDownLatch(1);
                var threads = new ArrayList<Thread>();
                for (int i = 0; i < 4; i++) {
                    var reason = "reason " + i;
                    threads.add(
                            Thread.ofPlatform()
                                    .start(
                                            () -> {
                                                try {
                                                    start.await();
                                                } catch (InterruptedException e) {
                                                    return;
                                                }
                                                scope.cancel(reason);
                                                scope.cancel(reason + " again");
                                            }));
                }
                start.countDown();
                var reason = ((Outcome.Cancelled<?>) pending.outcome()).reason();
                assertThat(reason).matches("reason [0-3]");
                for (var thread : threads) {
                    thread.join();
                }
                assertThat(((Outcome.Cancelled<?>) scope.attempt(nop())).reason())
                        .isEqualTo(reason);
                assertThat(((Outcome.Cancelled<?>) pending.outcome()).reason()).isEqualTo(reason);
            }
        }
    }

    @Test
    @Tag("X1")
    void cancelledScopeShouldStayCancelledAndPublishNothing() throws Exception {
        Scope.run(
                proactor(),
                outer -> {
                    try (var scope = outer.child(ScopeOptions.of("cancelled"))) {
                        scope.cancel("beforehand");
                        long published = ring().metrics().published();
                        for (int i = 0; i < 3; i++) {
                            assertThat(Said.of(scope.attempt(timeout(LONG))))
                                    .isEqualTo("cancelled");
                            assertThat(Said.of(scope.attempt(nop().then(_ -> nop()))))
                                    .isEqualTo("cancelled");
                        }
                        assertThat(ring().metrics().published()).isEqualTo(published);
                    }
                    assertThat(outer.isCancelled()).isFalse();
                });
    }

    @Test
    @Tag("X2")
    void operationShouldEndByItsOwnCompletionNotByTheCancels() throws Exception {
        var trail = new Trail();
        var driver = new AtomicReference<CancelsFirst>();
        try (var ring = CancelsFirst.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var buffer = scope.lease(8);
                        var receive = scope.start(recv(pair.near(), buffer));
                        driver.get().hold();
                        receive.cancel("enough");
                        Loop.until(() -> driver.get().cancelsSeen() > 0);
                        trail.add("cancel completed, receive ended: " + receive.isDone());
                        driver.get().release();
                        trail.add(Said.of(receive.outcome()));
                    });
        }
        assertThat(trail.events())
                .containsExactly("cancel completed, receive ended: false", "cancelled");
    }

    @Test
    @Tag("X3")
    void operationThatCompletedBeforeItsCancelCameShouldKeepItsResult() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    for (int round = 0; round < 100; round++) {
                        scope.await(sendAll(pair.far(), scope.lease(3)));
                        // The bytes are there: the receive completes as it is submitted, and the
                        // cancel behind it is too late.
                        var receive = scope.start(recv(pair.near(), scope.lease(8)));
                        receive.cancel("too late");
                        assertThat(receive.outcome()).isEqualTo(new Outcome.Completed<>(3));
                    }
                    var counted = assertThat(ring().metrics().completedAfterCancel());
                    if (Scheduling.isTheLoops()) {
                        counted.isEqualTo(100);
                    } else { // some were taken from the ring before the cancel was handed over
                        counted.isLessThanOrEqualTo(100);
                    }
                    assertThat(ring().metrics().cancelled()).isZero();
                });
    }

    @Test
    @Tag("X3")
    @SuppressWarnings("try") // the close in the middle is what is tested
    void connectionAcceptedThoughCancelledShouldBelongToTheScopeAndBeClosedByIt() throws Exception {
        Scope.run(
                proactor(),
                outer -> {
                    var listener = outer.await(listen(Pair.ANY_PORT));
                    var address = outer.await(localAddress(listener));
                    long before = ring().metrics().descriptors();
                    var scope = outer.child(ScopeOptions.of("accepts"));
                    var client = outer.await(connect(address));
                    var unclaimed = scope.start(accept(listener));
                    unclaimed.cancel("too late");
                    Loop.until(unclaimed::isDone);
                    assertThat(ring().metrics().descriptors()).isEqualTo(before + 2);
                    scope.close();
                    assertThat(ring().metrics().descriptors()).isEqualTo(before + 1);
                    assertThat(Said.of(unclaimed.outcome())).isEqualTo("completed");
                    assertThat(outer.await(recv(client, outer.lease(1))))
                            .as("the peer is closed")
                            .isZero();
                });
    }

    @Test
    @Tag("X4")
    void connectionShouldLoseNoByteWhenReceivesOnItAreCancelled() throws Exception {
        int rounds = 10_000;
        int size = 16;
        var random = new Random(4);
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var out = scope.lease(size);
                    var in = scope.lease(size);
                    int sent = 0;
                    int received = 0;
                    int cancelled = 0;
                    int lateCompleted = 0;
                    for (int round = 0; round < rounds; round++) {
                        int count = 1 + random.nextInt(size);
                        for (int i = 0; i < count; i++) {
                            out.set(i, (byte) sent++);
                        }
                        var send = sendAll(pair.far(), out.first(count));
                        int order = random.nextInt(3);
                        if (order == 0) {
                            scope.await(send);
                        }
                        var receive = scope.start(recv(pair.near(), in));
                        for (int spin = random.nextInt(3); spin > 0; spin--) {
                            scope.await(nop()); // the kernel gets the receive first, or not
                        }
                        if (order == 1) {
                            receive.cancel("round " + round);
                        }
                        if (order != 0) {
                            scope.start(send).await();
                        }
                        receive.cancel("round " + round);
                        switch (receive.outcome()) {
                            case Outcome.Completed<Integer>(var bytes) -> {
                                lateCompleted++;
                                received = check(in.copy(0, bytes), received);
                            }
                            case Outcome.Cancelled<Integer> _ -> cancelled++;
                            default -> throw new AssertionError("" + receive.outcome());
                        }
                        if (sent > received) {
                            var rest = in.first(sent - received);
                            received = check(bytes(scope, pair, rest), received);
                        }
                        assertThat(received).isEqualTo(sent);
                    }
                    System.out.printf(
                            "receives cancelled %d, completed though cancelled %d%n",
                            cancelled, lateCompleted);
                    assertThat(cancelled).isGreaterThan(rounds / 100);
                    assertThat(lateCompleted).isGreaterThan(rounds / 100);
                });
    }

    private static byte[] bytes(Scope scope, Pair pair, dev.catena.ops.Buffer into)
            throws java.io.IOException {
        assertThat(scope.await(recvAll(pair.near(), into))).isEqualTo(into.size());
        return into.toArray();
    }

    /// The bytes count up without a gap.
    private static int check(byte[] bytes, int from) {
        for (int i = 0; i < bytes.length; i++) {
            assertThat(bytes[i]).isEqualTo((byte) (from + i));
        }
        return from + bytes.length;
    }

    @Test
    @Tag("L1")
    @Tag("X1")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void feedThatIsCancelledBeforeItIsPublishedShouldEndOnce() throws Exception {
        var driver = new AtomicReference<Refusing>();
        var remedies = new AtomicInteger();
        var remedied = new AtomicInteger();
        try (var ring = Refusing.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        driver.get().takes(false);
                        var nops = scope.start(linkAll(Collections.nCopies(256, nop())));
                        var feed =
                                scope.start(
                                        forEach(acceptEach(listener), socket -> close(socket))
                                                .within(Duration.ofMillis(5))
                                                .recover(
                                                        _ -> {
                                                            remedies.incrementAndGet();
                                                            return timeout(Duration.ofMillis(1))
                                                                    .map(
                                                                            _ ->
                                                                                    (long)
                                                                                            remedied
                                                                                                    .incrementAndGet());
                                                        }));
                        try {
                            Loop.until(() -> remedies.get() > 0);
                            assertThat(remedied)
                                    .as("the kernel has not got the timeout")
                                    .hasValue(0);
                        } finally {
                            driver.get().takes(true);
                        }
                        nops.await();
                        assertThat(feed.await()).isEqualTo(1);
                    });
        }
        assertThat(remedies).hasValue(1);
    }

    @Test
    @Tag("X1")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void cancelShouldReachEverythingInAScopeAtOnce() throws Exception {
        var trail = new Trail();
        var ended = new ArrayList<String>();
        try (var scope = Scope.open(proactor())) {
            var inner = scope.child(ScopeOptions.of("inner"));
            for (var each : List.of(scope, inner)) {
                var _ =
                        each.start(nop().then(_ -> timeout(LONG)))
                                .toCompletableFuture()
                                .whenComplete((_, failure) -> trail.add("" + failure.getMessage()));
                each.fork(() -> trail.add("" + each.attempt(timeout(LONG))));
            }
            Loop.until(proactor(), metrics -> metrics.inFlight() == 4);
            scope.cancel("all of it");
            scope.join();
            inner.close();
            ended.addAll(trail.events());
        }
        assertThat(ended).hasSize(4).allMatch(event -> event.contains("all of it"));
    }
}
