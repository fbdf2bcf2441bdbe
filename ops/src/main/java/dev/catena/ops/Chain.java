package dev.catena.ops;

import io.vavr.Tuple;
import io.vavr.collection.Vector;
import io.vavr.control.Validation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Linked operations that the kernel runs one after the other, without coming back to the program in between.
///
/// A chain is submitted whole, in one `io_uring_enter`, or not at all. Each link starts when the one before has ended
/// and, unless tied [hard][Step#hard], only if it completed. Links carry no data: no result flows to the next link.
/// After ten operations the kernel goes on although they failed ([Op#failureBreaksLink]): `fallocate`, `fsync`, `hardLink`,
/// `makeDirectory`, `rename`, `shutdown`, `status`, `symbolicLink`, `truncate` and `unlink`. They are refused as soft links with
/// something behind them. Tied [hard][Step#hard] they say what will happen; what must not happen after a failure is composed:
/// `truncate(file, size).then(_ -> fsync(file))`.
///
/// Made by `Ops.link(...)`, whose results are tuples, and by [#ofAll], whose result is a list. Immutable; can be run any
/// number of times and by several scopes at once.
///
/// Source: `io_uring_linked_requests(7)`, and `KERNEL.md` where that page is wrong.
///
/// @param <R> the results of all links
public final class Chain<R> implements Pipeline<R> {

    /// How the results of the links become the result of the chain.
    private enum Shape {
        /// The result of the only link.
        SINGLE,
        /// A Vavr tuple of 2 to 8.
        TUPLE,
        /// A list of results.
        LIST,
        /// A list of outcomes; such a chain always completes.
        OUTCOMES
    }

    private final List<Step<?>> steps;
    private final Shape shape;
    private final List<Sqe> entries;

    private Chain(List<Step<?>> steps, Shape shape) {
        this.steps = steps;
        this.shape = shape;
        this.entries = entries(steps);
    }

    /// A chain of one link.
    public static <R> Chain<R> of(Step<R> step) {
        return new Chain<>(checked(List.of(step)), Shape.SINGLE);
    }

    /// A chain of any number of links that give the same.
    ///
    /// @throws InvalidValueException with all faults, if there are any
    public static <R> Chain<List<R>> ofAll(List<? extends Step<? extends R>> steps) {
        return new Chain<>(checked(List.copyOf(steps)), Shape.LIST);
    }

    /// The same as [#ofAll], with the faults as a value.
    public static <R> Validation<Vector<String>, Chain<List<R>>> validate(
            List<? extends Step<? extends R>> steps) {
        var faults = ChainFaults.of(List.copyOf(steps));
        return faults.isEmpty()
                ? Validation.valid(new Chain<>(List.copyOf(steps), Shape.LIST))
                : Validation.invalid(faults);
    }

    /// A chain of 2 to 8 links whose result is a tuple; the types are put right by `Ops.link`.
    static <R> Chain<R> tuple(Step<?>... steps) {
        return new Chain<>(checked(List.of(steps)), Shape.TUPLE);
    }

    /// The links, in order.
    public List<Step<?>> steps() {
        return steps;
    }

    /// The submission queue entries this becomes, link timeouts included, in order.
    public List<Sqe> entries() {
        return entries;
    }

    /// This chain with the outcome of each link for its result, whatever becomes of them: it always completes.
    public Chain<List<Outcome<?>>> each() {
        return new Chain<>(steps, Shape.OUTCOMES);
    }

    /// Whether the result is the list of the links' outcomes.
    public boolean givesOutcomes() {
        return shape == Shape.OUTCOMES;
    }

    /// This chain, cancelled by the kernel when the whole of it has not ended `duration` after it was submitted: the
    /// same absolute link timeout behind every link that has no bound of its own. (One at the end would bound the last
    /// link only; relative ones would start anew at each link.)
    ///
    /// @throws InvalidValueException if `duration` is negative
    @Override
    public Chain<R> within(Duration duration) {
        return boundedBy(new Bound.OfChain(duration));
    }

    /// This chain, each link cancelled by the kernel when it has not ended at `deadline`. Links with a bound of their own keep
    /// it; none skips its completion any more.
    public Chain<R> by(Deadline deadline) {
        return boundedBy(new Bound.At(deadline));
    }

    private Chain<R> boundedBy(Bound bound) {
        var bounded = new ArrayList<Step<?>>(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            boolean free =
                    step.bound() == null
                            && !ChainFaults.isLinkTimeout(step)
                            && !(i + 1 < steps.size()
                                    && ChainFaults.isLinkTimeout(steps.get(i + 1)));
            bounded.add(
                    free
                            ? new Prepared<>(step.op(), bound, step.tie(), step.drains(), false)
                            : step);
        }
        return new Chain<>(List.copyOf(bounded), shape);
    }

