package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Deadline;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Outcome;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A deadline is one instant, whoever enforces it, and what cannot be interrupted is late.
@Timeout(60)
class UringDeadlinesTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    @Tag("D1")
    @Tag("S6")
    void effectiveDeadlineShouldBeTheEarliestAmongUnshieldedAncestors() throws Exception {
        var random = new Random(11);
        for (int round = 0; round < 200; round++) {
            nest(Scope.open(proactor()), Deadline.NEVER, random, 6);
        }
    }

    private void nest(Scope scope, Deadline expected, Random random, int depth) throws IOException {
        try (scope) {
            assertThat(scope.deadline()).isEqualTo(expected);
            if (depth > 0) {
                var own =
                        random.nextBoolean()
                                ? Deadline.NEVER
                                : Deadline.after(
                                        proactor().nanoTime(),
                                        Duration.ofMinutes(1 + random.nextInt(5)));
                boolean shielded = random.nextInt(4) == 0;
                var options = ScopeOptions.of("nested").by(own);
                nest(
                        scope.child(shielded ? options.shield() : options),
                        shielded ? own : own.earliest(expected),
                        random,
                        depth - 1);
            }
        }
    }

    @Test
    @Tag("D1")
    void timeoutShouldCountFromWhenTheScopeOpensAndNotMoveAfterwards() throws Exception {
        long before = proactor().nanoTime();
        var options = ScopeOptions.of("fixed").within(Duration.ofSeconds(100));
        try (var scope = Scope.open(proactor())) {
            var child = scope.child(options);
            var deadline = child.deadline();
            scope.await(timeout(Duration.ofMillis(5)));
            assertThat(child.deadline()).isEqualTo(deadline);
            assertThat(deadline.nanos() - before)
                    .isBetween(
                            Duration.ofSeconds(100).toNanos(), Duration.ofSeconds(110).toNanos());
            child.close();
        }
    }

    @Test
    @Tag("D1")
    void deadlineOfAnOuterScopeShouldEndTheInnerAndBeNamed() throws Exception {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        outermost ->
                                                outermost.child(
                                                        ScopeOptions.of("outer")
                                                                .within(Duration.ofMillis(10)),
                                                        outer ->
                                                                outer.child(
                                                                        ScopeOptions.of("inner")
                                                                                .within(LONG),
                                                                        inner ->
                                                                                inner.await(
                                                                                        timeout(
                                                                                                LONG))))))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("the deadline of scope 'outer'");
    }

    @Test
    @Tag("D3")
    void expiredScopeShouldPublishNothingAndNameWhoseDeadlinePassed() throws Exception {
        Scope.run(
                proactor(),
                outer -> {
                    var pair = Pair.open(outer);
                    var scope = outer.child(ScopeOptions.of("expired").within(Duration.ZERO));
                    long published = ring().metrics().published();
                    assertThat(scope.attempt(recv(pair.near(), outer.lease(8))))
                            .isInstanceOfSatisfying(
                                    Outcome.TimedOut.class,
                                    late ->
                                            assertThat(late.bound())
                                                    .isEqualTo("the deadline of scope 'expired'"));
                    assertThat(Said.of(scope.attempt(link(nop(), nop())))).isEqualTo("timed out");
                    assertThat(Said.of(scope.attempt(nop().then(_ -> nop()))))
                            .isEqualTo("timed out");
                    assertThatThrownBy(() -> scope.await(nop()))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertThat(ring().metrics().published()).isEqualTo(published);
                    scope.cancel("later");
                    assertThat(Said.of(scope.attempt(nop())))
                            .as("the first")
                            .isEqualTo("timed out");
                    scope.close();
                });
    }

    @Test
    @Tag("D3")
    void cancelThatComesBeforeTheDeadlineShouldStayTheReason() throws Exception {
        Scope.run(
                proactor(),
                outer -> {
                    try (var scope =
                            outer.child(ScopeOptions.of("brief").within(Duration.ofMillis(5)))) {
                        scope.cancel("first");
                        outer.await(timeout(Duration.ofMillis(10)));
                        assertThat(scope.attempt(nop()).toString()).contains("reason=first");
                    }
                });
    }

    @Test
    @Tag("D2")
    void singleOperationShouldEndAtTheDeadlineOfItsScope() throws Exception {
        long start = proactor().nanoTime();
        var limit = Duration.ofMillis(30);
        var options = ScopeOptions.of("timed").within(limit);
        assertThatThrownBy(
                        () -> Scope.open(proactor(), options, scope -> scope.await(timeout(LONG))))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(proactor().nanoTime() - start)
                .isBetween(limit.toNanos(), Duration.ofSeconds(20).toNanos());
    }

    @Test
    @Tag("D4")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void readOfADiskThatCannotBeInterruptedShouldCompleteAndBeCountedAsLate() throws Exception {
        var folder = Files.createDirectories(Path.of("target").toAbsolutePath());
        Assumptions.assumeFalse(Files.getFileStore(folder).type().equals("tmpfs"), "no disk");
        var file = Files.createTempFile(folder, "late", ".data");
        int reads = 16;
        int size = 1 << 20;
        try {
            Files.write(file, new byte[reads * size]);
            Scope.run(
                    proactor(),
                    outer -> {
                        var fd = outer.await(open(file, OpenFlag.READ, OpenFlag.DIRECT));
                        for (int round = 0; round < 200 && ring().metrics().late() == 0; round++) {
                            long late = ring().metrics().late();
                            var scope =
                                    outer.child(
                                            ScopeOptions.of("late")
                                                    .within(Duration.ofNanos(500_000)));
                            var pending = new ArrayList<Pending<Integer>>();
                            for (int i = 0; i < reads; i++) {
                                var buffer = scope.lease(size, 4096);
                                pending.add(scope.start(read(fd, buffer).at((long) i * size)));
                            }
                            int completed = 0;
                            for (var one : pending) {
                                switch (one.outcome()) {
                                    case Outcome.Completed<Integer>(var bytes) -> {
                                        assertThat(bytes).isEqualTo(size);
                                        completed++;
                                    }
                                    case Outcome.TimedOut<Integer> _ -> {}
                                    default -> throw new AssertionError("" + one.outcome());
                                }
                            }
                            assertThat(ring().metrics().late() - late)
                                    .isLessThanOrEqualTo(completed);
                            scope.close();
                        }
                        assertThat(ring().metrics().late()).isPositive();
                    });
        } finally {
            Files.delete(file);
        }
    }
}
