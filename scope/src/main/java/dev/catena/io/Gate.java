package dev.catena.io;

import static dev.catena.ops.Ops.sleep;

import dev.catena.ops.Deadline;
import dev.catena.ops.Pipeline;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import io.vavr.Tuple0;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where one thread waits, in a scope, for another thread to let it go on; the scope's end ends the wait, or a time does. Opened
/// while nobody waits, it lets the next one through at once.
final class Gate {
    private boolean open;
    private @Nullable Pending<Tuple0> waiting;

    /// Lets whoever waits, or waits next, go on. From any thread.
    void open() {
        Pending<Tuple0> waiter;
        synchronized (this) {
            open = true;
            waiter = waiting;
        }
        if (waiter != null) {
            waiter.cancel("the gate was opened");
        }
    }

    /// Waits until it is opened, and closes it behind the one that it lets through.
    ///
    /// @throws dev.catena.ops.OperationCancelledException if the scope ends before
    void await(Scope scope) throws IOException {
        await(scope, sleep(Deadline.NEVER));
    }

    /// Waits until it is opened, or until `limit` has passed.
    ///
    /// @throws dev.catena.ops.OperationCancelledException if the scope ends before
    void await(Scope scope, Duration limit) throws IOException {
        await(scope, sleep(limit));
    }

    private void await(Scope scope, Pipeline<Tuple0> sleep) throws IOException {
        if (pass()) {
            return;
        }
        var sleeper = scope.start(sleep);
        synchronized (this) {
            waiting = sleeper;
        }
        if (isOpen()) {
            sleeper.cancel("the gate was open");
        }
        var outcome = sleeper.outcome();
        synchronized (this) {
            waiting = null;
        }
        if (!pass()) {
            var _ = outcome.get();
        }
    }

    private synchronized boolean isOpen() {
        return open;
    }

    private synchronized boolean pass() {
        boolean was = open;
        open = false;
        return was;
    }
}
