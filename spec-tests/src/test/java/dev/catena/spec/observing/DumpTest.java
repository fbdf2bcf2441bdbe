package dev.catena.spec.observing;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.sleep;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.Proactor;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.timers.Timers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a dump says, on a clock that moves only when everything waits.
@Tag("S8")
@Timeout(60)
class DumpTest {
    private static final ScopeOptions OUTER = ScopeOptions.of("outer").within(ofSeconds(60));

    @Test
    void shouldShowTheTreeOfScopesAndWhatIsInFlightWithItsAge() throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor(Proactor.builder().name("looked-at").captureSites(true));
            Scope.run(
                    proactor,
                    OUTER,
                    outer -> {
                        var ends = outer.await(pipe());
                        outer.child(
                                ScopeOptions.of("inner"),
                                inner -> {
                                    var reading = inner.start(read(ends.reading(), inner.lease(8)));
                                    var later = inner.start(sleep(ofSeconds(30)));
                                    var task = inner.fork(() -> Timers.sleep(inner, ofSeconds(20)));
                                    Timers.sleep(inner, ofSeconds(10));
                                    var text = Scope.dump(proactor);
                                    reading.cancel("seen");
                                    later.cancel("seen");
                                    var lines = text.lines().toList();
                                    assertThat(lines.getFirst())
                                            .startsWith("looked-at: simulated kernel");
                                    assertThat(lines.get(1))
                                            .matches(
                                                    "2 scopes open, 1 entries in flight, \\d+ timers armed");
                                    assertThat(lines.get(2))
                                            .matches(
                                                    "outer #1 \\(scope of virtual thread 'outer' #\\d+\\): open;"
                                                            + " deadline in 50\\.0 s; 0 tasks, 0 leases, 2 descriptors");
                                    assertThat(lines.get(3))
                                            .matches(
                                                    "  inner #2 \\(scope of .*\\): open; deadline in 50\\.0 s;"
                                                            + " 1 task, 1 lease, 0 descriptors");
                                    assertThat(lines.get(4))
                                            .startsWith("    read(" + ends.reading())
                                            .contains(": in the kernel for 10.0 s, submitted at ")
                                            .contains("DumpTest.java:");
                                    assertThat(text)
                                            .contains(
                                                    ": waits in the timer queue, due in 20.0 s, submitted at ");
                                    assertThat(inner.dump())
                                            .startsWith("inner #2")
                                            .doesNotContain("outer #1");
                                    reading.outcome();
                                    later.outcome();
                                    task.await();
                                    return null;
                                });
                    });
        }
    }

    @Test
    void shouldSayHowFarAnOperationIs() throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var ends = scope.await(pipe());
                        var chain = scope.start(link(nop(), read(ends.reading(), scope.lease(8))));
                        Timers.sleep(scope, ofSeconds(1));
                        assertThat(scope.dump())
                                .contains("in the kernel for 1.0 s, 1 of 2 entries ended")
                                .doesNotContain("submitted at");
                        var closing = scope.start(close(ends.reading()));
                        assertThat(scope.dump())
                                .contains(
                                        "draining: waits for what is in flight on the descriptor");
                        chain.cancel("seen");
                        assertThat(scope.dump())
                                .contains(
                                        ": cancel requested, in the kernel for 1.0 s, draining, 1 of 2");
                        chain.outcome();
                        closing.await();
                    });
        }
    }

    @Test
    void shouldSayWhyAScopeEndsAndThatItHas() throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor();
            var scope = Scope.open(proactor);
            scope.cancel("no more");
            assertThat(scope.dump())
                    .contains("scope #1 (scope of thread")
                    .contains("cancelled: no more;");
            scope.close();
            assertThat(scope.dump()).contains("; closed;");
            assertThat(Scope.dump(proactor)).contains("0 scopes open").doesNotContain("scope #1");
            proactor.close();
            assertThat(Scope.dump(proactor)).contains("0 scopes open");
        }
    }

    @Test
    void shouldSayWhatHoldsALoopThatDoesNotAnswer() throws Exception {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            var proactor = sim.proactor(Proactor.builder().name("held"));
            var isHeld = new AtomicBoolean();
            var enough = new AtomicBoolean();
            var runner =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            Scope.run(proactor, _ -> holdTheLoop(isHeld, enough));
                                        } catch (java.io.IOException e) {
                                            throw new AssertionError(e);
                                        }
                                    });
            while (!isHeld.get()) {
                Thread.onSpinWait();
            }
            var text = Scope.dump(proactor);
            enough.set(true);
            runner.join();
            assertThat(text)
                    .startsWith("held: ")
                    .contains("the loop has not come back for 5 s; it is held by")
                    .contains("DumpTest.holdTheLoop");
        }
    }

    private static void holdTheLoop(AtomicBoolean isHeld, AtomicBoolean enough) {
        isHeld.set(true);
        while (!enough.get()) {
            Thread.onSpinWait();
        }
    }
}
