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
/// waits for the rest: one timer, however many resets.
///
/// It is something that its scope does: a scope whose body has returned waits for its timers, so cancel those that are no
/// longer needed. If the action throws, the scope fails. Threads: see the methods.
public final class Timer {
    private final Scope scope;
    private final Duration after;
    private final Runnable action;

    // when it comes due unless it is reset; written by whoever resets it
    private volatile Deadline due;

    // written by whoever restarts it, read by any thread
    private volatile Pending<?> running;

    /// Starts when it is made.
    ///
    /// @param action what it does, on the loop, where it must not block: cancel a scope, for example
    Timer(Scope scope, Duration after, Runnable action) {
        this.scope = scope;
        this.after = Ticks.notNegative("the time of a timer", after);
        this.action = action;
        this.due = fromNow();
        this.running = scope.start(waiting());
    }

    private Pipeline<Boolean> waiting() {
        return now().then(_ -> sleep(due))
                .then(_ -> now())
                .repeatWhile(now -> now.compareTo(due) < 0)
                .then(
                        _ -> {
                            action.run();
                            return done(true);
                        });
    }

    private Deadline fromNow() {
        return Deadline.after(scope.proactor().nanoTime(), after);
    }

    /// Puts it off: it comes due its whole time from now. Does nothing if it has come due or was cancelled. Any thread.
    public void reset() {
        due = fromNow();
    }

    /// Starts it anew: it comes due at `instant`, earlier or later than before, also if it had come due or was cancelled. This
    /// costs a timer in the queue, unlike [#reset]. For one thread at a time, and not from the action.
    ///
    /// @throws IllegalStateException if the scope is closed
    public void restart(Deadline instant) {
        running.cancel("the timer was started anew");
        due = instant;
        running = scope.start(waiting());
    }

    /// Ends it without it having come due; does nothing if it has. Any thread.
    public void cancel() {
        running.cancel("the timer was cancelled");
    }

    /// When it comes due, or came due, or would have. Any thread.
    public Deadline due() {
        return due;
    }

    /// Whether it waits. Any thread.
    public boolean isRunning() {
        return !running.isDone();
    }
}
