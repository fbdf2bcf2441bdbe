package dev.catena.scope;

import dev.catena.ops.Chain;
import dev.catena.ops.Op;
import dev.catena.ops.Step;
import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.loop.EventLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How operations come into a scope: made or used again, given its deadline, and published unless it refuses them. Loop thread
/// only.
final class Admission {
    private static final int MOST_SPARES = 256;

    private final LiveScope scope;
    private final EventLoop loop;

    // operations to use again, linked by their `next`: what is awaited allocates nothing
    private @Nullable Operation<?> spares;
    private int spareCount;

    // the last chain that was given the scope's deadline, so that one that is run again and again
    // is not copied each time
    private @Nullable Chain<?> lastChain;
    private @Nullable Chain<?> lastBounded;

    Admission(LiveScope scope, EventLoop loop) {
        this.scope = scope;
        this.loop = loop;
    }

    /// An operation of this scope, not yet admitted.
    <R> Operation<R> of(Step<R> step) {
        return step instanceof Op<R> op ? new Operation<>(scope, op) : of(Chain.of(step));
    }

    /// A chain of this scope, with the scope's deadline behind every link that has no bound: a bound at its end would not
    /// bound the chain. A single operation is watched by the scope's own timer instead, which is cheaper.
    <R> Operation<R> of(Chain<R> chain) {
        boolean isBounded = !scope.deadline().isNever() && chain.steps().size() > 1;
        return new Operation<>(scope, isBounded ? bounded(chain) : chain);
    }

    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // kept for the very chain it was made of
    private <R> Chain<R> bounded(Chain<R> chain) {
        var kept = lastBounded;
        if (kept == null || lastChain != chain) {
            kept = chain.by(scope.deadline());
            lastChain = chain;
            lastBounded = kept;
        }
        return (Chain<R>) kept;
    }

    /// Publishes an operation, or ends it at once if it must not be.
    ///
    /// @throws IllegalStateException if a buffer of it is in use; nothing happened then
    void admit(Operation<?> operation) {
        var why = operation.isShielded() ? null : scope.refusal();
        if (why != null) {
            operation.refuse(why);
        } else {
            publish(operation);
        }
    }

    /// An operation of this scope, not yet admitted, that is to be [given back][#reuseLater] when it has ended.
    <R> Operation<R> reused(Op<R> op) {
        var spare = spares;
        if (spare == null) {
            return new Operation<>(scope, op);
        }
        spares = spare.next;
        spareCount--;
        return spare.begin(op);
    }

    /// Takes back an operation that has ended and that nobody holds any more. Not while it is recorded where operations are submitted:
    /// that is the operation's for good.
    void reuseLater(Operation<?> operation) {
        if (spareCount < MOST_SPARES && operation.hasEnded() && !loop.capturesSites()) {
            operation.reset();
            operation.next = spares;
            spares = operation;
            spareCount++;
        }
    }

    /// Publishes what nothing stands against: also what the scope itself does as it ends.
    <R> void publish(Operation<R> operation) {
        var refused = operation.refusedBecauseClosed();
        if (refused != null) {
            operation.refuse(refused);
            return;
        }
        loop.check(operation);
        operation.hold();
        if (loop.counters().arrears > 0) {
            operation.serve();
        }
        scope.flights().add(operation);
        var closes = operation.closes();
        operation.enterAllBut(
                closes); // at once: what it uses must not be closed while what it closes is drained
        if (closes.isEmpty()) {
            submit(operation, closes);
        } else {
            new DescriptorDrain(loop, closes, () -> submit(operation, closes)).begin();
        }
    }

    private void submit(Operation<?> operation, List<Descriptor> closes) {
        operation.enter(closes);
        loop.submit(operation);
    }
}
