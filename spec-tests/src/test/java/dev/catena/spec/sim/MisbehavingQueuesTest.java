package dev.catena.spec.sim;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Errno;
import dev.catena.ops.Nop;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipe;
import dev.catena.ops.PollEach;
import dev.catena.ops.PollEvent;
import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.driver.Payload;
import dev.catena.proactor.sim.Capacity;
import dev.catena.proactor.sim.Decision;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.proactor.sim.Trail;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Cancels that are lost or late, queues that are full, and wake-ups that take their time, as a program sees them.
class MisbehavingQueuesTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 7000);

    private static SimulatedKernel with(Decision decision) {
        return SimulatedKernel.with(Schedule.calm().odds(decision, 1));
    }

    // ---------------------------------------------------------------- cancels

    @Test
    @Tag("X2")
    void cancelShouldWinUnlessTheScheduleSaysOtherwise() throws IOException {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            sim.faults().on(Nop.class).delay(Duration.ofSeconds(1));
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var pending = scope.start(nop());
                        pending.cancel("too slow");
                        assertThat(pending.outcome()).isInstanceOf(Outcome.Cancelled.class);
                    });

            assertThat(sim.clock().elapsed()).isLessThan(Duration.ofSeconds(1));
            assertThat(sim.proactor().metrics().cancelled()).isEqualTo(1);
        }
    }

    @Test
    @Tag("X3")
    void operationShouldKeepItsResultWhenTheCancelIsLost() throws IOException {
        try (var sim = with(Decision.CANCEL_LOST)) {
            sim.faults().on(Nop.class).delay(Duration.ofSeconds(1));
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var pending = scope.start(nop());
                        pending.cancel("too slow");
                        assertThat(pending.outcome()).isInstanceOf(Outcome.Completed.class);
                    });

            assertThat(sim.proactor().metrics().completedAfterCancel()).isEqualTo(1);
        }
    }

    @Test
    @Tag("X3")
    void cancelShouldFindNothingWhenTheCompletionIsOnlyLate() throws IOException {
        try (var sim = with(Decision.LATE_COMPLETION)) {
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var pending = scope.start(nop());
                        pending.cancel("too late");
                        assertThat(pending.outcome()).isInstanceOf(Outcome.Completed.class);
                    });

            assertThat(sim.clock().elapsed()).isGreaterThan(Duration.ZERO);
        }
    }

    @Test
    void boundShouldComeTooLateNowAndThenIfTheScheduleSaysSo() throws IOException {
        var seen = new HashSet<Class<?>>();
        for (int seed = 0; seed < 100; seed++) {
            try (var sim =
                    SimulatedKernel.with(
                            Schedule.calm().withSeed(seed).odds(Decision.DELAY, 0.25))) {
                Scope.run(
                        sim.proactor(),
                        scope ->
                                seen.add(
                                        scope.attempt(
                                                        timeout(Duration.ofMillis(4))
                                                                .within(Duration.ofMillis(1)))
                                                .getClass()));
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(Outcome.TimedOut.class, Outcome.Completed.class);
    }

    @Test
    void whatHangsShouldEndOnlyByACancel() throws IOException {
        try (var sim = SimulatedKernel.withSeed(1)) {
            sim.faults().on(Nop.class).hang();
            Scope.run(
                    sim.proactor(),
                    scope ->
                            assertThat(scope.attempt(nop().within(Duration.ofHours(1))))
                                    .isInstanceOf(Outcome.TimedOut.class));

            assertThat(sim.clock().elapsed()).isGreaterThanOrEqualTo(Duration.ofHours(1));
        }
    }

    @Test
    @Tag("D4")
    void whatIgnoresCancelsShouldBeWaitedFor() throws IOException {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            sim.faults().on(Nop.class).ignoreCancel().on(Nop.class).delay(Duration.ofSeconds(9));
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        scope.start(nop());
                        scope.cancel("at once");
                    });

            assertThat(sim.clock().elapsed()).isEqualTo(Duration.ofSeconds(9));
            assertThat(sim.proactor().metrics().completedAfterCancel()).isEqualTo(1);
        }
    }

    // ---------------------------------------------------------------- queues

    @Test
    void completionsThatDoNotFitShouldComeLaterAndBeCounted() throws IOException {
        var capacity = Capacity.DEFAULT.queues(64, 2);
        try (var sim = SimulatedKernel.with(Schedule.calm(), capacity)) {
            assertThat(startNops(sim, 50)).isEqualTo(50);
            assertThat(sim.proactor().metrics().overflows()).isPositive();
        }
    }

    @Test
    void overflowShouldEndAMultishot() {
        var flags = new ArrayList<Integer>();
        var ends = new ArrayList<Integer>();
        try (var sim = SimulatedKernel.with(Schedule.calm());
                var driver = sim.openDriver()) {
            driver.push(new Pipe(), 0, 1, 0);
            driver.await(Long.MAX_VALUE);
            driver.reap(
                    (token, _, _) -> {
                        var pipe = (Payload.Ends) driver.payload(token);
                        ends.addAll(List.of(pipe.reading(), pipe.writing()));
                    });
            sim.faults().overflow(1);
            var writing = new Descriptor(ends.getLast(), driver.table());
            driver.push(new PollEach(writing, EnumSet.of(PollEvent.WRITABLE)), 0, 2, 0);
            driver.await(Long.MAX_VALUE);
            driver.reap((_, _, its) -> flags.add(its));
            ends.forEach(driver::discard);
        }

        assertThat(flags).as("one completion, and no more to follow").containsExactly(0);
    }

    @Test
    @Tag("C1")
    void fullSubmissionQueueShouldTearNoChain() throws IOException {
        var capacity = Capacity.DEFAULT.queues(4, 16);
        try (var sim = SimulatedKernel.with(Schedule.calm(), capacity)) {
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        for (int i = 0; i < 20; i++) {
                            scope.start(nop());
                            scope.start(link(timeout(Duration.ofMillis(i)), nop(), nop()));
                        }
                    });

            assertThat(sim.trail().submitted(Nop.class)).isEqualTo(60);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EAGAIN", "EBUSY", "EINTR"})
    @Tag("L3")
    void whatTheKernelDoesNotTakeShouldBeSubmittedAgain(Errno why) throws IOException {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor();
            sim.faults().refuseSubmissions(3, why);

            assertThat(startNops(sim, 5)).isEqualTo(5);
            assertThat(sim.trail().of(Trail.Kind.REFUSED)).hasSize(3);
            assertThat(proactor.metrics().published()).isEqualTo(5);
        }
    }

    @Test
    @Tag("L3")
    void scheduleShouldRefuseSubmissionsAndTakeParts() throws IOException {
        var schedule =
                Schedule.calm()
                        .withSeed(5)
                        .odds(Decision.SUBMIT_REFUSED, 0.5)
                        .odds(Decision.SUBMIT_PARTIAL, 0.5);
        try (var sim = SimulatedKernel.with(schedule)) {
            for (int i = 0; i < 20; i++) {
                assertThat(startNops(sim, 10)).isEqualTo(10);
            }
            assertThat(sim.trail().of(Trail.Kind.REFUSED))
                    .anyMatch(event -> event.what().contains("stay"))
                    .anyMatch(event -> event.what().contains("took"));
        }
    }

    private static int startNops(SimulatedKernel sim, int count) throws IOException {
        return Scope.open(
                sim.proactor(),
                scope -> {
                    var pending = new ArrayList<Pending<?>>();
                    for (int i = 0; i < count; i++) {
                        pending.add(scope.start(nop()));
                    }
                    int completed = 0;
                    for (var each : pending) {
                        completed += each.outcome().isCompleted() ? 1 : 0;
                    }
                    return completed;
                });
    }

    // ---------------------------------------------------------------- wake-ups

    @Test
    void lateWakeUpShouldOnlyCostTime() throws Exception {
        try (var sim = with(Decision.LATE_WAKE);
                var scope = Scope.open(sim.proactor())) {
            for (int i = 0; i < 5; i++) {
                sim.clock().awaitIdle(); // or nobody need be woken
                scope.await(nop());
            }

            assertThat(sim.clock().elapsed()).isGreaterThan(Duration.ZERO);
        }
    }

    @Test
    @Tag("T3")
    void noTimeShouldPassWhileWorkGoesOnOutsideOfTheLoop() throws IOException {
        try (var sim = SimulatedKernel.withSeed(1)) {
            var elapsed =
                    Scope.open(
                            sim.proactor(),
                            ScopeOptions.of("patient").within(Duration.ofSeconds(30)),
                            scope -> {
                                var looked = new CountDownLatch(1);
                                scope.fork(
                                        () -> {
                                            Timers.sleep(scope, Duration.ofSeconds(1));
                                            looked.countDown();
                                        });
                                return scope.blocking(
                                        () -> {
                                            // what could let time pass has had its chance
                                            assertThat(looked.await(20, TimeUnit.MILLISECONDS))
                                                    .isFalse();
                                            return sim.clock().elapsed();
                                        });
                            });
            assertThat(elapsed).isEqualTo(Duration.ZERO);
            assertThat(sim.clock().elapsed()).isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void numberOfTheProcessShouldBeRefused() throws IOException {
        try (var sim = SimulatedKernel.withSeed(1)) {
            Scope.run(
                    sim.proactor(),
                    scope ->
                            assertThatThrownBy(() -> scope.adopt(0))
                                    .isInstanceOf(UnsupportedOperationException.class)
                                    .hasMessageContainingAll("adopt(0)", "of its own"));
        }
    }

    private static Errno failure(Outcome<?> outcome) {
        return ((Outcome.Failed<?>) outcome).errno();
    }
}
