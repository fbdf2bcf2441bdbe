package dev.catena.ops;

import io.vavr.Tuple0;
import io.vavr.Tuple2;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/// Something a scope can run: an operation, a chain, or a composition in which a step needs the result of the one before.
///
/// A pipeline is a value: nothing happens until a scope runs it, and it can be run any number of times. Its steps are
/// interpreted on the loop, without a thread; functions given here run there and must not block. A function that throws
/// ends the pipeline with that exception.
///
/// @param <R> what it gives when it completes
public sealed interface Pipeline<R>
        permits Step,
                Chain,
                Pipeline.Done,
                Pipeline.Broken,
                Pipeline.Mapped,
                Pipeline.Then,
                Pipeline.Recovered,
                Pipeline.Within,
                Pipeline.Whole,
                Pipeline.Both,
                Pipeline.Race,
                Pipeline.Repeated,
                Pipeline.Ensured,
                Pipeline.ForEach,
                Pipeline.Sleep,
                Pipeline.Now {

    /// Gives `value` without doing anything.
    record Done<R>(R value) implements Pipeline<R> {
        @Override
        public String toString() {
            return "done(" + value + ")";
        }
    }

    /// Ends with `outcome` without doing anything.
    record Broken<R>(Outcome<R> outcome) implements Pipeline<R> {
        @Override
        public String toString() {
            return "failed(" + outcome + ")";
        }
    }

    /// `source`, its result changed.
    record Mapped<Q, R>(Pipeline<Q> source, Function<? super Q, ? extends R> change)
            implements Pipeline<R> {
        @Override
        public String toString() {
            return Words.pipeline(this);
        }
    }

    /// `source`, then what its result asks for.
    record Then<Q, R>(Pipeline<Q> source, Function<? super Q, ? extends Pipeline<R>> next)
            implements Pipeline<R> {
        @Override
        public String toString() {
            return Words.pipeline(this);
        }
    }

    /// `source`, or what its failure asks for.
    record Recovered<R>(
            Pipeline<R> source, Function<? super Outcome<R>, ? extends Pipeline<R>> remedy)
            implements Pipeline<R> {
        @Override
        public String toString() {
            return Words.pipeline(this);
        }
    }

    /// `source` with a deadline.
    record Within<R>(Pipeline<R> source, Duration duration) implements Pipeline<R> {
        /// Checks that the duration is not negative.
        public Within {
            Limits.duration("a time bound", duration);
        }

        @Override
        public String toString() {
            return Words.pipeline(this);
        }
    }

    /// A chain with a policy for transfers that move fewer bytes than asked for.
    record Whole<R>(Chain<R> chain, ShortTransfer policy) implements Pipeline<R> {
        /// Checks that what is behind a transfer waits for the whole of it.
        public Whole {
            var steps = chain.steps();
            for (int i = 0; policy != ShortTransfer.BREAK && i + 1 < steps.size(); i++) {
                if (steps.get(i).op() instanceof Op.Transfer transfer) {
                    if (!transfer.shortBreaksLink()) {
                        throw refused(
                                i,
                                steps.get(i),
                                "what is behind it would not wait for the rest; receive and send all (recvAll, sendAll)");
                    }
                    if (steps.get(i).tie() == Tie.HARD) {
                        throw refused(
                                i,
                                steps.get(i),
                                "what is tied hard to it would not wait for the rest, and would run again");
                    }
                }
            }
        }

        private static InvalidValueException refused(int link, Step<?> step, String why) {
            return new InvalidValueException("link " + link + ", " + step + ": " + why);
        }

        @Override
        public String toString() {
            return chain + ".onShort(" + policy + ")";
        }
    }

    /// Both at the same time, their results put together.
    record Both<A, B, R>(
            Pipeline<A> first,
            Pipeline<B> second,
            BiFunction<? super A, ? super B, ? extends R> together)
            implements Pipeline<R> {
        @Override
        public String toString() {
            return Words.pipeline(this);
        }
    }

    /// All at the same time; the first to complete wins.
    record Race<R>(List<Pipeline<R>> contestants) implements Pipeline<R> {
        /// Checks that there is someone to win.
        public Race {
            contestants = List.copyOf(contestants);
            if (contestants.isEmpty()) {
                throw new InvalidValueException("a race needs at least one contestant");
            }
        }

        @Override
        public String toString() {
            return Words.pipeline(this);
        }
    }

    /// `source` again and again, as long as its result says so.
    record Repeated<R>(Pipeline<R> source, Predicate<? super R> again) implements Pipeline<R> {
        @Override
        public String toString() {
            return Words.pipeline(this);
        }
    }

    /// `source`, and `cleanup` behind it: whatever happens, or only unless it completes.
    record Ensured<R>(Pipeline<R> source, Pipeline<?> cleanup, boolean always)
            implements Pipeline<R> {
        @Override
        public String toString() {
            return Words.pipeline(this);
        }
    }

    /// What `body` makes of each element of a multishot operation, one after the other.
    record ForEach<E>(Multishot<E> source, Function<? super E, ? extends Pipeline<?>> body)
            implements Pipeline<Long> {
        @Override
        public String toString() {
            return "forEach(" + source + ", …)";
        }
    }

    /// Waits in the loop's timer queue.
    record Sleep(Bound until) implements Pipeline<Tuple0> {
        @Override
        public String toString() {
            return "sleep(" + Words.time(until) + ")";
        }
    }

    /// The time on the driver's clock.
    record Now() implements Pipeline<Deadline> {
        @Override
        public String toString() {
            return "now()";
        }
    }

    /// This, its result changed by `change`.
    default <S> Pipeline<S> map(Function<? super R, ? extends S> change) {
        return new Mapped<>(this, change);
    }

    /// This, and when it has completed the pipeline that `next` makes of its result.
    default <S> Pipeline<S> then(Function<? super R, ? extends Pipeline<S>> next) {
        return new Then<>(this, next);
    }

    /// This, and where it does not complete the pipeline that `remedy` makes of its outcome. Where the scope or a time bound
    /// around it has ended it, no remedy is run.
    default Pipeline<R> recover(Function<? super Outcome<R>, ? extends Pipeline<R>> remedy) {
        return new Recovered<>(this, remedy);
    }

    /// This and `other` at the same time. If one does not complete, the other is cancelled, and waited for.
    default <B, S> Pipeline<S> zip(
            Pipeline<B> other, BiFunction<? super R, ? super B, ? extends S> together) {
        return new Both<>(this, other, together);
    }

    /// This and `other` at the same time, as a tuple.
    default <B> Pipeline<Tuple2<R, B>> zip(Pipeline<B> other) {
        return zip(other, Tuple2::new);
    }

    /// This again and again, as long as `again` holds for its result; the result is the one for which it did not.
    default Pipeline<R> repeatWhile(Predicate<? super R> again) {
        return new Repeated<>(this, again);
    }

    /// This, and `cleanup` when it has ended, however it ended, out of reach of the cancellation that may have ended it. If
    /// the clean-up does not complete although this has, its outcome is the outcome.
    default Pipeline<R> ensuring(Pipeline<?> cleanup) {
        return new Ensured<>(this, cleanup, true);
    }

    /// This, and `cleanup` when it has ended without completing: failed, cancelled, out of time or thrown by a function. Like that of
    /// [#ensuring] it is out of reach of what may have ended this; unlike [#recover] it changes nothing of the outcome.
    default Pipeline<R> onFailure(Pipeline<?> cleanup) {
        return new Ensured<>(this, cleanup, false);
    }

    /// This, cancelled when the whole of it has not ended `duration` after it began.
    ///
    /// @throws InvalidValueException if `duration` is negative
    default Pipeline<R> within(Duration duration) {
        return new Within<>(this, duration);
    }

    /// The submission queue entries it becomes, one line each, as the io_uring driver writes them, and in between what the
    /// loop does. Of what a function makes while it runs nothing can be said before.
    default String explain() {
        return Listing.of(this);
    }

    /// A drawing of it: a Mermaid flow chart (`flowchart LR`).
    default String toMermaid() {
        return Drawing.mermaid(this);
    }
}
