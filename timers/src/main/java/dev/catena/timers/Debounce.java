package dev.catena.timers;

import dev.catena.ops.Deadline;
import dev.catena.ops.Ops;
import dev.catena.ops.Pipeline;
import dev.catena.scope.Scope;
import java.time.Duration;

/// Does something once a burst of calls is over: each call puts it off until there was none for a time.
///
/// While it waits it is something that its scope does: a scope whose body has returned waits for it. If the action throws, the
/// scope fails.
public final class Debounce {
    private final Scope scope;
    private final Duration quiet;
    private final Runnable action;

    // guarded by this
    private Deadline due = Deadline.NEVER;
    private boolean waiting;

    Debounce(Scope scope, Duration quiet, Runnable action) {
        this.scope = scope;
        this.quiet = Ticks.notNegative("the quiet time of a debounce", quiet);
        this.action = action;
    }

    /// Something has happened: the action runs when nothing more has for the time given, on the loop, where it must not block.
    /// May be called from any thread, but not from a function of a pipeline, nor from the action.
    ///
    /// @throws IllegalStateException if the scope is closed
    public void call() {
        synchronized (this) {
            due = Deadline.after(scope.proactor().nanoTime(), quiet);
            if (waiting) {
                return;
            }
            waiting = true;
        }
        boolean started = false;
        try {
            scope.start(
                    Ops.now()
                            .then(_ -> Ops.sleep(due()))
                            .then(_ -> Ops.now())
                            .repeatWhile(now -> !isOver(now))
                            .then(_ -> act()));
            started = true;
        } finally {
            if (!started) {
                notStarted();
            }
        }
    }

    private synchronized void notStarted() {
        waiting = false;
    }

    private synchronized Deadline due() {
        return due;
    }

    /// Whether the burst is over; from then on a call begins another.
    private synchronized boolean isOver(Deadline now) {
        waiting = now.compareTo(due) < 0;
        return !waiting;
    }

    private Pipeline<Boolean> act() {
        action.run();
        return Ops.done(true);
    }
}
