package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.WAIT;
import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.Cancel;
import dev.catena.ops.Close;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.Op;
import dev.catena.ops.OpenInto;
import dev.catena.ops.Poll;
import dev.catena.ops.PollEach;
import dev.catena.ops.PollEvent;
import dev.catena.ops.SendZeroCopy;
import dev.catena.ops.Splice;
import dev.catena.ops.Sqe;
import dev.catena.ops.Status;
import dev.catena.ops.Tee;
import dev.catena.ops.Timeout;
import dev.catena.proactor.driver.Driver;
import org.jspecify.annotations.Nullable;

/// Runs the requests of a ring: from where they may start to their last completion.
///
/// A request is *queued*, then started: its files are known from then on, and fault rules have their say. It is *tried*,
/// and tried again whenever what it waits for has changed, until there is a result. That *settles* it: nothing can change
/// what became of it, but its completion may be late. When that is posted it is *finished*, and its chain goes on.
///
/// Guarded by the kernel's lock.
final class Execution {
    private static final Errno[] REFUSALS = {Errno.EAGAIN, Errno.EBUSY, Errno.EINTR};

    // include/linux/errno.h; the kernel lets it out where a splice that blocks a thread is
    // interrupted
    private static final int ERESTARTSYS = 512;

    private final Machine machine;
    private final SimulatedDriver ring;
    private final SystemCalls calls;
    private final Timeouts timeouts;
    private final Cancellation cancellation;

    Execution(Machine machine, SimulatedDriver ring) {
        this.machine = machine;
        this.ring = ring;
        timeouts = new Timeouts(machine, this);
        cancellation = new Cancellation(machine, ring, this);
        calls = new SystemCalls(machine, ring, timeouts, cancellation);
    }

    // ---------------------------------------------------------------- submissions

    @Nullable Errno refusesSubmission() {
        var byRule = machine.faults.refusesSubmission();
        if (byRule != null) {
            return byRule;
        }
        int chosen = machine.decisions.choose(Decision.SUBMIT_REFUSED, REFUSALS.length + 1);
        return chosen == 0 ? null : REFUSALS[chosen - 1];
    }

    boolean takesWhole() {
        return !machine.decisions.happens(Decision.SUBMIT_PARTIAL);
    }

    /// Does at once what is not the ring's work.
    void answer(Request request) {
        assignFiles(request);
        request.state = Request.State.WAITING;
        settleNow(request, lacksFile(request) ? no(Errno.EBADF) : calls.attempt(request));
    }

    // ---------------------------------------------------------------- on its way

    /// The one before it in its chain has ended: its turn comes soon, and nothing finds it until then.
    void queue(Request request) {
        long delay = machine.decisions.delayNanos(Decision.DELAY);
        request.event = machine.after(delay, () -> issue(request));
    }

    /// Its turn has come: it starts at once, before what is submitted behind it, unless the kernel gives it to a worker, or
    /// the schedule lets it take time or change places.
    void issue(Request request) {
        boolean isForWorker = LinkRules.isForWorker(request.op);
        if (!isForWorker) {
            assignFiles(request);
        }
        request.treatment = Mishaps.of(machine, request);
        request.blocksThread = request.op instanceof Splice || request.op instanceof Tee;
        // a cancel is done as it is submitted, and so before whatever is submitted after it
        long delay =
                request.treatment.delayNanos()
                        + (request.op instanceof Cancel
                                ? 0
                                : machine.decisions.delayNanos(Decision.DELAY));
        int rank = machine.rank();
        request.state = Request.State.QUEUED;
        if (delay == 0 && rank == 0 && !isForWorker) {
            start(request);
            return;
        }
        // work waits for a worker first, and can be cancelled as long
        boolean isWork = delay > 0 && !request.blocksThread && (isForWorker || isDisk(request));
        request.event =
                machine.inPlace(
                        isWork ? delay / 2 : delay,
                        rank,
                        isWork ? () -> work(request, delay - delay / 2) : () -> start(request));
        if (delay > 0) {
            timeouts.armBound(request);
        }
    }

