package dev.catena.spec;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.cancelAll;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.shutdown;
import static dev.catena.ops.Ops.socket;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Accept;
import dev.catena.ops.AddressFamily;
import dev.catena.ops.Cancel;
import dev.catena.ops.Fd;
import dev.catena.ops.Op;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.Outcome;
import dev.catena.ops.Shutdown;
import dev.catena.ops.SocketType;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// X1 to X6: what cancelling does, and what it does not.
class UringCancelTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    @Tag("X1")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void firstReasonShouldWinFromWhateverThread() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var waiting = scope.start(timeout(LONG));
                        scope.await(nop());
                        waiting.cancel("the first reason");
                        waiting.cancel("the second");
                        assertThat(waiting.outcome())
                                .isInstanceOfSatisfying(
                                        Outcome.Cancelled.class,
                                        cancelled ->
                                                assertThat(cancelled.reason())
                                                        .isEqualTo("the first reason"));
                        waiting.cancel("after the end");
                        assertThat(waiting.outcome().toString()).contains("the first reason");
                    });
            var start = new CountDownLatch(1);
            try (var scope = Scope.open(ring.proactor())) {
                var waiting = scope.start(timeout(LONG));
                var cancellers = new ArrayList<Thread>();
                for (int i = 0; i < 8; i++) {
                    var reason = "reason " + i;
                    cancellers.add(
                            Thread.ofPlatform()
                                    .start(
                                            () -> {
                                                awaitUninterruptibly(start);
                                                scope.cancel(reason);
                                                scope.cancel(reason + " again");
                                            }));
                }
                start.countDown();
                var said = waiting.outcome().toString();
                for (var canceller : cancellers) {
                    canceller.join();
                }
                assertThat(said).containsPattern("reason=reason [0-7]]");
                assertThat(scope.attempt(nop()).toString())
                        .as("sticky: what is started later ends for the same reason")
                        .contains(said.substring(said.indexOf("reason=")));
            }
        }
    }

    @Test
    @Tag("X2")
    void answerShouldBeTheOperationsOwnCompletionAndNotTheCancels() throws Exception {
        var tokens = Collections.synchronizedList(new ArrayList<Long>());
        var trail = new Trail();
        try (var ring =
                RingUnderTest.over(
                        () ->
                                new TamperedDriver() {
                                    @Override
                                    public void push(
                                            Op<?> op, int flags, long token, long nowNanos) {
                                        if (op instanceof Cancel) {
                                            tokens.add(token);
                                        }
                                        super.push(op, flags, token, nowNanos);
                                    }

                                    @Override
                                    public int reap(Completions sink) {
                                        return super.reap(
                                                (token, result, flags) -> {
                                                    boolean lies = tokens.contains(token);
                                                    trail.add(lies ? "cancel" : "operation");
                                                    // the cancel claims that there was nothing to
                                                    // cancel
                                                    sink.completed(
                                                            token, lies ? -114 : result, flags);
                                                });
                                    }
                                })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var waiting = scope.start(timeout(LONG));
                        waiting.cancel("enough");
                        assertThat(Said.of(waiting.outcome())).isEqualTo("cancelled");
                    });
            assertThat(trail.events()).containsExactlyInAnyOrder("cancel", "operation");
        }
    }

    @Test
    @Tag("X3")
    void shouldKeepTheResultWhenTheCancelLosesTheRace() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var buffer = scope.lease(8);
                        scope.await(send(pair.far(), scope.lease(8).fill((byte) 9)));
                        var receive = scope.start(recv(pair.near(), buffer));
                        receive.cancel("too late: the bytes are there");
                        assertThat(receive.await()).isEqualTo(8);
                        assertThat(buffer.toArray()).containsOnly(9);
                    });
            var counted = assertThat(ring.metrics().completedAfterCancel());
            if (Scheduling.isTheLoops()) {
                counted.isEqualTo(1);
            } else { // it may have been taken from the ring before the cancel was handed over
                counted.isLessThanOrEqualTo(1);
            }
            assertThat(ring.metrics().cancelled()).isZero();
        }
    }

    @Test
    @Tag("X3")
    void connectionAcceptedAlthoughCancelledShouldBelongToTheScopeAndBeClosedByIt()
            throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        var client = scope.await(connect(scope.await(localAddress(listener))));
                        scope.child(
                                ScopeOptions.DEFAULT,
                                inner -> {
                                    long before = ring.metrics().descriptors();
                                    var accepted = inner.start(accept(listener));
                                    accepted.cancel("nobody claims it");
                                    assertThat(accepted.outcome().isCompleted()).isTrue();
                                    assertThat(ring.metrics().descriptors()).isEqualTo(before + 1);
                                    return 0;
                                });
                        assertThat(scope.await(recv(client, scope.lease(8))))
                                .as("the end of the stream: the other end was closed")
                                .isZero();
                    });
        }
    }

    @Test
    @Tag("X3")
    void noConnectionShouldBeLostWhenAcceptsAreCancelledInTheMomentTheyArrive() throws Exception {
        int rounds = 300;
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        var address = scope.await(localAddress(listener));
                        int accepted = 0;
                        for (int i = 0; i < rounds; i++) {
                            Accept accept = accept(listener);
                            var pending = scope.start(accept);
                            var client = scope.start(connect(address));
                            if (i % 3 == 0) {
                                scope.await(nop());
                            }
                            pending.cancel("now");
                            var connected = client.await();
                            if (pending.outcome() instanceof Outcome.Completed<Fd>(var fd)) {
                                accepted++;
                                scope.await(close(fd));
                            } else {
                                // it waits in the listener's queue
                                scope.await(close(scope.await(accept)));
                            }
                            scope.await(close(connected));
                        }
                        assertThat(accepted).isBetween(0, rounds);
                        assertThat(ring.metrics().descriptors()).isEqualTo(1);
                    });
        }
    }

    @Test
    @Tag("X4")
    void connectionShouldStayUsableAfterAnOperationOnItWasCancelled() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var buffer = scope.lease(8);
                        for (int i = 0; i < 100; i++) {
                            var receive = scope.start(recv(pair.near(), buffer));
                            scope.await(nop());
                            receive.cancel("round " + i);
                            assertThat(Said.of(receive.outcome())).isEqualTo("cancelled");
                            scope.await(send(pair.far(), scope.lease(8).fill((byte) i)));
                            assertThat(scope.await(recv(pair.near(), buffer))).isEqualTo(8);
                            assertThat(buffer.toArray()).containsOnly(i);
                        }
                    });
        }
    }

    @Test
    @Tag("X5")
    void closeShouldFirstCancelAndDrainWhatIsInFlight() throws Exception {
        var trail = new Trail();
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var receive = scope.start(recv(pair.near(), scope.lease(8)));
                        scope.await(nop());
                        var watcher =
                                scope.fork(
                                        () -> {
                                            trail.add(
                                                    "receive "
                                                            + Said.of(receive.outcome())
                                                            + ", "
                                                            + pair.near().isOpen());
                                        });
                        var closing = scope.start(close(pair.near()));
                        closing.await();
                        trail.add("closed");
                        watcher.await();
                        assertThat(receive.outcome().toString()).contains("being closed");
                    });
            assertThat(trail.events()).containsExactly("receive cancelled, false", "closed");
        }
    }

    @Test
    @Tag("X5")
    void closedDescriptorShouldBeRefusedEvenWhenItsNumberIsInUseAgain() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        var address = scope.await(localAddress(listener));
                        var old = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                        scope.await(close(old));
                        var victim = scope.await(connect(address));
                        assertThat(victim.number()).as("in use again").isEqualTo(old.number());
                        var receive = scope.start(recv(victim, scope.lease(8)));
                        scope.await(nop());
                        long published = ring.metrics().published();
                        for (Op<?> op :
                                List.of(
                                        close(old),
                                        recv(old, scope.lease(8)),
                                        send(old, scope.lease(8)),
                                        shutdown(old, Shutdown.Direction.BOTH),
                                        cancelAll(old),
                                        accept(old),
                                        localAddress(old))) {
                            assertThat(Said.of(scope.attempt(op)))
                                    .as(op.toString())
                                    .isEqualTo("EBADF");
                        }
                        assertThat(ring.metrics().published()).isEqualTo(published);
                        assertThat(receive.isDone()).as("the victim is in flight").isFalse();
                        receive.cancel("the test is over");
                        assertThat(receive.outcome().isCompleted()).isFalse();
                    });
        }
    }

    @Test
    @Tag("X5")
    void closeShouldWorkAsTheLastLinkOfAChainOnTheSameDescriptor() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var other = scope.start(recv(pair.near(), scope.lease(8)));
                        scope.await(
                                link(
                                        send(pair.near(), scope.lease(8)),
                                        shutdown(pair.near(), Shutdown.Direction.WRITE).hard(),
                                        close(pair.near())));
                        assertThat(pair.near().isOpen()).isFalse();
                        assertThat(Said.of(other.outcome())).isEqualTo("cancelled");
                        assertThat(scope.await(recv(pair.far(), scope.lease(16)))).isEqualTo(8);
                        assertThat(scope.await(recv(pair.far(), scope.lease(16)))).isZero();
                    });
        }
    }

    @Test
    @Tag("X6")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void interruptFromOutsideShouldCancelTheScopeDrainItAndRestoreTheFlag() throws Exception {
        var trail = new Trail();
        try (var ring = RingUnderTest.open()) {
            var caller =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            Scope.run(
                                                    ring.proactor(),
                                                    scope -> {
                                                        trail.add("waits");
                                                        scope.await(timeout(LONG));
                                                    });
                                        } catch (OperationCancelledException e) {
                                            trail.add(String.valueOf(e.getMessage()));
                                        } catch (Exception e) {
                                            trail.add("another exception: " + e);
                                        }
                                        trail.add(
                                                "in flight: "
                                                        + ring.metrics().inFlight()
                                                        + ", interrupted: "
                                                        + Thread.currentThread().isInterrupted());
                                    });
            while (ring.metrics().inFlight() == 0) {
                Thread.onSpinWait();
            }
            caller.interrupt();
            caller.join();
            assertThat(trail.events()).hasSize(3).first().isEqualTo("waits");
            assertThat(trail.events().get(1)).contains("a thread was interrupted");
            assertThat(trail.events().get(2)).isEqualTo("in flight: 0, interrupted: true");
        }
    }

    @Test
    @Tag("X6")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void interruptThatComesBeforeTheScopeIsOpenShouldCancelItToo() throws Exception {
        try (var ring = RingUnderTest.open()) {
            for (int i = 0; i < 100; i++) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(
                                () ->
                                        Scope.run(
                                                ring.proactor(),
                                                scope -> scope.await(timeout(LONG))))
                        .isInstanceOf(OperationCancelledException.class)
                        .hasMessageContaining("interrupted");
                assertThat(Thread.interrupted()).as("the flag is restored").isTrue();
            }
        }
    }

    @Test
    @Tag("X6")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void interruptWhileATryScopeIsJoinedShouldCancelIt() throws Exception {
        try (var ring = RingUnderTest.open();
                var scope = Scope.open(ring.proactor())) {
            scope.start(timeout(LONG));
            Thread.currentThread().interrupt();
            assertThatThrownBy(
                            () -> {
                                scope.join();
                                scope.await(nop());
                            })
                    .isInstanceOf(RuntimeException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(scope.isCancelled()).isTrue();
        }
    }

    @Test
    @Tag("X6")
    void cancellingShouldInterruptNoThread() throws Exception {
        try (var ring = RingUnderTest.open()) {
            var trail = new Trail();
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        scope.fork(
                                () -> {
                                    var outcome = Said.of(scope.attempt(timeout(LONG)));
                                    boolean flag = Thread.currentThread().isInterrupted();
                                    trail.add(outcome + ", interrupted: " + flag);
                                });
                        scope.await(nop());
                        scope.cancel("enough");
                    });
            assertThat(trail.events()).containsExactly("cancelled, interrupted: false");
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
