package dev.catena.spec;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Bound;
import dev.catena.ops.Deadline;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Op;
import dev.catena.ops.Outcome;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// D1 to D3: deadlines of scopes.
class UringDeadlineTest {
    private static final ScopeOptions OUTER = ScopeOptions.DEFAULT.named("outer");
    private static final ScopeOptions INNER = ScopeOptions.DEFAULT.named("inner");
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORTLY = Duration.ofMillis(20);

    @Test
    @Tag("D1")
    void deadlineShouldBeFixedWhenTheScopeOpensAndTheEarliestShouldRule() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.open(
                    ring.proactor(),
                    OUTER.within(LONG),
                    outer -> {
                        var fixed = outer.deadline();
                        long left = fixed.nanos() - ring.proactor().nanoTime();
                        assertThat(left).isBetween(1L, LONG.toNanos());
                        outer.await(timeout(SHORTLY));
                        assertThat(outer.deadline()).isEqualTo(fixed);

                        outer.child(
                                INNER.within(LONG.multipliedBy(2)),
                                inner -> {
                                    assertThat(inner.deadline()).isEqualTo(fixed);
                                    return 0;
                                });
                        outer.child(
                                INNER.within(Duration.ofMinutes(1)),
                                inner -> {
                                    assertThat(inner.deadline()).isLessThan(fixed);
                                    return 0;
                                });
                        return outer.child(
                                INNER.shield(),
                                inner -> {
                                    assertThat(inner.deadline().isNever()).isTrue();
                                    return 0;
                                });
                    });
        }
    }

    @Test
    @Tag("D3")
    void timedOutShouldNameTheScopeWhoseDeadlinePassedAndNotBeCancelled() throws Exception {
        try (var ring = RingUnderTest.open()) {
            assertThatThrownBy(
                            () ->
                                    Scope.open(
                                            ring.proactor(),
                                            OUTER.within(SHORTLY),
                                            outer ->
                                                    outer.child(
                                                            INNER.within(LONG),
                                                            inner -> inner.await(timeout(LONG)))))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("scope 'outer'")
                    .hasMessageNotContaining("inner")
                    .hasNoSuppressedExceptions();
            Scope.open(
                    ring.proactor(),
                    OUTER.within(SHORTLY),
                    outer -> {
                        assertThat(outer.attempt(timeout(LONG)))
                                .isInstanceOfSatisfying(
                                        Outcome.TimedOut.class,
                                        late -> assertThat(late.bound()).contains("scope 'outer'"));
                        return 0;
                    });
        }
    }

    @Test
    @Tag("D3")
    void expiredScopeShouldPublishNothing() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.open(
                    ring.proactor(),
                    OUTER.within(Duration.ZERO),
                    outer -> {
                        for (int i = 0; i < 10; i++) {
                            assertThat(Said.of(outer.attempt(nop()))).isEqualTo("timed out");
                            assertThat(Said.of(outer.attempt(link(nop(), nop()))))
                                    .isEqualTo("timed out");
                        }
                        var chain = linkAll(List.of(nop(), nop())).each();
                        assertThat(outer.await(chain).stream().map(Said::of))
                                .containsExactly("timed out", "timed out");
                        return 0;
                    });
            assertThat(ring.metrics().published()).isZero();
        }
    }

    @Test
    @Tag("D3")
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void deadlineThatPassesBehindTheLoopsBackShouldBeNoticedAtTheNextOperation() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.open(
                    ring.proactor(),
                    OUTER.within(SHORTLY),
                    outer -> {
                        // the loop's own timer cannot run meanwhile: this thread keeps the loop
                        while (ring.proactor().nanoTime() < outer.deadline().nanos()) {
                            Thread.onSpinWait();
                        }
                        assertThat(Said.of(outer.attempt(nop()))).isEqualTo("timed out");
                        return 0;
                    });
            assertThat(ring.metrics().published()).isZero();
        }
    }

    @Test
    @Tag("D2")
    void everyLinkOfAChainShouldGetALinkTimeoutWithTheScopesInstant() throws Exception {
        var pushed = Collections.synchronizedList(new ArrayList<Op<?>>());
        try (var ring =
                RingUnderTest.over(
                        () ->
                                new TamperedDriver() {
                                    @Override
                                    public void push(
                                            Op<?> op, int flags, long token, long nowNanos) {
                                        pushed.add(op);
                                        super.push(op, flags, token, nowNanos);
                                    }
                                })) {
            Scope.open(
                    ring.proactor(),
                    OUTER.within(LONG),
                    outer -> {
                        outer.await(link(nop(), nop(), nop()));
                        assertThat(pushed).hasSize(6);
                        for (int i = 1; i < 6; i += 2) {
                            assertThat(pushed.get(i))
                                    .isEqualTo(new LinkTimeout(new Bound.At(outer.deadline())));
                        }
                        outer.await(nop());
                        assertThat(pushed).as("a single one is watched by the loop").hasSize(7);
                        return 0;
                    });
        }
    }

    @Test
    @Tag("D2")
    void deadlineShouldEndWhateverIsInFlightAndKeepTheConnectionUsable() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        for (int i = 0; i < 10; i++) {
                            var buffer = scope.lease(8);
                            assertThatThrownBy(
                                            () ->
                                                    scope.child(
                                                            INNER.within(Duration.ofMillis(3)),
                                                            inner ->
                                                                    inner.await(
                                                                            recv(
                                                                                    pair.near(),
                                                                                    buffer))))
                                    .isInstanceOf(DeadlineExceededException.class);
                            scope.await(send(pair.far(), scope.lease(8)));
                            assertThat(scope.await(recv(pair.near(), buffer))).isEqualTo(8);
                        }
                    });
        }
    }

    @Test
    @Tag("D2")
    void pipelineShouldBeBoundedAsAWhole() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var steps = timeout(Duration.ofMillis(30)).map(_ -> 0);
                        for (int i = 0; i < 20; i++) {
                            steps = steps.then(_ -> timeout(Duration.ofMillis(30)).map(_ -> 0));
                        }
                        var mark = scope.start(timeout(Duration.ofMillis(400)));
                        assertThat(Said.of(scope.attempt(steps.within(Duration.ofMillis(50)))))
                                .isEqualTo("timed out");
                        assertThat(mark.isDone()).as("the mark at 400 ms").isFalse();
                        mark.cancel("it has served");
                    });
        }
    }

    @Test
    @Tag("D1")
    void negativeTimesShouldBeRefusedWhereTheyAreMade() {
        assertThatThrownBy(() -> INNER.within(Duration.ofMillis(-1)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("negative");
        assertThatThrownBy(() -> nop().within(Duration.ofMillis(-1)))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> timeout(Duration.ofMillis(-1)))
                .isInstanceOf(InvalidValueException.class);
    }

    @Test
    @Tag("D1")
    void instantLongPastShouldHavePassedEvenBeforeTheClocksOrigin() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        scope.await(timeout(new Deadline(-5)));
                        var pair = Pair.open(scope);
                        var receive = recv(pair.near(), scope.lease(8));
                        assertThat(Said.of(scope.attempt(receive.by(new Deadline(-5)))))
                                .isEqualTo("timed out");
                    });
            assertThat(
                            Scope.<String, RuntimeException>open(
                                    ring.proactor(),
                                    INNER.by(new Deadline(-5)),
                                    scope -> Said.of(scope.attempt(timeout(LONG)))))
                    .isEqualTo("timed out");
        }
    }
}