    private void work(Request request, long delayNanos) {
        request.state = Request.State.WORKING;
        request.event = machine.after(delayNanos, () -> start(request));
    }

    private void start(Request request) {
        request.event = null;
        request.state = Request.State.WAITING;
        if (LinkRules.isForWorker(request.op)) {
            assignFiles(request); // not before a worker has it
        }
        var failure = request.treatment.failure();
        if (lacksFile(request)) {
            settle(request, no(Errno.EBADF), !(request.op instanceof Status));
        } else if (failure != null) {
            if (request.op instanceof Close) {
                calls.attempt(request);
            }
            settle(request, no(failure));
        } else if (!request.treatment.hangs()) {
            attempt(request);
        }
        if (request.waits()) {
            timeouts.armBound(request);
        }
    }

    private void attempt(Request request) {
        int result = calls.attempt(request);
        if (result != WAIT) {
            settle(request, result);
            return;
        }
        if (request.file != null) {
            request.file.waiters().add(request);
        }
        if (request.otherFile != null) {
            request.otherFile.waiters().add(request);
        }
    }

    /// What it waits for has changed.
    void stirred(Request request, int events) {
        if (request.event != null || request.treatment.hangs() || !concerns(request.op, events)) {
            return;
        }
        long delay = machine.decisions.delayNanos(Decision.DELAY);
        request.event =
                machine.after(
                        delay,
                        () -> {
                            request.event = null;
                            attempt(request);
                        });
    }

    private static boolean concerns(Op<?> op, int events) {
        return switch (op) {
            case Poll(_, var wanted) -> isWanted(PollEvent.bits(wanted), events);
            case PollEach(_, var wanted) -> isWanted(PollEvent.bits(wanted), events);
            default -> true;
        };
    }

    private static boolean isWanted(int wanted, int events) {
        return (events & (wanted | Description.UNASKED)) != 0;
    }

    // ---------------------------------------------------------------- its end

    /// This became of it.
    void settle(Request request, int result) {
        settle(request, result, LinkRules.breaks(request.op, result));
    }

    private void settle(Request request, int result, boolean breaksLink) {
        decide(request, result, breaksLink);
        long late = machine.decisions.delayNanos(Decision.LATE_COMPLETION);
        if (late > 0) {
            request.event = machine.after(late, () -> finish(request));
        } else {
            finish(request);
        }
    }

    private void settleNow(Request request, int result) {
        decide(request, result, LinkRules.breaks(request.op, result));
        finish(request);
    }

    private void decide(Request request, int result, boolean breaksLink) {
        request.callOff();
        request.state = Request.State.ENDING;
        request.result = result;
        request.breaksLink = breaksLink;
        timeouts.forget(request);
        if (request.op instanceof SendZeroCopy) {
            request.resultFlags |= Driver.MORE;
        }
    }

    /// Asks for its end, as [Cancellation#of].
    int cancel(Request request) {
        return cancellation.of(request);
    }

    /// The thread that it blocks was told to give up, and looks once more first.
    void interrupted(Request request) {
        request.event = null;
        int result = request.treatment.hangs() ? WAIT : calls.attempt(request);
        if (result == WAIT) {
            cancelled(request, -ERESTARTSYS);
        } else {
            settle(request, result);
        }
    }

    /// It ends because that was asked for.
    void cancelled(Request request, int result) {
        machine.note(Trail.Kind.CANCELLED, request.op, 0, request.toString());
        machine.futexes.remove(request);
        decide(request, request.moved > 0 ? request.moved : result, true);
        request.event = machine.soon(() -> finish(request));
    }

    /// Posts its completion, and lets its chain go on.
    private void finish(Request request) {
        boolean quiet = request.has(Sqe.SKIP_SUCCESS) && !request.breaksLink;
        post(request, quiet);
        var bound = request.bound;
        if (bound != null) {
            request.bound = null;
            bound.callOff();
            // on a worker it may have fired just when the operation had ended
            boolean fired = request.blocksThread && machine.decisions.happens(Decision.CANCEL_LOST);
            decide(bound, no(fired ? Errno.ENOENT : Errno.ECANCELED), false);
            bound.event = machine.soon(() -> finish(bound));
        }
        ring.chains().finished(request);
    }

