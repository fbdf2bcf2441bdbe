package dev.catena.ops;

import io.vavr.control.Either;
import io.vavr.control.Try;
import java.io.IOException;
import java.util.function.Function;

/// What became of an operation, a chain or a pipeline. Sealed and total: a `switch` over it covers everything that can
/// happen.
///
/// The outcome of a chain is that of its first link that did not complete, or its results if all did; `chain.each()`
/// gives the outcomes of all links.
///
/// @param <R> what it gives when it completes
public sealed interface Outcome<R> {

    /// It did what it was asked to, possibly although its cancellation had been requested: a result that exists is kept.
    ///
    /// @param value the result
    record Completed<R>(R value) implements Outcome<R> {}

    /// A transfer moved fewer bytes than asked for, and so ended the soft link behind it.
    ///
    /// @param moved the number of bytes moved
    /// @param op the transfer
    /// @param asked the number of bytes asked for
    @SuppressWarnings("AvoidCommonTypeNames") // the word of the field, always written Outcome.Short
    record Short<R>(int moved, Op<?> op, long asked) implements Outcome<R> {}

    /// The kernel refused it, or ended it with an error.
    ///
    /// @param errno why
    /// @param op the operation
    /// @param detail more about the reason, or nothing
    record Failed<R>(Errno errno, Op<?> op, String detail) implements Outcome<R> {}

    /// A deadline passed before it ended.
    ///
    /// @param work the operation, or the part of a pipeline
    /// @param bound whose deadline: its own bound, or the scope's by name
    record TimedOut<R>(Pipeline<?> work, String bound) implements Outcome<R> {}

    /// It was cancelled before it had a result. It may have done a part of its work: a pipeline the operations before the one
    /// that ran, a multishot operation its elements so far.
    ///
    /// @param work the operation, or the part of a pipeline
    /// @param reason the first reason that was given
    record Cancelled<R>(Pipeline<?> work, String reason) implements Outcome<R> {}

    /// It was never started, since a link it depends on did not complete.
    ///
    /// @param op the operation
    /// @param cause what became of that link
    record Skipped<R>(Op<?> op, Outcome<?> cause) implements Outcome<R> {}

    /// Whether it completed.
    default boolean isCompleted() {
        return this instanceof Completed;
    }

    /// The result, or the exception that says why there is none.
    ///
    /// @throws OperationFailedException if it failed, was short or was skipped because of such a link
    /// @throws DeadlineExceededException if a deadline passed
    /// @throws OperationCancelledException if it was cancelled
    default R get() throws IOException {
        return switch (this) {
            case Completed<R>(var value) -> value;
            case Short<R>(int moved, var op, long asked) ->
                    throw new OperationFailedException(
                            Errno.EIO,
                            op,
                            "moved " + moved + " of " + asked + " bytes, which ended its chain");
            case Failed<R>(var errno, var op, var detail) ->
                    throw new OperationFailedException(errno, op, detail);
            case TimedOut<R>(var op, var bound) ->
                    throw new DeadlineExceededException(op + " timed out: " + bound);
            case Cancelled<R>(var op, var reason) ->
                    throw new OperationCancelledException(op + " was cancelled: " + reason);
            case Skipped<R>(_, var cause) -> {
                cause.get();
                throw new IllegalStateException(
                        "skipped because of a link that completed: " + cause);
            }
        };
    }

    /// The same outcome with another result.
    default <S> Outcome<S> map(Function<? super R, ? extends S> change) {
        return switch (this) {
            case Completed<R>(var value) -> new Completed<>(change.apply(value));
            case Short<R>(int moved, var op, long asked) -> new Short<>(moved, op, asked);
            case Failed<R>(var errno, var op, var detail) -> new Failed<>(errno, op, detail);
            case TimedOut<R>(var op, var bound) -> new TimedOut<>(op, bound);
            case Cancelled<R>(var op, var reason) -> new Cancelled<>(op, reason);
            case Skipped<R>(var op, var cause) -> new Skipped<>(op, cause);
        };
    }

    /// The result on the right, or what happened instead on the left.
    default Either<Outcome<R>, R> toEither() {
        return this instanceof Completed<R>(var value) ? Either.right(value) : Either.left(this);
    }

    /// The result, or the exception of [#get].
    default Try<R> toTry() {
        return Try.of(this::get);
    }

    /// An outcome that is not a result, for another type of result.
    ///
    /// @throws IllegalStateException if this completed
    default <S> Outcome<S> withoutResult() {
        return map(
                value -> {
                    throw new IllegalStateException("it has a result: " + value);
                });
    }
}
