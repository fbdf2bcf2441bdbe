package dev.catena.scope;

import dev.catena.ops.Bound;
import dev.catena.ops.Chain;
import dev.catena.ops.Deadline;
import dev.catena.ops.Errno;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Op;
import dev.catena.ops.Outcome;
import dev.catena.ops.Sqe;
import dev.catena.ops.Step;
import dev.catena.ops.Tie;
import dev.catena.ops.Timeout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of the links of a chain, told from the results of their entries.
///
/// The rule is to decide from the operation's own completion alone. The one of its link timeout may come first and may
/// say that it fired although the operation was done: it is asked only where the operation was cancelled, to tell a bound
/// that fired from a cancel that was asked for.
final class Verdict {
    private static final int ECANCELED = -Errno.ECANCELED.number();
    private static final int EINTR = -Errno.EINTR.number();
    private static final int ETIME = -Errno.ETIME.number();

    private Verdict() {}

    /// The outcomes of all links, in order.
    ///
    /// @param results of every entry
    /// @param values of every entry that gave something else than its number, else null
    /// @param stop why the chain was asked to end, or null
    /// @param deadline the scope's, which is behind links that have no bound of their own
    /// @param expired what that deadline makes of an operation
    /// @param elsewhere why an operation may have been cancelled that nobody here asked for
    static List<Outcome<?>> of(
            Chain<?> chain,
            int[] results,
            @Nullable Object[] values,
            @Nullable Stop stop,
            Deadline deadline,
            Stop.Expired expired,
            String elsewhere) {
        var steps = chain.steps();
        var outcomes = new ArrayList<Outcome<?>>(steps.size());
        Outcome<?> broken = null;
        for (int entry = 0; entry < results.length; entry++) {
            var sqe = chain.entries().get(entry);
            if (sqe.isBound()) {
                continue;
            }
            var step = steps.get(sqe.step());
            Outcome<?> outcome;
            boolean fired = boundFired(chain, entry, results);
            if (wasCancelled(step.op(), results[entry], fired || stop != null)) {
                if (broken != null) {
                    outcome = new Outcome.Skipped<>(step.op(), broken);
                } else if (fired && !(stop instanceof Stop.Expired)) {
                    var bound = ((LinkTimeout) chain.entries().get(entry + 1).op()).bound();
                    outcome =
                            bound.equals(new Bound.At(deadline))
                                    ? expired.outcome(step.op())
                                    : new Outcome.TimedOut<>(step.op(), named(bound));
                } else if (stop != null) {
                    outcome = stop.outcome(step.op());
                } else {
                    var later = refusedLater(chain, entry, results);
                    outcome =
                            later == null
                                    ? new Outcome.Cancelled<>(step.op(), elsewhere)
                                    : new Outcome.Skipped<>(step.op(), later);
                }
            } else {
                boolean followed = isFollowed(steps, sqe.step());
                boolean breaks = followed && step.tie() == Tie.SOFT;
                outcome = started(step.op(), results[entry], values[entry], breaks);
            }
            outcomes.add(outcome);
            // What never started passes on what broke the chain before it, whatever its own tie;
            // and a
            // link timeout is not a link of its own for the kernel.
            if (!(outcome instanceof Outcome.Skipped) && !(step.op() instanceof LinkTimeout)) {
                broken = outcome.isCompleted() || step.tie() == Tie.HARD ? null : outcome;
            }
        }
        return outcomes;
    }

    /// A bound of a link or chain, in words.
    static String named(Bound bound) {
        return "its bound " + bound;
    }

    /// Whether a link waits for another: not its link timeout, which is no link of its own.
    private static boolean isFollowed(List<Step<?>> steps, int link) {
        int next = link + 1;
        return next + 1 < steps.size()
                || (next < steps.size() && !(steps.get(next).op() instanceof LinkTimeout));
    }

    /// What became of an operation on its own.
    static Outcome<?> single(
            Op<?> op, int result, @Nullable Object value, @Nullable Stop stop, String elsewhere) {
        if (wasCancelled(op, result, stop != null)) {
            return stop == null ? new Outcome.Cancelled<>(op, elsewhere) : stop.outcome(op);
        }
        return started(op, result, value, false);
    }