    /// Ends a request that never started.
    ///
    /// @param quiet whether it posts nothing
    void skip(Request request, int result, boolean quiet) {
        request.callOff();
        request.result = result;
        request.breaksLink = true;
        post(request, quiet);
    }

    /// Ends a request at the head of a chain that is not valid.
    void fail(Request request, int result) {
        decide(request, result, true);
        post(request, false);
    }

    private void post(Request request, boolean quiet) {
        request.state = Request.State.ENDED;
        release(request);
        boolean notifies = request.op instanceof SendZeroCopy;
        if (!notifies || (request.resultFlags & Driver.MORE) == 0) {
            ring.live().remove(request);
        }
        if (!quiet) {
            noteCompletion(request);
            ring.post(request.token, request.result, request.resultFlags);
            boolean expired =
                    request.op instanceof Timeout && request.result != no(Errno.ECANCELED);
            timeouts.posted(expired ? 0 : 1);
        }
        if (notifies) {
            long late = machine.decisions.delayNanos(Decision.LATE_COMPLETION);
            machine.after(late, () -> notify(request));
        }
    }

    private void noteCompletion(Request request) {
        boolean more = (request.resultFlags & Driver.MORE) != 0;
        machine.note(
                Trail.Kind.COMPLETED,
                request.op,
                request.result,
                request
                        + " = "
                        + (request.result < 0
                                ? Errno.of(request.result) + " (" + request.result + ")"
                                : request.result)
                        + (more ? ", more follows" : ""));
    }

    /// The network has what was sent without a copy.
    private void notify(Request request) {
        var lent = request.lent;
        if (lent != null
                && !java.util.Arrays.equals(lent, Bytes.of(request.op).get(0, lent.length))) {
            machine.violation(
                    "the buffer of " + request + " was changed before its notification had come");
        }
        machine.note(Trail.Kind.COMPLETED, request.op, 0, request + " notification");
        ring.live().remove(request);
        ring.post(request.token, 0, Driver.NOTIFICATION);
        timeouts.posted(1);
        ring.chains().released();
    }

    /// A completion of a multishot operation that goes on.
    ///
    /// @return whether there was room for it; if not it must be the last
    boolean shot(Request request, int result, int flags) {
        boolean posted = ring.postShot(request.token, result, flags | Driver.MORE);
        if (posted) {
            machine.note(
                    Trail.Kind.COMPLETED,
                    request.op,
                    result,
                    request + " = " + result + ", more follows");
            timeouts.posted(1);
        } else {
            request.resultFlags = flags;
        }
        return posted;
    }

    // ---------------------------------------------------------------- files

    private void assignFiles(Request request) {
        var op = request.op;
        if (op instanceof Close || op instanceof Cancel) {
            return; // they are about a descriptor and do not use it
        }
        request.file = refer(op.fd());
        request.otherFile = op instanceof OpenInto ? null : refer(op.otherFd());
    }

    private @Nullable Description refer(@Nullable Fd fd) {
        var description = fd == null ? null : calls.find(fd);
        if (description != null) {
            description.refer();
        }
        return description;
    }

    private static boolean lacksFile(Request request) {
        var op = request.op;
        if (op instanceof Close || op instanceof Cancel) {
            return false;
        }
        return (op.fd() != null && request.file == null)
                || (op.otherFd() != null && !(op instanceof OpenInto) && request.otherFile == null);
    }

    private static void release(Request request) {
        var file = request.file;
        var other = request.otherFile;
        request.file = null;
        request.otherFile = null;
        if (file != null) {
            file.waiters().remove(request);
            file.release();
        }
        if (other != null) {
            other.waiters().remove(request);
            other.release();
        }
    }

    private static boolean isDisk(Request request) {
        var file = request.file;
        return file != null && file.isDisk();
    }
}
