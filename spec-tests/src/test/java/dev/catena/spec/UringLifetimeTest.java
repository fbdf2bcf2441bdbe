package dev.catena.spec;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.peerAddress;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Buffer;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Op;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Recv;
import dev.catena.ops.Step;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Lifetime: how long an operation is the kernel's, and what that keeps alive.
class UringLifetimeTest {

    @Test
    @Tag("L1")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void scopeShouldEndOnlyWhenEveryOperationOfItIsTerminal() throws Exception {
        try (var ring = RingUnderTest.open()) {
            for (int round = 0; round < 50; round++) {
                var scope = Scope.open(ring.proactor());
                var pair = Pair.open(scope);
                for (int i = 0; i < 40; i++) {
                    scope.start(recv(pair.near(), scope.lease(64)));
                    scope.start(timeout(Duration.ofMinutes(1)));
                }
                var before = ring.metrics();
                assertThat(before.inFlight()).isGreaterThanOrEqualTo(80);
                scope.close();
                assertThat(ring.metrics().inFlight()).isZero();
                assertThat(ring.metrics().leases()).isZero();
            }
        }
    }

    @Test
    @Tag("L1")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void closingTheProactorShouldCancelAndDrainTheScopesThatAreOpen() throws Exception {
        var trail = new Trail();
        try (var ring = RingUnderTest.open()) {
            var body =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            Scope.run(
                                                    ring.proactor(),
                                                    scope -> {
                                                        trail.add("waits");
                                                        scope.await(timeout(Duration.ofMinutes(1)));
                                                    });
                                        } catch (IOException | RuntimeException e) {
                                            trail.add(String.valueOf(e.getMessage()));
                                        }
                                    });
            while (ring.metrics().inFlight() == 0) {
                Thread.onSpinWait();
            }
            ring.proactor().close();
            body.join();
            assertThat(trail.events()).hasSize(2).first().isEqualTo("waits");
            assertThat(trail.events().getLast()).contains("the proactor is being closed");
            assertThatThrownBy(() -> Scope.open(ring.proactor()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    /// Holds back completions of the kind that a test names, until it says so.
    private static final class Delaying extends TamperedDriver {
        private record Held(long token, int result, int flags) {}

        private final Class<? extends Op<?>> kind;
        private final List<Long> tokens = new ArrayList<>();
        private final List<Held> held = new ArrayList<>();
        private volatile boolean released;

        Delaying(Class<? extends Op<?>> kind) {
            this.kind = kind;
        }

        @Override
        public void push(Op<?> op, int flags, long token, long nowNanos) {
            if (kind.isInstance(op)) {
                tokens.add(token);
            }
            super.push(op, flags, token, nowNanos);
        }

        @Override
        public int reap(Completions sink) {
            int count = 0;
            if (released) {
                for (var one : List.copyOf(held)) {
                    sink.completed(one.token(), one.result(), one.flags());
                    count++;
                }
                held.clear();
            }
            return count
                    + super.reap(
                            (token, result, flags) -> {
                                if (!released && tokens.contains(token)) {
                                    held.add(new Held(token, result, flags));
                                } else {
                                    sink.completed(token, result, flags);
                                }
                            });
        }

        @Override
        public void await(long timeoutNanos) {
            super.await(released && !held.isEmpty() ? 0 : timeoutNanos);
        }

        void release() {
            released = true;
        }
    }

    @Test
    @Tag("L2")
    void boundedOperationShouldBeTerminalOnlyAfterBothCompletionsTheTimersLast() throws Exception {
        assertTerminalAfterBoth(LinkTimeout.class);
    }

    @Test
    @Tag("L2")
    void boundedOperationShouldBeTerminalOnlyAfterBothCompletionsItsOwnLast() throws Exception {
        assertTerminalAfterBoth(Recv.class);
    }

    private static void assertTerminalAfterBoth(Class<? extends Op<?>> last) throws Exception {
        var driver = new AtomicReference<Delaying>();
        try (var ring =
                RingUnderTest.over(
                        () -> {
                            driver.set(new Delaying(last));
                            return driver.get();
                        })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var buffer = scope.lease(8);
                        var receive =
                                scope.start(recv(pair.near(), buffer).within(Duration.ofMillis(1)));
                        // The other completion has come by then: a kernel timer that ends later.
                        scope.await(timeout(Duration.ofMillis(40)));
                        try {
                            assertThat(ring.metrics().inFlight()).isEqualTo(1);
                            assertThat(receive.isDone()).isFalse();
                            assertThatThrownBy(() -> scope.release(buffer))
                                    .hasMessageContaining("still holds")
                                    .hasMessageContaining("recv(");
                        } finally {
                            driver.get().release();
                        }
                        assertThat(Said.of(receive.outcome())).isEqualTo("timed out");
                        scope.release(buffer);
                    });
        }
    }

    /// A kernel that takes nothing until it is told to: `io_uring_enter` fails for lack of memory.
    private static final class Refusing extends TamperedDriver {
        private volatile boolean takes = true;
        private int refused;

        @Override
        public void submit() {
            if (takes) {
                super.submit();
            } else {
                refused++;
            }
        }

        @Override
        public void await(long timeoutNanos) {
            if (takes) {
                super.await(timeoutNanos);
            } else {
                refused++;
            }
        }

        void takes(boolean does) {
            takes = does;
        }
    }

    @Test
    @Tag("L3")
    @SuppressWarnings(
            "ThreadPriorityCheck") // to let the loop go round, which takes no operations now
    void whatIsPublishedShouldStayTheKernelsWhenTheKernelRefusesToTakeItYet() throws Exception {
        var driver = new AtomicReference<Refusing>();
        try (var ring =
                RingUnderTest.over(
                        () -> {
                            driver.set(new Refusing());
                            return driver.get();
                        })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var buffer = scope.lease(8);
                        driver.get().takes(false);
                        var receive = scope.start(recv(pair.near(), buffer));
                        // More than the queue holds: some of them wait behind the others.
                        var nops = scope.start(linkAll(Collections.nCopies(256, nop())));
                        for (int i = 0; i < 1_000; i++) {
                            Thread.yield();
                        }
                        assertThat(driver.get().refused).isPositive();
                        assertThat(receive.isDone()).isFalse();
                        receive.cancel("while the kernel takes nothing");
                        assertThat(receive.isDone()).as("cancelled, but published").isFalse();
                        assertThatThrownBy(() -> scope.release(buffer))
                                .hasMessageContaining("still holds");
                        assertThatThrownBy(() -> buffer.get(0))
                                .hasMessageContaining("may be writing");

                        driver.get().takes(true);
                        assertThat(nops.await()).hasSize(256);
                        assertThat(Said.of(receive.outcome())).isEqualTo("cancelled");
                        scope.release(buffer);
                    });
        }
    }

    @Test
    @Tag("L3")
    void operationThatTheKernelNeverGotShouldEndAtOnceWhenItIsCancelled() throws Exception {
        var driver = new AtomicReference<Refusing>();
        try (var ring =
                RingUnderTest.over(
                        () -> {
                            driver.set(new Refusing());
                            return driver.get();
                        })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        driver.get().takes(false);
                        var nops = scope.start(linkAll(Collections.nCopies(256, nop())));
                        var buffer = scope.lease(8);
                        var waiting = scope.start(recv(pair.near(), buffer));
                        long published = ring.metrics().published();
                        waiting.cancel("it is not wanted");
                        assertThat(waiting.isDone()).isTrue();
                        assertThat(Said.of(waiting.outcome())).isEqualTo("cancelled");
                        scope.release(buffer);
                        assertThat(ring.metrics().published()).isEqualTo(published);
                        driver.get().takes(true);
                        nops.await();
                    });
        }
    }

    @Test
    @Tag("X5")
    void descriptorShouldStayOpenWhenItsCloseWasCancelledBeforeTheKernelGotIt() throws Exception {
        var driver = new AtomicReference<Refusing>();
        try (var ring =
                RingUnderTest.over(
                        () -> {
                            driver.set(new Refusing());
                            return driver.get();
                        })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        driver.get().takes(false);
                        var nops = scope.start(linkAll(Collections.nCopies(256, nop())));
                        var closing = scope.start(close(pair.near()));
                        assertThat(pair.near().isOpen()).isFalse();
                        closing.cancel("not yet");
                        driver.get().takes(true);
                        assertThat(Said.of(closing.outcome())).isEqualTo("cancelled");
                        assertThat(pair.near().isOpen()).isTrue();
                        nops.await();
                        assertThat(scope.await(send(pair.near(), scope.lease(8)))).isEqualTo(8);
                    });
        }
    }

    @Test
    @Tag("S4")
    void descriptorsShouldBeClosedAlthoughTheirScopeIsCancelledWhileItCloses() throws Exception {
        var driver = new AtomicReference<Refusing>();
        try (var ring =
                RingUnderTest.over(
                        () -> {
                            driver.set(new Refusing());
                            return driver.get();
                        })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        scope.child(
                                ScopeOptions.DEFAULT,
                                inner -> {
                                    var pair = Pair.open(inner);
                                    driver.get().takes(false);
                                    scope.start(linkAll(Collections.nCopies(256, nop())));
                                    // Runs when this thread waits: for the closes, which wait for
                                    // room.
                                    scope.fork(
                                            () -> {
                                                scope.cancel("while the inner scope closes");
                                                driver.get().takes(true);
                                            });
                                    return pair;
                                });
                        assertThat(ring.metrics().descriptors()).isZero();
                    });
        }
    }

    @Test
    @Tag("L1")
    @NotOn(value = DriverOfTests.SIM, why = "its ring has a length of its own")
    void operationThatIsRefusedShouldLeaveNothingBehind() throws Exception {
        try (var ring = RingUnderTest.open(builder -> builder.submissionEntries(4))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        Buffer buffer = scope.lease(8);
                        List<Step<Integer>> links =
                                Collections.nCopies(5, recv(pair.near(), buffer));
                        assertThatThrownBy(() -> scope.start(linkAll(links)))
                                .as("C1: can never fit")
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining("5 entries")
                                .hasMessageContaining("queue of 4")
                                .hasMessageContaining("submissionEntries");
                        scope.release(buffer);
                    });
        }
    }

    @Test
    @Tag("S2")
    @NotOn(value = DriverOfTests.SIM, why = "its ring has a length of its own")
    void operationThatWasRefusedAsItWasStartedShouldNotFailTheScopeAgain() throws Exception {
        try (var ring = RingUnderTest.open(builder -> builder.submissionEntries(4))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        assertThatThrownBy(
                                        () ->
                                                scope.start(
                                                        linkAll(
                                                                Collections.nCopies(
                                                                        5, accept(listener)))))
                                .isInstanceOf(IllegalArgumentException.class);
                    });
        }
    }

    @Test
    @Tag("L1")
    void pathThatIsTooLongShouldBeRefusedAndLeaveTheRingAsItWas() throws Exception {
        var path = Path.of("/tmp/" + "long/".repeat(1000) + "x");
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        assertThatThrownBy(() -> scope.await(open(path, OpenFlag.READ)))
                                .hasMessageContaining("4095 bytes");
                        scope.await(nop());
                    });
        }
    }

    @Test
    @Tag("L1")
    void unixAddressThatIsTooLongShouldBeRefusedAndLeaveTheRingAsItWas() throws Exception {
        var address = UnixDomainSocketAddress.of("/tmp/" + "x".repeat(200));
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        assertThatThrownBy(() -> scope.await(connect(address)))
                                .hasMessageContaining("107 bytes");
                        scope.await(nop());
                    });
        }
    }

    @Test
    @Tag("L1")
    void addressesShouldBeAnsweredWithoutTheRing() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var near = scope.await(localAddress(pair.near()));
                        assertThat(scope.await(peerAddress(pair.far()))).isEqualTo(near);
                        assertThat(scope.await(send(pair.far(), scope.lease(3)))).isEqualTo(3);
                        assertThat(scope.await(read(pair.near(), scope.lease(8)))).isEqualTo(3);
                    });
        }
    }
}
