package dev.catena.spec.language;

import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.race;
import static dev.catena.ops.Ops.sleep;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Pipeline;
import dev.catena.scope.Scope;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Pipelines that run at the same time, within one another, deeper than any stack.
@Timeout(120)
class UringDeepGroupsTest extends UringSpec {
    private static final int DEPTH = 100_000;
    private static final Duration LONG = Duration.ofMinutes(5);

    private static Pipeline<Integer> nested(
            Pipeline<Integer> innermost, UnaryOperator<Pipeline<Integer>> around) {
        var all = innermost;
        for (int i = 0; i < DEPTH; i++) {
            all = around.apply(all);
        }
        return all;
    }

    @Test
    void pairsWithinPairsShouldRunHoweverDeep() throws Exception {
        var one = nop().map(_ -> 1);
        var left = nested(one, inner -> inner.zip(done(1), Integer::sum));
        var right = nested(one, inner -> done(1).zip(inner, Integer::sum));
        var mapped = nested(one, inner -> inner.zip(done(1), Integer::sum).map(sum -> sum));
        Scope.run(
                proactor(),
                scope -> {
                    assertThat(scope.await(left)).isEqualTo(DEPTH + 1);
                    assertThat(scope.await(right)).isEqualTo(DEPTH + 1);
                    assertThat(scope.await(mapped)).isEqualTo(DEPTH + 1);
                });
    }

    @Test
    void racesWithinRacesShouldRunAndStopHoweverDeep() throws Exception {
        var never = timeout(LONG).map(_ -> -1);
        var slow = sleep(LONG).map(_ -> -1);
        var innermostWins = nested(nop().map(_ -> 1), inner -> race(slow, inner));
        var outermostWins = race(nested(never, inner -> race(inner, slow)), nop().map(_ -> 1));
        Scope.run(
                proactor(),
                scope -> {
                    assertThat(scope.await(innermostWins)).isEqualTo(1);
                    assertThat(scope.await(outermostWins)).isEqualTo(1);
                });
    }

    @Test
    void cancelShouldReachTheInnermostHoweverDeep() throws Exception {
        var deep =
                nested(
                        timeout(LONG).map(_ -> 1),
                        inner -> done(1).zip(inner.map(n -> n), Integer::sum));
        Scope.run(
                proactor(),
                scope -> {
                    var pending = scope.start(deep);
                    scope.await(nop());
                    pending.cancel("enough");
                    assertThat(Said.of(pending.outcome())).isEqualTo("cancelled");
                });
    }

    @Test
    void functionThatThrowsInTheInnermostShouldEndAll() throws Exception {
        var deep =
                nested(
                        nop().map(
                                        _ -> {
                                            throw new IllegalStateException("deep down");
                                        }),
                        inner -> done(1).zip(inner, Integer::sum));
        Scope.run(
                proactor(),
                scope ->
                        assertThatThrownBy(() -> scope.await(deep))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessage("deep down"));
    }
}
