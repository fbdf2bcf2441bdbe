package dev.catena.scope;

import dev.catena.ops.Bound;
import dev.catena.ops.Chain;
import dev.catena.ops.Op;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.ops.Prepared;
import dev.catena.ops.ShortTransfer;
import dev.catena.ops.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chain whose transfers are to be whole: what a transfer left over is submitted again, with the links behind it, or the
/// chain ends there, as its policy says. Loop thread only.
final class WholeRun<R> extends Composite<R> {
    private final Chain<R> chain;
    private final ShortTransfer policy;

    // the outcomes of the links that are done
    private final List<Outcome<?>> outcomes = new ArrayList<>();

    // when it began: a bound of the whole chain counts from here, however often it is submitted
    private long startNanos;

    // what the first link that is not done has moved so far
    private int moved;
    private Operation<List<Outcome<?>>> current;

    WholeRun(LiveScope scope, Pipeline.Whole<R> whole, int shields, int depth) {
        super(scope, shields, depth);
        chain = whole.chain();
        policy = whole.policy();
        current = scope.admission().of(chain.each());
    }

    @Override
    void begin() {
        startNanos = scope().loop().nanoTime();
        submit();
    }

    private void submit() {
        current.countFrom(startNanos);
        admit(current, stop() == null ? boundPassed() : stop(), shields());
        current.whenEnded(this::submissionEnded);
    }

    /// The bound of the whole chain, if its time is up: the kernel would still start what need not wait.
    private @Nullable Stop boundPassed() {
        for (var step : chain.steps()) {
            if (step.bound() instanceof Bound.OfChain bound
                    && bound.from(startNanos).nanos() - scope().loop().nanoTime() <= 0) {
                return new Stop.Expired(this, Verdict.named(bound));
            }
        }
        return null;
    }

    private void submissionEnded() {
        if (current.verdict() instanceof Outcome.Completed<List<Outcome<?>>>(var links)) {
            linksEnded(links);
        } else {
            end(current.verdict(), null);
        }
    }

    private void linksEnded(List<Outcome<?>> links) {
        for (int i = 0; i < links.size(); i++) {
            var op = chain.steps().get(outcomes.size()).op();
            var outcome = i == 0 && moved > 0 ? withMovedBefore(links.get(0), op) : links.get(i);
            if (op instanceof Op.Transfer transfer && policy != ShortTransfer.BREAK) {
                int now = movedBy(links.get(i));
                int total = i == 0 ? moved + now : now;
                if (now >= 0 && total < transfer.sizeBytes()) {
                    if (policy == ShortTransfer.RETRY && now > 0) {
                        moved = total;
                        retryRest(outcomes.size(), transfer.remainder(total));
                        return;
                    }
                    outcome = new Outcome.Short<>(total, op, transfer.sizeBytes());
                }
            }
            outcomes.add(outcome);
            if (!outcome.isCompleted()) {
                outcomes.addAll(links.subList(i + 1, links.size()));
                break;
            }
        }
        end(Verdict.together(chain, outcomes), null);
    }

    /// The bytes that a link has moved; -1 if it was not a transfer that ran to its end.
    private static int movedBy(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Completed<?>(Integer bytes) -> bytes;
            case Outcome.Short<?>(int bytes, _, _) -> bytes;
            default -> -1;
        };
    }

    private Outcome<?> withMovedBefore(Outcome<?> outcome, Op<?> op) {
        return outcome instanceof Outcome.Completed<?>(Integer bytes) && op instanceof Op.Transfer
                ? new Outcome.Completed<>(moved + bytes)
                : outcome;
    }

    /// From the loop, which what it throws would end.
    private void retryRest(int link, Op.Transfer rest) {
        try {
            retry(link, rest);
        } catch (RuntimeException | Error thrown) {
            if (hasEnded()) {
                throw thrown;
            }
            end(null, thrown);
        }
    }

    private void retry(int link, Op.Transfer rest) {
        Step<?> step = chain.steps().get(link);
        Step<?> again = new Prepared<>(rest, step.bound(), step.tie(), false, false);
        current = scope().admission().of(chain.restFrom(link, again));
        submit();
    }

    @Override
    void stopped(Stop why) {
        current.stop(why);
    }

    @Override
    public String toString() {
        return chain + ".onShort(" + policy + ")";
    }
}