    /// What became of an operation that ran to its end.
    ///
    /// @param breaksLink whether a short transfer ends a soft link
    private static Outcome<?> started(
            Op<?> op, int result, @Nullable Object value, boolean breaksLink) {
        if (op instanceof LinkTimeout || (op instanceof Timeout && result == ETIME)) {
            return Results.completed(op, 0, value);
        }
        if (result < 0) {
            var errno = Errno.of(result);
            return new Outcome.Failed<>(
                    errno, op, errno == Errno.UNKNOWN ? "number " + -result : "");
        }
        if (breaksLink
                && op instanceof Op.Transfer transfer
                && transfer.shortBreaksLink()
                && result < transfer.sizeBytes()) {
            return new Outcome.Short<>(result, op, transfer.sizeBytes());
        }
        return Results.completed(op, result, value);
    }

    /// Whether a result says that the operation was cancelled. The kernel says `EINTR` of one that was interrupted in
    /// the middle; without a reason to cancel it, that is a failure like any other.
    private static boolean wasCancelled(Op<?> op, int result, boolean hasReason) {
        return !(op instanceof LinkTimeout)
                && (result == ECANCELED || (result == EINTR && hasReason));
    }

    /// Whether the operation of an entry has a link timeout that says that it fired. Of a `waitid` or futex that it has cancelled
    /// Linux says how many those were in place of -ETIME (docs/kernel-notes.md).
    private static boolean boundFired(Chain<?> chain, int entry, int[] results) {
        return entry + 1 < results.length
                && isLinkTimeout(chain.entries().get(entry + 1))
                && (results[entry + 1] == ETIME || results[entry + 1] > 0);
    }

    private static boolean isLinkTimeout(Sqe sqe) {
        return sqe.op() instanceof LinkTimeout;
    }

    /// The failure of a link behind this one that the kernel refused at once: that fails the links before it, too.
    private static @Nullable Outcome<?> refusedLater(Chain<?> chain, int entry, int[] results) {
        for (int later = entry + 1; later < results.length; later++) {
            var op = chain.entries().get(later).op();
            if (results[later] < 0 && !(op instanceof LinkTimeout) && results[later] != ECANCELED) {
                return new Outcome.Failed<>(
                        Errno.of(results[later]),
                        op,
                        "refused as it was submitted, with its chain");
            }
        }
        return null;
    }

    /// The outcome that stands for all: the first that is not a result, or the results put together.
    @SuppressWarnings("unchecked") // the chain's shape makes R of its links' results
    static <R> Outcome<R> together(Chain<R> chain, List<Outcome<?>> outcomes) {
        if (chain.givesOutcomes()) {
            return new Outcome.Completed<>(chain.combine(outcomes.toArray()));
        }
        var values = new Object[outcomes.size()];
        for (int i = 0; i < values.length; i++) {
            if (outcomes.get(i) instanceof Outcome.Completed<?>(Object value)) {
                values[i] = value;
            } else {
                return (Outcome<R>) outcomes.get(firstCause(outcomes, i));
            }
        }
        return new Outcome.Completed<>(chain.combine(values));
    }

    /// A link that was refused at once makes those before it skipped: it is the one to name.
    private static int firstCause(List<Outcome<?>> outcomes, int first) {
        for (int i = first; i < outcomes.size(); i++) {
            if (!(outcomes.get(i) instanceof Outcome.Skipped)) {
                return i;
            }
        }
        return first;
    }

    /// The outcomes of all links when the chain was not published because one of them was refused.
    static List<Outcome<?>> refused(Chain<?> chain, Op<?> culprit, Outcome<?> failure) {
        return chain.steps().stream()
                .<Outcome<?>>map(
                        step ->
                                step.op() == culprit
                                        ? failure
                                        : new Outcome.Skipped<>(step.op(), failure))
                .toList();
    }

    /// The outcome that every link of a chain has when the chain was not published.
    static List<Outcome<?>> all(List<Step<?>> steps, Stop stop) {
        return steps.stream().<Outcome<?>>map(step -> stop.outcome(step.op())).toList();
    }
}
