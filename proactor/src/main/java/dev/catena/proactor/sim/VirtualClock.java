package dev.catena.proactor.sim;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// The time of a simulated kernel, which passes when nothing else can happen: an hour of waiting takes no time at all.
///
/// *Automatic*, which it is unless told otherwise: when every loop waits, and an operation is in flight or a timer runs, the
/// time becomes that of the next thing that happens. *Manual*: it stands still until [#advance].
///
/// What runs takes no time: a loop that is busy without end keeps the clock from moving. May be used from any thread.
public final class VirtualClock {
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long LOOK_NANOS = 10_000_000;

    private final Machine machine;

    VirtualClock(Machine machine) {
        this.machine = machine;
    }

    /// How much time has passed since the kernel was made.
    public Duration elapsed() {
        return Duration.ofNanos(machine.nowNanos() - Machine.BOOT_NANOS);
    }

    /// The time as proactors on this kernel tell it (`proactor.nanoTime()`).
    public long nanoTime() {
        return machine.nowNanos();
    }

    /// From here on time passes only by [#advance].
    public VirtualClock manual() {
        try (var _ = machine.lock.hold()) {
            machine.manual(true);
        }
        return this;
    }

    /// From here on time passes by itself whenever everything waits.
    public VirtualClock automatic() {
        try (var _ = machine.lock.hold()) {
            machine.manual(false);
        }
        return this;
    }

    /// Lets time pass, as if somebody had waited: whatever happens meanwhile happens at its time, and the loops do what
    /// they have to do at each of these moments before time goes on. When this comes back they wait again.
    ///
    /// Called on a loop, it cannot wait for that one: then everything that happens meanwhile has happened, but the loop has
    /// not seen it yet.
    ///
    /// @throws IllegalArgumentException if the duration is negative
    /// @throws IllegalStateException if a loop does not come to rest within 10 seconds of real time
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + duration);
        }
        boolean onLoop = machine.isOnLoop();
        long target = machine.nowNanos() + duration.toNanos();
        for (boolean reached = false; !reached; ) {
            if (!onLoop) {
                awaitIdle();
            }
            try (var _ = machine.lock.hold()) {
                if (onLoop || machine.isIdle(true)) {
                    reached = machine.moveTowards(target);
                }
            }
        }
        if (!onLoop) {
            awaitIdle();
        }
    }

    /// Waits, in real time, until every loop waits and nothing can happen without time passing: what was started is then
    /// really in flight.
    ///
    /// @throws IllegalStateException if that does not come within 10 seconds of real time, or when called on a loop
    public void awaitIdle() {
        if (machine.isOnLoop()) {
            throw new IllegalStateException(
                    "a loop cannot wait until it waits: call awaitIdle from another thread");
        }
        var caller = Thread.currentThread();
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        try (var _ = machine.lock.hold()) {
            machine.watch(caller);
        }
        try {
            while (!isIdle()) {
                LockSupport.parkNanos(this, LOOK_NANOS);
                if (System.nanoTime() - giveUp > 0) {
                    throw new IllegalStateException(
                            "a loop did not come to rest within 10 seconds of real time: it computes, or waits for"
                                    + " something outside of the simulated kernel");
                }
            }
        } finally {
            try (var _ = machine.lock.hold()) {
                machine.unwatch(caller);
            }
        }
    }

    private boolean isIdle() {
        try (var _ = machine.lock.hold()) {
            return machine.isIdle(false);
        }
    }

    /// Such as `+3600s, automatic`.
    @Override
    public String toString() {
        try (var _ = machine.lock.hold()) {
            return "+" + elapsed() + ", " + (machine.isManual() ? "manual" : "automatic");
        }
    }
}
