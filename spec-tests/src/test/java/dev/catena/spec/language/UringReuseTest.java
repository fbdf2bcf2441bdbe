package dev.catena.spec.language;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.catena.ops.Chain;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Op;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.LoopThreads;
import dev.catena.spec.NotOn;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.TamperedDriver;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A chain is a value: running it again makes nothing of it anew.
class UringReuseTest {
    private static final int RUNS = 1_000_000;

    private static Chain<?> fresh() {
        return link(nop(), nop(), nop().hard(), nop());
    }

    /// The driver compares by identity what it is given with what the value is made of.
    @Test
    void millionRunsShouldUseTheValueItself() throws Exception {
        var chain = fresh();
        var entries = chain.entries();
        var pushed = new AtomicLong();
        try (var ring =
                RingUnderTest.over(
                        () ->
                                new TamperedDriver() {
                                    @Override
                                    public void push(
                                            Op<?> op, int flags, long token, long nowNanos) {
                                        var entry = entries.get((int) (pushed.get() % 4));
                                        if (op != entry.op() || flags != entry.flags()) {
                                            throw new IllegalStateException("another value");
                                        }
                                        pushed.incrementAndGet();
                                        super.push(op, flags, token, nowNanos);
                                    }
                                })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        for (int i = 0; i < RUNS; i++) {
                            scope.await(chain);
                        }
                    });
        }
        assertThat(pushed).hasValue(4L * RUNS);
        assertThat(chain.entries()).isSameAs(entries);
    }

    /// A scope's deadline is put behind every link: once for a chain that is run again and again.
    @Test
    @Tag("D2")
    void scopeWithADeadlineShouldBoundAChainOnce() throws Exception {
        Set<Op<?>> timeouts = Collections.newSetFromMap(new IdentityHashMap<>());
        try (var ring =
                RingUnderTest.over(
                        () ->
                                new TamperedDriver() {
                                    @Override
                                    public void push(
                                            Op<?> op, int flags, long token, long nowNanos) {
                                        if (op instanceof LinkTimeout) {
                                            timeouts.add(op);
                                        }
                                        super.push(op, flags, token, nowNanos);
                                    }
                                })) {
            Scope.open(
                    ring.proactor(),
                    ScopeOptions.of("bounded").within(Duration.ofMinutes(1)),
                    scope -> {
                        var chain = fresh();
                        for (int i = 0; i < 1_000; i++) {
                            scope.await(chain);
                        }
                        return chain;
                    });
        }
        assertThat(timeouts).hasSize(4);
    }

    /// What a run allocates is its handle, its results and what waits for them. A run of a value made for it allocates more,
    /// by what the value takes; so a run of a value made before allocates nothing of that. All on the loop's one thread,
    /// counted by the JVM.
    @Test
    @LoopThreads(why = "what a thread allocates is counted, and the loop allocates there")
    @NotOn(value = DriverOfTests.SIM, why = "it keeps a trail of all that has happened")
    void runShouldAllocateLessByAllThatTheValueTakes() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var chain = fresh();
                        long building = perRun(() -> fresh());
                        long reusing = perRun(() -> awaited(scope, chain));
                        long both = perRun(() -> awaited(scope, fresh()));
                        assertThat(building).as("bytes of a value").isGreaterThan(200);
                        assertThat(both - reusing)
                                .as("value %d, run %d, both %d bytes", building, reusing, both)
                                .isBetween(building * 8 / 10, building * 13 / 10);
                        long reading =
                                perRun(() -> chain.entries().get(3).op() == null ? null : chain);
                        assertThat(reading).as("bytes of looking at a value").isZero();
                    });
        }
    }

    private static Object awaited(Scope scope, Chain<?> chain) {
        return scope.attempt(chain);
    }

    private static long perRun(Supplier<Object> work) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int runs = 100_000;
        long bytes = 0;
        for (int round = 0; round < 3; round++) { // the last is after the compiler's
            long before = allocated(threads);
            for (int i = 0; i < runs; i++) {
                if (work.get() == null) {
                    throw new IllegalStateException("nothing was given");
                }
            }
            bytes = allocated(threads) - before;
        }
        return bytes / runs;
    }

    /// Of the loop's thread, which carries this virtual one.
    private static long allocated(ThreadMXBean threads) {
        for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().equals("catena")) {
                return threads.getThreadAllocatedBytes(info.getThreadId());
            }
        }
        throw new IllegalStateException("there is no loop");
    }
}
