package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.Cancel;
import dev.catena.ops.Errno;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Timeout;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a cancel finds, and what it says (`io_uring_prep_cancel(3)`). Guarded by the kernel's lock.
final class Cancellation {
    private final Machine machine;
    private final SimulatedDriver ring;
    private final Execution execution;

    Cancellation(Machine machine, SimulatedDriver ring, Execution execution) {
        this.machine = machine;
        this.ring = ring;
        this.execution = execution;
    }

    /// One, by its token: 0, `ENOENT` or `EALREADY`.
    int one(long token) {
        var request = ring.live().find(token);
        return request == null ? no(Errno.ENOENT) : of(request);
    }

    /// All on a file: how many were found. Timeouts are on none.
    int on(@Nullable Description file) {
        return file == null
                ? no(Errno.EBADF)
                : all(request -> request.file == file && !(request.op instanceof Timeout));
    }

    /// Everything on the ring: how many were found.
    int everything() {
        return all(request -> !(request.op instanceof Cancel));
    }

    private int all(Predicate<Request> isMeant) {
        int found = 0;
        for (var request : ring.live().list()) {
            if (isMeant.test(request) && of(request) == 0) {
                found++;
            }
        }
        return found;
    }

    /// Asks for the end of one.
    ///
    /// @return 0, or a negative error number that says why not
    int of(Request request) {
        return switch (request.state) {
            case UNSTARTED, ENDING, ENDED -> no(Errno.ENOENT);
            case WORKING ->
                    no(request.treatment.deaf() || isLost() ? Errno.EALREADY : Errno.ENOENT);
            case QUEUED, WAITING -> {
                if (request.op instanceof LinkTimeout) {
                    yield no(Errno.ENOENT);
                }
                if (request.treatment.deaf()) {
                    yield no(Errno.EALREADY);
                }
                if (request.waits() && request.blocksThread) {
                    interrupt(request);
                    yield no(Errno.EALREADY);
                }
                if (request.event != null && !(request.op instanceof Timeout) && isLost()) {
                    yield no(Errno.ENOENT);
                }
                execution.cancelled(request, no(Errno.ECANCELED));
                yield 0;
            }
        };
    }

    private boolean isLost() {
        return machine.decisions.happens(Decision.CANCEL_LOST);
    }

    /// Tells the thread that it blocks to give up. By the time that thread runs, what it waits for may have come.
    private void interrupt(Request request) {
        if (!request.interrupted) {
            request.interrupted = true;
            request.callOff();
            long delay = machine.decisions.delayNanos(Decision.DELAY);
            request.event = machine.after(delay, () -> execution.interrupted(request));
        }
    }
}
