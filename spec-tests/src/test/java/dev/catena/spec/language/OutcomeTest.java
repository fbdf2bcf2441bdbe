package dev.catena.spec.language;

import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Errno;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Outcome;
import io.vavr.control.Either;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What an outcome says in its several ways.
class OutcomeTest {
    private static final Outcome<Integer> COMPLETED = new Outcome.Completed<>(7);
    private static final Outcome<Integer> SHORT = new Outcome.Short<>(3, nop(), 8);
    private static final Outcome<Integer> FAILED =
            new Outcome.Failed<>(Errno.ENOSPC, nop(), "the detail");
    private static final Outcome<Integer> TIMED_OUT = new Outcome.TimedOut<>(nop(), "its bound");
    private static final Outcome<Integer> CANCELLED = new Outcome.Cancelled<>(nop(), "the reason");
    private static final Outcome<Integer> SKIPPED = new Outcome.Skipped<>(nop(), FAILED);

    private static final Map<Outcome<Integer>, Class<? extends Exception>> THROWN =
            Map.of(
                    SHORT, OperationFailedException.class,
                    FAILED, OperationFailedException.class,
                    TIMED_OUT, DeadlineExceededException.class,
                    CANCELLED, OperationCancelledException.class,
                    SKIPPED, OperationFailedException.class);

    @Test
    @Tag("C2")
    void thereShouldBeSixOutcomesAndNoMore() {
        assertThat(List.of(Outcome.class.getPermittedSubclasses()))
                .containsExactlyInAnyOrder(
                        Outcome.Completed.class,
                        Outcome.Short.class,
                        Outcome.Failed.class,
                        Outcome.TimedOut.class,
                        Outcome.Cancelled.class,
                        Outcome.Skipped.class);
    }

    @Test
    void completedShouldGiveItsResultEveryWay() throws Exception {
        assertThat(COMPLETED.isCompleted()).isTrue();
        assertThat(COMPLETED.get()).isEqualTo(7);
        assertThat(COMPLETED.toEither()).isEqualTo(Either.right(7));
        assertThat(COMPLETED.toTry().get()).isEqualTo(7);
        assertThat(COMPLETED.map(n -> n + 1).get()).isEqualTo(8);
        assertThatThrownBy(COMPLETED::withoutResult).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void everyOtherShouldBeOnTheLeftAndThrowWhatNamesIt() {
        THROWN.forEach(
                (outcome, thrown) -> {
                    assertThat(outcome.isCompleted()).isFalse();
                    assertThat(outcome.toEither()).isEqualTo(Either.left(outcome));
                    assertThatThrownBy(outcome::get).isInstanceOf(thrown);
                    assertThat(outcome.toTry().getCause()).isInstanceOf(thrown);
                    Outcome<String> other = outcome.withoutResult();
                    assertThatThrownBy(other::get).isInstanceOf(thrown);
                    assertThatThrownBy(outcome.map(n -> n + 1)::get).isInstanceOf(thrown);
                });
    }

    @Test
    void messagesShouldSayWhatWasAskedAndWhatWasFound() {
        assertThatThrownBy(SHORT::get).hasMessageContainingAll("nop()", "3 of 8");
        assertThatThrownBy(FAILED::get)
                .hasMessageContainingAll("nop()", "ENOSPC", "no space", "the detail");
        assertThatThrownBy(TIMED_OUT::get).hasMessageContainingAll("nop()", "its bound");
        assertThatThrownBy(CANCELLED::get).hasMessageContainingAll("nop()", "the reason");
        assertThatThrownBy(SKIPPED::get).hasMessageContaining("ENOSPC");
    }
}
