package dev.catena.proactor.loop;

import dev.catena.proactor.driver.Driver;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;

/// What a loop shows of itself to the watchdog: that it goes round, and what it runs.
///
/// The loop writes, the watchdog looks now and then: a plain write a task and an opaque one a round is all that it costs.
public final class Heartbeat {
    private static final VarHandle ROUND;

    static {
        try {
            ROUND = MethodHandles.lookup().findVarHandle(Heartbeat.class, "round", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long thresholdNanos;
    private final BooleanSupplier asleep;

    // written by the loop, read by the watchdog
    private long round;

    // the watchdog's
    private long roundSeen = -1;
    private long sinceNanos;
    private volatile long lookedNanos;
    private boolean reported;

    /// @param thresholdNanos how long a round may take
    /// @param asleep whether the loop waits for something to do, which is no stall
    public Heartbeat(long thresholdNanos, BooleanSupplier asleep) {
        this.thresholdNanos = thresholdNanos;
        this.asleep = asleep;
    }

    /// Says that another round begins (loop thread).
    public void beat() {
        ROUND.setOpaque(this, round + 1);
    }

    /// Looks at the loop (watchdog).
    ///
    /// @return how long it has been in its round if that is too long and was not said before, in nanoseconds; else 0
    public long stalledNanos(long nowNanos) {
        lookedNanos = nowNanos;
        long current = (long) ROUND.getOpaque(this);
        if (current != roundSeen || asleep.getAsBoolean()) {
            roundSeen = current;
            sinceNanos = nowNanos;
            reported = false;
            return 0;
        }
        long stalled = nowNanos - sinceNanos;
        if (stalled < thresholdNanos || reported) {
            return 0;
        }
        reported = true;
        return stalled;
    }

    /// The time for ages, which nobody reads closely: as of a quarter of the threshold ago or less, since to look costs 20 ns.
    long coarseNanos(Driver driver) {
        long looked = lookedNanos; // 0 as long as nobody has
        return looked != 0 && driver.keepsMachineTime() ? looked : driver.nanoTime();
    }

    long thresholdNanos() {
        return thresholdNanos;
    }
}
