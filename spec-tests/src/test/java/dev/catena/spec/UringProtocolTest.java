package dev.catena.spec;

import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Deadline;
import dev.catena.ops.Op;
import dev.catena.ops.Timeout;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import io.vavr.Tuple0;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The protocol between the loop and the ring: indices, overflow, interruptions, wake-ups, tokens.
class UringProtocolTest {

    @Test
    @NotOn(value = DriverOfTests.PORTABLE, why = "its completion queue has no end")
    @NotOn(value = DriverOfTests.SIM, why = "its ring has a length of its own")
    void completionsThatOverflowTheirQueueShouldBeNoticedAndNoneLost() throws Exception {
        int timers = 3_000;
        try (var ring =
                RingUnderTest.open(builder -> builder.submissionEntries(2).completionEntries(2))) {
            var completed = new AtomicInteger();
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var at = new Deadline(ring.proactor().nanoTime());
                        var pending = new ArrayList<Pending<Tuple0>>();
                        for (int i = 0; i < timers; i++) {
                            pending.add(scope.start(i % 2 == 0 ? timeout(at) : nop()));
                        }
                        for (var one : pending) {
                            one.await();
                            completed.incrementAndGet();
                        }
                    });
            assertThat(completed).hasValue(timers);
            assertThat(ring.metrics().overflows())
                    .as("overflows noticed: the queue has room for 2 of " + timers)
                    .isPositive();
        }
    }

    @Test
    @NotOn(value = DriverOfTests.PORTABLE, why = "its completion queue has no end")
    void manyTimersThatExpireAtOnceShouldOverflowTheCompletionQueueAndAllBeSeen() throws Exception {
        int timers = 5_000;
        try (var ring =
                RingUnderTest.open(builder -> builder.submissionEntries(8).completionEntries(8))) {
            var completed = new AtomicInteger();
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var all = new ArrayList<Pending<Tuple0>>();
                        for (int i = 0; i < timers; i++) {
                            all.add(scope.start(timeout(Duration.ofMillis(20))));
                        }
                        for (var one : all) {
                            one.await();
                            completed.incrementAndGet();
                        }
                    });
            assertThat(completed).hasValue(timers);
            assertThat(ring.metrics().overflows()).isPositive();
        }
    }

    @Test
    void indicesShouldGoRoundAndRoundOnRingsOfOneToFourEntries() throws Exception {
        for (int entries : new int[] {1, 2, 4}) {
            try (var ring =
                    RingUnderTest.open(
                            builder ->
                                    builder.submissionEntries(entries)
                                            .completionEntries(entries))) {
                int rounds = (1 << 16) + 100;
                Scope.run(
                        ring.proactor(),
                        scope -> {
                            for (int i = 0; i < rounds; i++) {
                                scope.await(nop());
                            }
                        });
                assertThat(ring.metrics().terminal()).isEqualTo(rounds);
            }
        }
    }

    @Test
    @org.junit.jupiter.api.Timeout(60)
    void signalsShouldNotEndAWaitNorLoseAnything() throws Exception {
        try (var ring = RingUnderTest.open(builder -> builder.name("signalled"));
                var signals = new Signals("signalled")) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        int waits = 0;
                        while (waits < 50 || signals.handled() <= 10) {
                            scope.await(timeout(Duration.ofMillis(2)));
                            waits++;
                        }
                    });
            assertThat(signals.handled()).as("signals that the JVM handled").isGreaterThan(10);
        }
    }

    @Test
    void unparkingThreadsThatWaitShouldNotWakeThemEarly() throws Exception {
        try (var ring = RingUnderTest.open()) {
            var bothWait = new ArrayList<Thread>();
            var stop = new AtomicBoolean();
            var noise =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!stop.get()) {
                                            synchronized (bothWait) {
                                                bothWait.forEach(LockSupport::unpark);
                                            }
                                            Thread.onSpinWait();
                                        }
                                    });
            synchronized (bothWait) {
                bothWait.add(Thread.currentThread());
            }
            try {
                Scope.run(
                        ring.proactor(),
                        scope -> {
                            synchronized (bothWait) {
                                bothWait.add(Thread.currentThread());
                            }
                            for (int i = 0; i < 30; i++) {
                                long start = ring.proactor().nanoTime();
                                scope.await(timeout(Duration.ofMillis(2)));
                                assertThat(ring.proactor().nanoTime() - start)
                                        .isGreaterThanOrEqualTo(2_000_000);
                            }
                        });
            } finally {
                stop.set(true);
                noise.join();
            }
        }
    }

    @Test
    @Tag("L4")
    void completionWithAStaleGenerationShouldBeCountedAndNotDispatched() throws Exception {
        var tokens = new ArrayList<Long>();
        try (var ring =
                RingUnderTest.over(
                        () ->
                                new TamperedDriver() {
                                    private boolean again;

                                    @Override
                                    public void push(
                                            Op<?> op, int flags, long token, long nowNanos) {
                                        tokens.add(token);
                                        again |= op instanceof Timeout && tokens.size() > 1;
                                        super.push(op, flags, token, nowNanos);
                                    }

                                    @Override
                                    public int reap(Completions sink) {
                                        if (again) { // the slot is in use again, for the timeout
                                            again = false;
                                            sink.completed(tokens.getFirst(), 0, 0);
                                        }
                                        return super.reap(sink);
                                    }
                                })) {
            ring.expectStale(1);
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        scope.await(nop());
                        long start = ring.proactor().nanoTime();
                        scope.await(timeout(Duration.ofMillis(20)));
                        assertThat(ring.proactor().nanoTime() - start)
                                .as("how long a timeout of 20 ms took")
                                .isGreaterThanOrEqualTo(20_000_000);
                    });
            assertThat((int) tokens.get(0).longValue())
                    .as("the slot of the first is that of the second")
                    .isEqualTo((int) tokens.get(1).longValue());
            assertThat(tokens.get(0)).isNotEqualTo(tokens.get(1));
            assertThat(ring.metrics().stale()).isEqualTo(1);
        }
    }

    @Test
    @Tag("L4")
    void completionThatComesTwiceShouldBeCountedAsStale() throws Exception {
        try (var ring =
                RingUnderTest.over(
                        () ->
                                new TamperedDriver() {
                                    @Override
                                    public int reap(Completions sink) {
                                        return super.reap(
                                                (token, result, flags) -> {
                                                    sink.completed(token, result, flags);
                                                    sink.completed(token, result, flags);
                                                });
                                    }
                                })) {
            ring.expectStale(100);
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        for (int i = 0; i < 100; i++) {
                            scope.await(nop());
                        }
                    });
            assertThat(ring.metrics().terminal()).isEqualTo(100);
        }
    }

    @Test
    void noWakeUpFromOtherThreadsShouldBeLost() throws Exception {
        int each = 10_000;
        int threads = 8;
        try (var ring = RingUnderTest.open();
                var scope = Scope.open(ring.proactor())) {
            var done = new AtomicInteger();
            var workers = new ArrayList<Thread>();
            for (int t = 0; t < threads; t++) {
                workers.add(
                        Thread.ofPlatform()
                                .start(
                                        () -> {
                                            for (int i = 0; i < each; i++) {
                                                if (scope.attempt(nop()).isCompleted()) {
                                                    done.incrementAndGet();
                                                }
                                            }
                                        }));
            }
            for (var worker : workers) {
                worker.join();
            }
            assertThat(done).hasValue(each * threads);
        }
    }

    @Test
    void loopsThatWakeEachOtherShouldNotSleepThroughAMessage() throws Exception {
        try (var one = RingUnderTest.open();
                var other = RingUnderTest.open()) {
            Scope.run(
                    one.proactor(),
                    near -> {
                        try (var far = Scope.open(other.proactor())) {
                            for (int i = 0; i < 3_000; i++) {
                                far.await(nop());
                                near.await(nop());
                            }
                        }
                    });
            assertThat(other.metrics().terminal()).isGreaterThanOrEqualTo(3_000);
        }
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // to yield is to come back at once
    void threadsOfTheLoopThatKeepItBusyShouldNotStarveTheInboxNorCompletions() throws Exception {
        try (var ring = RingUnderTest.open();
                var outside = Scope.open(ring.proactor())) {
            var stop = new AtomicBoolean();
            for (int i = 0; i < 3; i++) {
                outside.fork(
                        () -> {
                            while (!stop.get()) {
                                Thread.yield();
                            }
                        });
            }
            for (int i = 0; i < 100; i++) {
                outside.await(nop());
            }
            stop.set(true);
            outside.join();
        }
    }

    @Test
    @Tag("L1")
    void closingShouldNotSleepThroughItsOwnRequest() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (var ring = RingUnderTest.open();
                    var scope = Scope.open(ring.proactor())) {
                scope.await(nop());
            }
        }
    }
}
