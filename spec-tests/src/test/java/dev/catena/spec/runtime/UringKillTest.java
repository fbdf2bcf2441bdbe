package dev.catena.spec.runtime;

import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.RingUnavailableException;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.TamperedDriver;
import dev.catena.spec.Trail;
import dev.catena.spec.lifetimes.Log;
import dev.catena.spec.lifetimes.Loop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Loops that are killed, held on to, or flooded.
@Timeout(120)
class UringKillTest {

    /// A ring that, when it is told to, throws an error at the loop once.
    private static final class Deadly extends TamperedDriver {
        private volatile boolean armed;

        void kill() {
            armed = true;
            wake();
        }

        @Override
        public int reap(Completions sink) {
            if (armed) {
                armed = false;
                throw new OutOfMemoryError("as the test says");
            }
            return super.reap(sink);
        }
    }

    /// A ring that cannot be woken once.
    private static final class Deaf extends TamperedDriver {
        private final AtomicBoolean heard = new AtomicBoolean();

        @Override
        public void wake() {
            if (!heard.getAndSet(true)) {
                throw new IllegalStateException("not woken");
            }
            super.wake();
        }
    }

    @Test
    void loopThatCouldNotBeWokenShouldBeWithTheNextTask() throws Exception {
        try (var ring = RingUnderTest.over(Deaf::new)) {
            var loop = (EventLoop) ring.proactor();
            Throwable refused = null;
            while (refused == null) { // until it sleeps
                refused = catchThrowable(() -> loop.execute(() -> {}));
            }
            assertThat(refused).hasMessage("not woken");
            var ran = new CountDownLatch(1);
            loop.execute(ran::countDown);
            ran.await();
        }
    }

    @Test
    @Tag("S4")
    void loopThatDiesOfAnErrorShouldTakeItsScopesDownInOrderAndSaySo() throws Exception {
        var trail = new Trail();
        var driver = new AtomicReference<Deadly>();
        Proactor proactor;
        try {
            proactor =
                    Proactor.builder()
                            .name("doomed")
                            .driver(
                                    () -> {
                                        driver.set(new Deadly());
                                        return driver.get();
                                    })
                            .open();
        } catch (RingUnavailableException why) {
            Assumptions.abort("io_uring is not available: " + why.getMessage());
            return;
        }
        try (var log = Log.open()) {
            var failure =
                    catchThrowable(
                            () ->
                                    Scope.run(
                                            proactor,
                                            scope -> {
                                                scope.onClose(_ -> trail.add("outer"));
                                                scope.child(
                                                        ScopeOptions.DEFAULT,
                                                        inner -> {
                                                            inner.onClose(_ -> trail.add("inner"));
                                                            var pair = Pair.open(inner);
                                                            var pending =
                                                                    inner.start(
                                                                            recv(
                                                                                    pair.near(),
                                                                                    inner.lease(
                                                                                            8)));
                                                            inner.await(nop());
                                                            driver.get().kill();
                                                            trail.add(
                                                                    pending.outcome()
                                                                            .getClass()
                                                                            .getSimpleName());
                                                            return pending.await();
                                                        });
                                            }));
            assertThat(failure)
                    .isInstanceOf(OperationCancelledException.class)
                    .hasMessageContaining("the loop doomed died of")
                    .hasMessageContaining("OutOfMemoryError");
            assertThat(trail.events()).containsExactly("Cancelled", "inner", "outer");
            assertThat(log.text())
                    .contains("the loop doomed died; the 1 scopes on it are being cancelled");
        }
        assertThatThrownBy(proactor::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the loop doomed has died")
                .hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(proactor.metrics().inFlight()).isZero();
        assertThat(proactor.metrics().leases()).isZero();
        assertThatThrownBy(() -> Scope.open(proactor))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void bodyThatNeverEndsShouldBeGivenUpAtTheLimitAndGoOnInTheBackground() throws Exception {
        Proactor proactor;
        try {
            proactor = Proactor.builder().name("held").closeLimit(Duration.ofMillis(100)).open();
        } catch (RingUnavailableException why) {
            Assumptions.abort("io_uring is not available: " + why.getMessage());
            return;
        }
        var over = new AtomicBoolean();
        var started = new CountDownLatch(1);
        var body = new AtomicReference<Thread>();
        var visit =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                Scope.run(
                                        proactor,
                                        _ -> {
                                            body.set(Thread.currentThread());
                                            started.countDown();
                                            while (!over.get()) {
                                                LockSupport.park();
                                            }
                                        });
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        work -> Thread.ofPlatform().start(work)); // not one that others wait for
        started.await();
        try (var log = Log.open()) {
            proactor.close();
            Loop.until(() -> log.text().contains("what is left of it"));
            assertThat(log.text()).contains("held could not be closed within PT0.1S");
        }
        assertThat(proactor.metrics().scopes()).as("it goes on").isEqualTo(1);
        over.set(true);
        LockSupport.unpark(body.get());
        visit.join(); // well: it has done all that it wanted to, only late
        Loop.until(proactor, now -> now.scopes() == 0);
        proactor.close();
    }

    @Test
    void inboxFloodedWithTenMillionTasksShouldRunThemAllInOrderAndTheRingMeanwhile()
            throws Exception {
        int tasks = 10_000_000;
        try (var ring = RingUnderTest.open()) {
            var loop = (EventLoop) ring.proactor();
            var held = new CountDownLatch(1);
            loop.execute(() -> awaitHere(held));
            var ran = new AtomicLong();
            var disorder = new AtomicLong();
            for (int i = 0; i < tasks; i++) {
                loop.execute(i % 1_000 == 0 ? inOrder(i, ran, disorder) : ran::incrementAndGet);
            }
            assertThat(ran).as("all of them wait").hasValue(0);
            held.countDown();
            Scope.run(loop, scope -> scope.await(nop()));
            Loop.until(() -> ran.get() == tasks);
            assertThat(disorder).hasValue(0);
        }
    }

    private static Runnable inOrder(long number, AtomicLong ran, AtomicLong disorder) {
        return () -> {
            if (ran.getAndIncrement() != number) {
                disorder.incrementAndGet();
            }
        };
    }

    /// Holds the loop's own thread.
    private static void awaitHere(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }
}
