package dev.catena.timers;

import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.now;
import static dev.catena.ops.Ops.sleep;

import dev.catena.ops.Deadline;
import dev.catena.ops.Pipeline;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import java.time.Duration;

/// A timer that is put off by each sign of life: an idle connection's, say. When nothing has reset it for its time, it does
/// what it was made for, once.
///
/// A reset only notes the time. The timer in the loop's queue comes due as if there had been none, sees that there was, and
/// waits for the rest: one timer, however many resets. All methods may be called from any thread.
public final class Timer {
    private final Scope scope;
    private final Duration after;

    // when it comes due unless it is reset; written by whoever resets it
    private volatile Deadline due;
    private final Pending<?> running;

    /// Starts when it is made.
    ///
    /// @param action what it does, on the loop, where it must not block: cancel a scope, for example
    Timer(Scope scope, Duration after, Runnable action) {
        this.scope = scope;
        this.after = after;
        this.due = Deadline.after(scope.proactor().nanoTime(), after);
        this.running =
                scope.start(
                        now().then(_ -> sleep(due))
                                .then(_ -> now())
                                .repeatWhile(now -> now.compareTo(due) < 0)
                                .then(_ -> act(action)));
    }

    private static Pipeline<Boolean> act(Runnable action) {
        action.run();
        return done(true);
    }

    /// Puts it off: it comes due its whole time from now. Does nothing if it has come due or was cancelled.
    public void reset() {
        due = Deadline.after(scope.proactor().nanoTime(), after);
    }

    /// Ends it without it having come due.
    public void cancel() {
        running.cancel("the timer was cancelled");
    }

    /// Whether it waits.
    public boolean isRunning() {
        return !running.isDone();
    }
}
