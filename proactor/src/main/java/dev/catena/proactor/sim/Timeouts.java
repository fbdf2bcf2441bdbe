package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.WAIT;
import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.Bound;
import dev.catena.ops.Clock;
import dev.catena.ops.Errno;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Timeout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The timeouts and link timeouts of a ring. Guarded by the kernel's lock.
final class Timeouts {
    private static final long RACE_NANOS = 1000;

    private final Machine machine;
    private final Execution execution;

    // plain timeouts by their tokens; link timeouts are found by nobody
    private final Map<Long, Request> pending = new LinkedHashMap<>();

    // completions posted, those of timeouts that ran out not among them
    private long counted;

    Timeouts(Machine machine, Execution execution) {
        this.machine = machine;
        this.execution = execution;
    }

    // ---------------------------------------------------------------- timeouts

    int start(Request request, Timeout timeout) {
        pending.put(request.token, request);
        request.endsAfter = timeout.completions() == 0 ? 0 : counted + timeout.completions();
        long time = time(request, timeout.until());
        boolean ofDay = timeout.clock() == Clock.REALTIME && timeout.until() instanceof Bound.At;
        request.event = machine.at(ofDay ? machine.nanosAt(time) : time, () -> expire(request));
        return WAIT;
    }

    /// Gives one in flight another time. It no longer counts completions then.
    int update(long token, Bound until) {
        var request = pending.get(token);
        if (request == null || request.treatment.hangs()) {
            return no(Errno.ENOENT);
        }
        request.callOff();
        request.endsAfter = 0;
        long now = machine.nowNanos();
        request.event = machine.at(until.from(now).nanos(), () -> expire(request));
        return 0;
    }

    private void expire(Request request) {
        request.event = null;
        execution.settle(request, no(Errno.ETIME));
    }

    /// It has ended.
    void forget(Request request) {
        pending.remove(request.token, request);
    }

    /// Completions were posted; timeouts that wait for so many end.
    void posted(int completions) {
        counted += completions;
        if (completions == 0 || pending.isEmpty()) {
            return;
        }
        for (var request : List.copyOf(pending.values())) {
            if (request.endsAfter > 0 && counted >= request.endsAfter) {
                request.endsAfter = 0;
                request.callOff();
                request.event = machine.soon(() -> execution.settle(request, 0));
            }
        }
    }

    // ---------------------------------------------------------------- link timeouts

    /// Its time begins to run, if it has a bound. On a thread of its own it has none: measured on Linux 6.18, a link timeout
    /// behind a splice that blocks never fires.
    void armBound(Request request) {
        var bound = request.bound;
        if (bound == null || bound.started || request.blocksThread) {
            return;
        }
        bound.started = true;
        bound.state = Request.State.WAITING;
        long time = time(bound, ((LinkTimeout) bound.op).bound());
        bound.event = machine.at(time, () -> elapse(bound, request));
    }

    /// Its time is up. What it bounds is cancelled when the ring's thread next runs, and may have ended by then.
    private void elapse(Request bound, Request bounded) {
        long delay = machine.decisions.delayNanos(Decision.DELAY);
        if (delay > 0) {
            bound.event = machine.after(delay, () -> fire(bound, bounded));
        } else {
            fire(bound, bounded);
        }
    }

    private void fire(Request bound, Request bounded) {
        int answer = execution.cancel(bounded);
        boolean wasAboutToRun = answer < 0 && bounded.event != null && bounded.isUnsettled();
        if (wasAboutToRun && !bounded.treatment.deaf()) {
            // if that ends it, this comes too late; if it has to wait again, this ends it
            bound.event = machine.after(RACE_NANOS, () -> fire(bound, bounded));
            return;
        }
        bound.event = null;
        bounded.bound = null;
        execution.settle(bound, answer == 0 ? no(Errno.ETIME) : answer);
    }

    private long time(Request request, Bound bound) {
        return bound.from(bound instanceof Bound.OfChain ? request.pushedNanos : machine.nowNanos())
                .nanos();
    }
}
