package dev.catena.proactor.loop;

/// A standing timer in the loop's queue. Loop thread only.
public abstract class LoopTimer {
    static final int IDLE = -1;

    long deadlineNanos;
    int place = IDLE;

    /// Not armed.
    protected LoopTimer() {}

    /// The time has come; the timer is no longer armed.
    protected abstract void expired();

    /// Whether it waits for its time.
    public final boolean isArmed() {
        return place != IDLE;
    }

    /// When it expires, on the driver's clock.
    public final long deadlineNanos() {
        return deadlineNanos;
    }
}
