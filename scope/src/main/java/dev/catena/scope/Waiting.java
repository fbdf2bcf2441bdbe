package dev.catena.scope;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.OperationCancelledException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A thread that waits in a scope for something that is not the kernel's: it belongs to the scope as an operation does.
/// Made by the thread that waits.
abstract class Waiting {
    private final LiveScope scope;
    private final Latch latch = new Latch();

    // null while it waits; then what ended that, a Stop or anything else: the first wins
    private final AtomicReference<@Nullable Object> end = new AtomicReference<>();

    // the scope's: where it is among its contents
    Bag.@Nullable Place<Waiting> place;

    Waiting(LiveScope scope) {
        this.scope = scope;
    }

    /// What waits, for messages.
    @Override
    public abstract String toString();

    /// The scope has taken it (loop thread).
    abstract void begin();

    /// It has ended, and the scope still has it (loop thread).
    void ended() {}

    final LiveScope scope() {
        return scope;
    }

    /// Waits until it is [opened][#open] or stopped.
    ///
    /// @throws OperationCancelledException if the scope was cancelled first
    /// @throws DeadlineExceededException if the scope's time was up first
    final void await() throws IOException {
        var loop = scope.loop();
        loop.checkMayWait();
        loop.perform(() -> scope.admit(this));
        latch.await(scope::interrupted);
        loop.perform(() -> scope.ended(this));
        switch (end.get()) {
            case Stop.Expired(_, var bound) ->
                    throw new DeadlineExceededException(this + " timed out: " + bound);
            case Stop.Asked(var reason) ->
                    throw new OperationCancelledException(this + " was cancelled: " + reason);
            case Stop.Decided(var reason) ->
                    throw new OperationCancelledException(this + " was cancelled: " + reason);
            case null, default -> {}
        }
    }

    /// Says how it ends, without ending it yet (any thread).
    ///
    /// @return whether this is how it ends, and not otherwise
    final boolean claim(Object how) {
        return end.compareAndSet(null, how);
    }

    /// Lets the waiter go on, once it is claimed (any thread).
    final void open() {
        latch.run();
    }

    /// Whether it was stopped before anything else ended it.
    final boolean isStopped() {
        return end.get() instanceof Stop;
    }

    /// Asks for its end (loop thread).
    final void stop(Stop why) {
        if (claim(why)) {
            open();
        }
    }
}