    /// The chain's result, made of its links' results in order.
    ///
    /// @param results one for each link; outcomes if [#givesOutcomes]
    @SuppressWarnings("unchecked") // the factories gave R the type that the shape makes
    public R combine(Object... results) {
        return (R)
                switch (shape) {
                    case SINGLE -> results[0];
                    case LIST, OUTCOMES -> List.of(results);
                    case TUPLE ->
                            switch (results.length) {
                                case 2 -> Tuple.of(results[0], results[1]);
                                case 3 -> Tuple.of(results[0], results[1], results[2]);
                                case 4 -> Tuple.of(results[0], results[1], results[2], results[3]);
                                case 5 ->
                                        Tuple.of(
                                                results[0],
                                                results[1],
                                                results[2],
                                                results[3],
                                                results[4]);
                                case 6 ->
                                        Tuple.of(
                                                results[0],
                                                results[1],
                                                results[2],
                                                results[3],
                                                results[4],
                                                results[5]);
                                case 7 ->
                                        Tuple.of(
                                                results[0],
                                                results[1],
                                                results[2],
                                                results[3],
                                                results[4],
                                                results[5],
                                                results[6]);
                                default ->
                                        Tuple.of(
                                                results[0],
                                                results[1],
                                                results[2],
                                                results[3],
                                                results[4],
                                                results[5],
                                                results[6],
                                                results[7]);
                            };
                };
    }

    /// This chain with a policy for transfers that move fewer bytes than asked for.
    public Pipeline<R> onShort(ShortTransfer policy) {
        return new Whole<>(this, policy);
    }

    /// The chain of this one's links from `first` on, that one replaced, giving their outcomes: what is left to do after a
    /// transfer that moved fewer bytes than asked for.
    public Chain<List<Outcome<?>>> restFrom(int first, Step<?> replacement) {
        var rest = new ArrayList<Step<?>>(steps.subList(first, steps.size()));
        rest.set(0, replacement);
        return new Chain<>(List.copyOf(rest), Shape.OUTCOMES);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Chain<?> chain && steps.equals(chain.steps) && shape == chain.shape;
    }

    @Override
    public int hashCode() {
        return Objects.hash(steps, shape);
    }

    /// As one would write it.
    @Override
    public String toString() {
        var whole =
                steps.stream().map(Step::bound).filter(Bound.OfChain.class::isInstance).findFirst();
        var links = steps.stream().map(step -> withoutBound(step, whole.orElse(null))).toList();
        var text =
                switch (shape) {
                    case SINGLE -> links.getFirst().toString();
                    case TUPLE -> "link(" + Words.list(links) + ")";
                    case LIST -> "linkAll(" + links + ")";
                    case OUTCOMES ->
                            (links.size() >= 2 && links.size() <= 8
                                            ? "link(" + Words.list(links) + ")"
                                            : "linkAll(" + links + ")")
                                    + ".each()";
                };
        return whole.isPresent() && whole.get() instanceof Bound.OfChain(var duration)
                ? text + ".within(" + duration + ")"
                : text;
    }

    /// A link as it was before the chain was bounded as a whole.
    private static Step<?> withoutBound(Step<?> step, @Nullable Bound bound) {
        return bound == null || !bound.equals(step.bound())
                ? step
                : new Prepared<>(step.op(), null, step.tie(), step.drains(), step.silent());
    }

    private static List<Step<?>> checked(List<Step<?>> steps) {
        var faults = ChainFaults.of(steps);
        if (!faults.isEmpty()) {
            throw new InvalidValueException(faults);
        }
        return steps;
    }

    private static List<Sqe> entries(List<Step<?>> steps) {
        var entries = new ArrayList<Sqe>(steps.size() * 2);
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            var bound =
                    ChainFaults.isLinkTimeout(step)
                            ? null
                            : step.bound(); // which says its own time
            boolean hasNext = i + 1 < steps.size();
            int tie =
                    hasNext || bound != null
                            ? (step.tie() == Tie.HARD ? Sqe.HARDLINK : Sqe.LINK)
                            : 0;
            int flags = Sqe.flagsOf(step.op()) | tie;
            flags |= step.drains() ? Sqe.DRAIN : 0;
            flags |= step.silent() ? Sqe.SKIP_SUCCESS : 0;
            entries.add(new Sqe(step.op(), flags, i, false));
            if (bound != null) {
                entries.add(new Sqe(new LinkTimeout(bound), hasNext ? Sqe.LINK : 0, i, true));
            }
        }
        return List.copyOf(entries);
    }
}
