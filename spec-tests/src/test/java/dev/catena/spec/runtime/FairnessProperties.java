package dev.catena.spec.runtime;

import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Pipeline;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import io.vavr.Tuple0;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Nobody on a loop starves, whatever the others do: on the simulated kernel, where all of it is one thread, and how long somebody
/// waits can be counted in the steps that others take meanwhile.
class FairnessProperties {

    /// Threads of the loop that are never done: they yield, or wake each other.
    private static final class Noise {
        // all of them run on the loop
        long steps;
        boolean over;

        void yielding() {
            while (!over) {
                steps++;
                Thread.yield();
            }
        }

        /// Wakes its partner and parks until that does the same.
        void playing(Thread[] pair, int side) {
            pair[side] = Thread.currentThread();
            while (!over) {
                steps++;
                LockSupport.unpark(pair[1 - side]);
                LockSupport.park();
            }
            LockSupport.unpark(pair[1 - side]);
        }

        void start(Scope scope, int yielders, int pairs) {
            for (int i = 0; i < yielders; i++) {
                scope.fork(this::yielding);
            }
            for (int i = 0; i < pairs; i++) {
                var pair = new Thread[2];
                scope.fork(() -> playing(pair, 0));
                scope.fork(() -> playing(pair, 1));
            }
        }
    }

    @Property(tries = 50)
    void completionShouldBeSeenWithinAnEventInterval(
            @ForAll @IntRange(min = 1, max = 200) int eventInterval,
            @ForAll @IntRange(min = 0, max = 5) int yielders,
            @ForAll @IntRange(min = 0, max = 3) int pairs)
            throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor(Proactor.builder().eventInterval(eventInterval));
            Scope.run(
                    proactor,
                    scope -> {
                        var noise = new Noise();
                        noise.start(scope, yielders, pairs);
                        int others = yielders + 2 * pairs;
                        try {
                            for (int i = 0; i < 50; i++) {
                                long before = noise.steps;
                                scope.await(nop());
                                assertThat(noise.steps - before)
                                        .isLessThanOrEqualTo(2L * eventInterval + 4L * others + 4);
                            }
                        } finally {
                            noise.over = true;
                        }
                    });
        }
    }

    @Property(tries = 50)
    void taskFromOutsideShouldRunWithinAnInboxInterval(
            @ForAll @IntRange(min = 1, max = 200) int inboxInterval,
            @ForAll @IntRange(min = 1, max = 5) int yielders,
            @ForAll @IntRange(min = 0, max = 3) int pairs)
            throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor(Proactor.builder().inboxInterval(inboxInterval));
            Scope.run(
                    proactor,
                    scope -> {
                        var noise = new Noise();
                        noise.start(scope, yielders, pairs);
                        try {
                            for (int i = 0; i < 20; i++) {
                                long before = noise.steps;
                                var ranAt = new AtomicLong(-1);
                                offer((EventLoop) proactor, 1, () -> ranAt.set(noise.steps));
                                while (ranAt.get() < 0) {
                                    assertThat(noise.steps - before)
                                            .isLessThanOrEqualTo(inboxInterval + 1L);
                                    Thread.yield();
                                }
                            }
                        } finally {
                            noise.over = true;
                        }
                    });
        }
    }

    @Property(tries = 20)
    void floodFromOutsideShouldKeepNobodyWaiting(
            @ForAll @IntRange(min = 1, max = 100) int inboxInterval,
            @ForAll @IntRange(min = 1, max = 100) int eventInterval)
            throws Exception {
        int flood = 20_000;
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor =
                    sim.proactor(
                            Proactor.builder()
                                    .inboxInterval(inboxInterval)
                                    .eventInterval(eventInterval));
            Scope.run(
                    proactor,
                    scope -> {
                        var arrived = new AtomicLong();
                        offer((EventLoop) proactor, flood, arrived::incrementAndGet);
                        for (int i = 0; i < 10; i++) {
                            long before = arrived.get();
                            Thread.yield();
                            assertThat(arrived.get() - before).as("a thread").isLessThan(3);
                            before = arrived.get();
                            scope.await(nop());
                            assertThat(arrived.get() - before)
                                    .as("the ring")
                                    .isLessThanOrEqualTo(eventInterval + 2L);
                        }
                        assertThat(arrived.get()).isLessThan(flood);
                        while (arrived.get() < flood) {
                            Thread.yield();
                        }
                    });
        }
    }

    @Property(tries = 20)
    void ringThatIsAlwaysReadyShouldLeaveRoomForThreads(
            @ForAll @IntRange(min = 1, max = 400) int pipelines) throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var steps = new AtomicLong();
                        for (int i = 0; i < pipelines; i++) {
                            scope.start(endless(steps));
                        }
                        for (int i = 0; i < 100; i++) {
                            long before = steps.get();
                            Thread.yield();
                            assertThat(steps.get() - before).isLessThanOrEqualTo(2L * pipelines);
                        }
                        scope.await(nop());
                        assertThat(steps).hasPositiveValue();
                        scope.child(dev.catena.scope.ScopeOptions.DEFAULT, _ -> steps);
                        scope.cancel("that will do");
                    });
        } catch (dev.catena.ops.OperationCancelledException asAskedFor) {
            assertThat(asAskedFor).hasMessageContaining("that will do");
        }
    }

    private static Pipeline<Tuple0> endless(AtomicLong steps) {
        return nop().then(
                        _ -> {
                            steps.incrementAndGet();
                            return endless(steps);
                        });
    }

    /// Has another thread put tasks into the inbox while the loop stands still.
    private static void offer(EventLoop loop, int count, Runnable task) {
        var thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    for (int i = 0; i < count; i++) {
                                        loop.execute(task);
                                    }
                                });
        while (thread.isAlive()) {
            Thread.onSpinWait();
        }
    }
}
