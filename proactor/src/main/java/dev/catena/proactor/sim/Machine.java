package dev.catena.proactor.sim;

import dev.catena.ops.Op;
import dev.catena.proactor.loop.EventLoop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The simulated machine: its time, what will happen in it, and everything that its rings share.
///
/// Nothing runs by itself. What happens is on the [Agenda], and is done by the thread of a ring that waits (or by the
/// thread that advances the clock), with the lock held. Time stands still while a loop runs; it goes to the next thing on
/// the agenda when all loops wait and none has anything to do. That is never done for nothing's sake: a ring with
/// nothing in flight and no timer waits without limit, and time with it, so that a test's thread may take its time between
/// two scopes.
///
/// Guarded by the lock, but for what says otherwise.
final class Machine {
    /// A monotonic clock begins anywhere.
    static final long BOOT_NANOS = 1_000_000_000_000L;

    private static final Instant WALL_AT_BOOT = Instant.parse("2000-01-01T00:00:00Z");

    final KernelLock lock = new KernelLock();
    final Capacity capacity;
    final Decisions decisions;
    final Faults faults;
    final Trail trail = new Trail(lock);
    final DescriptorTable descriptors = new DescriptorTable(this);
    final FileTree files;
    final Network network = new Network(this);
    final Futexes futexes = new Futexes();
    final List<String> violations = new ArrayList<>();
    // looked through by any thread, without the lock
    final List<SimulatedDriver> rings = new CopyOnWriteArrayList<>();
    final List<EventLoop> loops = new CopyOnWriteArrayList<>();

    private final Agenda agenda = new Agenda();
    private final List<Thread> watchers = new ArrayList<>();
    private boolean manual;
    private long inodes;
    private long requests;

    // written with the lock held, read by any thread
    private volatile long nowNanos = BOOT_NANOS;

    Machine(Schedule schedule, Capacity capacity) {
        this.capacity = capacity;
        decisions = new Decisions(schedule);
        faults = new Faults(this);
        files = new FileTree(this);
    }

    // ---------------------------------------------------------------- time

    /// The time (any thread).
    long nowNanos() {
        return nowNanos;
    }

    Instant wallTime() {
        return WALL_AT_BOOT.plusNanos(nowNanos - BOOT_NANOS);
    }

    /// When a time of day comes, given in nanoseconds since 1970.
    long nanosAt(long epochNanos) {
        return BOOT_NANOS + epochNanos - WALL_AT_BOOT.getEpochSecond() * 1_000_000_000;
    }

    boolean isManual() {
        return manual;
    }

    void manual(boolean isManual) {
        manual = isManual;
        nudgeRings();
    }

    /// Does something at this time, in the schedule's order.
    Agenda.Entry soon(Runnable action) {
        return agenda.add(nowNanos, decisions.rank(), action);
    }

    /// Does something when time has passed.
    Agenda.Entry after(long delayNanos, Runnable action) {
        return at(nowNanos + delayNanos, action);
    }

    /// Does something at a time; at this time if that is past.
    Agenda.Entry at(long timeNanos, Runnable action) {
        return agenda.add(Math.max(timeNanos, nowNanos), decisions.rank(), action);
    }

    /// The place of something among what happens at the same time, for [#inPlace].
    int rank() {
        return decisions.rank();
    }

    /// Does something when time has passed, in its place.
    Agenda.Entry inPlace(long delayNanos, int rank, Runnable action) {
        return agenda.add(nowNanos + delayNanos, rank, action);
    }

    /// Does what is due.
    void runDue() {
        while (agenda.runNext(nowNanos)) {}
    }

    /// Lets time pass for as long as all loops wait for it, and wakes those that have something to do.
    void progress() {
        while (cares() && isIdle(true)) {
            long next = agenda.nextNanos();
            if (next > nowNanos) {
                next = Math.min(next, nextDeadline());
                if (manual || next == Long.MAX_VALUE || hasOutside()) {
                    break;
                }
                nowNanos = next;
            }
            runDue();
        }
        wakeReadyRings();
    }

    /// Moves the clock to a time, or to the next thing that happens if that is earlier, and does what is due then.
    ///
    /// @return whether the time was reached
    boolean moveTowards(long timeNanos) {
        long next = Math.min(agenda.nextNanos(), nextDeadline());
        nowNanos = Math.max(nowNanos, Math.min(next, timeNanos));
        runDue();
        wakeReadyRings();
        return nowNanos >= timeNanos;
    }

    private long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (var ring : rings) {
            next = Math.min(next, ring.deadlineNanos());
        }
        return next;
    }

    /// Whether anything waits for time to pass.
    private boolean cares() {
        for (var ring : rings) {
            if (ring.hasInFlight() || ring.deadlineNanos() != Long.MAX_VALUE) {
                return true;
            }
        }
        return false;
    }

    /// Whether a loop waits for work outside of it: then no time passes by itself.
    private boolean hasOutside() {
        for (var ring : rings) {
            if (ring.hasOutside()) {
                return true;
            }
        }
        return false;
    }

    /// Whether all loops wait and none has anything to do.
    ///
    /// @param ignoresAgenda whether what is due does not count
    boolean isIdle(boolean ignoresAgenda) {
        for (var ring : rings) {
            if (!ring.isWaiting() || ring.isReady()) {
                return false;
            }
        }
        return ignoresAgenda || agenda.nextNanos() > nowNanos || !cares();
    }

    // ---------------------------------------------------------------- threads

    /// Wakes the threads of rings that have something to do.
    private void wakeReadyRings() {
        for (var ring : rings) {
            if (ring.isWaiting() && ring.isReady()) {
                ring.nudge();
            }
        }
    }

    /// Has the threads of all rings look again: something was put on the agenda from outside.
    void nudgeRings() {
        rings.forEach(SimulatedDriver::nudge);
    }

    /// Whether the caller is on a loop of this machine.
    boolean isOnLoop() {
        for (var loop : loops) {
            if (loop.isOnLoop()) {
                return true;
            }
        }
        return false;
    }

    void watch(Thread watcher) {
        watchers.add(watcher);
    }

    void unwatch(Thread watcher) {
        watchers.remove(watcher);
    }

    void tellWatchers() {
        watchers.forEach(LockSupport::unpark);
    }

    // ---------------------------------------------------------------- records

    long nextInode() {
        return ++inodes;
    }

    long nextRequest() {
        return ++requests;
    }

    void note(Trail.Kind kind, @Nullable Op<?> op, int result, String what) {
        if (trail.isKept()) {
            trail.add(nowNanos - BOOT_NANOS, kind, op, result, what);
        }
    }

    /// The program has broken the kernel's contract.
    void violation(String what) {
        violations.add(what);
        note(Trail.Kind.VIOLATION, null, 0, what);
    }
}
