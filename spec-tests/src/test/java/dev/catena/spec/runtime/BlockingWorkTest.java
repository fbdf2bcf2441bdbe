package dev.catena.spec.runtime;

import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.LoopThreads;
import dev.catena.spec.Trail;
import dev.catena.spec.lifetimes.Loop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Blocking work: bounded, waited for, never interrupted.
@Timeout(60)
class BlockingWorkTest {

    private static SimulatedKernel kernel() {
        return SimulatedKernel.with(Schedule.calm());
    }

    @Test
    void shouldRunOnAPlatformThreadWhileTheLoopGoesOn() throws Exception {
        try (var sim = kernel()) {
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var release = new CountDownLatch(1);
                        var other =
                                scope.fork(
                                        () -> {
                                            scope.await(nop());
                                            release.countDown();
                                        });
                        boolean virtual =
                                scope.blocking(
                                        () -> {
                                            release.await();
                                            return Thread.currentThread().isVirtual();
                                        });
                        assertThat(virtual).isFalse();
                        other.await();
                    });
        }
    }

    @Test
    void callersShouldWaitWhileAllThreadsAreBusy() throws Exception {
        try (var sim = kernel()) {
            var proactor = sim.proactor(Proactor.builder().blockingThreads(2));
            var running = new AtomicInteger();
            var most = new AtomicInteger();
            var both = new CountDownLatch(2);
            Scope.run(
                    proactor,
                    scope -> {
                        for (int i = 0; i < 20; i++) {
                            scope.fork(
                                    () ->
                                            scope.blocking(
                                                    () -> {
                                                        most.accumulateAndGet(
                                                                running.incrementAndGet(),
                                                                Math::max);
                                                        both.countDown();
                                                        both.await();
                                                        return running.decrementAndGet();
                                                    }));
                        }
                    });
            assertThat(most).hasValue(2);
            assertThat(running).hasValue(0);
        }
    }

    @Test
    @Tag("X6")
    @Tag("L1")
    void cancelledScopeShouldDropWhatHasNotBegunAndWaitForWhatHasWithoutInterruptingIt()
            throws Exception {
        var trail = new Trail();
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var dropped = new AtomicBoolean();
        try (var sim = kernel()) {
            var proactor = sim.proactor(Proactor.builder().blockingThreads(1));
            var failure =
                    catchThrowable(
                            () ->
                                    Scope.run(
                                            proactor,
                                            scope -> {
                                                scope.fork(
                                                        () ->
                                                                trail.add(
                                                                        scope.blocking(
                                                                                () ->
                                                                                        heldUp(
                                                                                                begun,
                                                                                                release))));
                                                Loop.until(() -> begun.getCount() == 0);
                                                var waits = new AtomicBoolean();
                                                scope.fork(
                                                        () -> {
                                                            waits.set(true);
                                                            try {
                                                                scope.blocking(
                                                                        () -> {
                                                                            trail.add("ran");
                                                                            return 1;
                                                                        });
                                                            } catch (
                                                                    OperationCancelledException e) {
                                                                trail.add(e.getMessage());
                                                                dropped.set(true);
                                                                release.countDown();
                                                                throw e;
                                                            }
                                                        });
                                                Loop.until(waits::get);
                                                scope.cancel("enough");
                                            }));
            assertThat(failure)
                    .isInstanceOf(OperationCancelledException.class)
                    .hasMessageContaining("enough");
            assertThat(dropped).isTrue();
            assertThat(trail.events())
                    .containsExactly("blocking work was cancelled: enough", "not interrupted");
            assertThat(proactor.metrics().completedAfterCancel()).isEqualTo(1);
        }
    }

    private static String heldUp(CountDownLatch begun, CountDownLatch release)
            throws InterruptedException {
        begun.countDown();
        release.await();
        return Thread.interrupted() ? "interrupted" : "not interrupted";
    }

    /// The simulated clock does not go on by itself while the work is held up: the deadline is made to pass.
    @Test
    @LoopThreads(
            why =
                    "the time that is simulated passes while the loop has nothing to do, though a thread of the JDK computes")
    @Tag("D4")
    void workThatOutlivesItsDeadlineShouldKeepItsResultAndBeCountedAsLate() throws Exception {
        try (var sim = kernel()) {
            var proactor = sim.proactor();
            var release = new CountDownLatch(1);
            var hour = ScopeOptions.DEFAULT.within(Duration.ofHours(1));
            int answer =
                    Scope.open(
                            proactor,
                            hour,
                            scope -> {
                                var begun = new CountDownLatch(1);
                                Thread.ofPlatform()
                                        .start(
                                                () -> {
                                                    Loop.until(() -> begun.getCount() == 0);
                                                    sim.clock().advance(Duration.ofHours(1));
                                                    Loop.until(scope::isExpired);
                                                    release.countDown();
                                                });
                                int result =
                                        scope.blocking(
                                                () -> {
                                                    begun.countDown();
                                                    release.await();
                                                    return 42;
                                                });
                                assertThatThrownBy(() -> scope.blocking(() -> 1))
                                        .isInstanceOf(DeadlineExceededException.class)
                                        .hasMessageContaining("blocking work timed out");
                                return result;
                            });
            assertThat(answer).isEqualTo(42);
            assertThat(proactor.metrics().late()).isEqualTo(1);
        }
    }

    @Test
    void failuresShouldArriveAsTheyAre() throws Exception {
        try (var sim = kernel()) {
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var io = new IOException("io");
                        var crash = new IllegalStateException("crash");
                        var checked = new TimeoutException("checked");
                        assertThat(catchThrowable(() -> blockingThrow(scope, io))).isSameAs(io);
                        assertThat(catchThrowable(() -> blockingThrow(scope, crash)))
                                .isSameAs(crash);
                        assertThat(catchThrowable(() -> blockingThrow(scope, checked)))
                                .isInstanceOf(CompletionException.class)
                                .hasCause(checked);
                        assertThat(scope.isCancelled()).as("the failure is the caller's").isFalse();
                    });
        }
    }

    private static void blockingThrow(Scope scope, Exception failure) throws IOException {
        scope.blocking(
                () -> {
                    throw failure;
                });
    }
}
