package dev.catena.proactor.loop;

import dev.catena.ops.Bound;
import dev.catena.ops.Cancel;
import dev.catena.ops.Errno;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.MessageRing;
import dev.catena.ops.Op;
import dev.catena.ops.OperationId;
import dev.catena.ops.SendZeroCopy;
import dev.catena.ops.Sqe;
import dev.catena.ops.Timeout;
import dev.catena.ops.UpdateTimeout;
import dev.catena.proactor.driver.Driver;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of submissions through the driver, from being published to being terminal.
///
/// A submission is published whole or not at all: while the queue has no room for all of its entries it waits, in order. Each
/// entry's token is registered before the entry is written, so that no completion can come for something unknown. Once
/// published a submission is the kernel's, whatever becomes of the call that hands it over, until the final completion of
/// each of its entries has come.
///
/// Loop thread only.
final class Submissions {
    private static final Logger LOG = LoggerFactory.getLogger(Submissions.class);
    private static final long CANCEL_RETRY_NANOS = 1_000_000;

    private final Driver driver;
    private final TimerQueue timers;
    private final Counters counters;
    private final Heartbeat heartbeat;
    private final Entrance entrance;
    private final InFlight inFlight = new InFlight();
    private final ArrayDeque<Submission> backlog = new ArrayDeque<>();
    private final Driver.Completions completions = this::completed;
    private @Nullable LongConsumer messages;

    // when this round of the loop began to submit, more or less; 0 until it is needed
    private long roundNanos;

    Submissions(Driver driver, TimerQueue timers, Counters counters, Heartbeat heartbeat) {
        this.driver = driver;
        this.heartbeat = heartbeat;
        this.timers = timers;
        this.counters = counters;
        this.entrance = new Entrance(driver);
    }

    /// Whether nothing is in flight or waits to be published.
    boolean isEmpty() {
        return inFlight.size() == 0 && backlog.isEmpty();
    }

    /// The entries in flight.
    int inFlight() {
        return inFlight.size();
    }

    /// How long the kernel has had a submission, give or take some milliseconds; -1 if it does not have it.
    long ageNanos(Submission submission) {
        long token = submission.isInFlight() ? submission.firstToken() : 0;
        return token == 0 ? -1 : Math.max(0, driver.nanoTime() - inFlight.sinceNanos(token));
    }

    /// Gives the messages of other rings to `handler`.
    void onMessage(LongConsumer handler) {
        messages = handler;
    }

    /// Hands over what was published and waits; see [Driver#await].
    void await(long timeoutNanos) {
        entrance.await(timeoutNanos);
    }

    /// Takes all completions there are.
    ///
    /// @return how many
    int reap() {
        roundNanos = 0; // time has passed in the kernel
        return entrance.reap(completions);
    }

    /// Checks that a submission can be made on this ring.
    ///
    /// @throws IllegalArgumentException if it can never fit into the queue
    /// @throws UnsupportedOperationException if the driver cannot do one of its operations
    void check(Submission submission) {
        int entries = submission.entries();
        if (entries > driver.capacity()) {
            throw new IllegalArgumentException(
                    "a chain of "
                            + entries
                            + " entries, link timeouts included, does not fit"
                            + " into a submission queue of "
                            + driver.capacity()
                            + ": make it shorter, or the queue larger (ProactorBuilder.submissionEntries)");
        }
        for (int entry = 0; entry < entries; entry++) {
            var lacking = driver.lacks(submission.op(entry));
            if (lacking != null) {
                throw new UnsupportedOperationException(submission.op(entry) + ": " + lacking);
            }
        }
    }

    /// Publishes a submission that was [checked][#check], or lets it wait for room: a chain is never split. One whose end was
    /// asked for before it came here ends at once.
    void submit(Submission submission) {
        if (submission.cancelRequested) {
            end(submission);
            return;
        }
        int entries = submission.entries();
        if (backlog.isEmpty() && hasRoom(entries)) {
            publish(submission, entries);
        } else {
            submission.phase = Submission.Phase.WAITING;
            backlog.add(submission);
        }
    }

    /// Ends the submission that was made last if it is one transfer of bytes and the driver can do it without waiting. Of other
    /// operations there are few, and who awaits a no-op wants the loop to go round.
    void settle(Submission submission) {
        if (submission.isInFlight()
                && submission.entries() == 1
                && submission.op(0) instanceof Op.Transfer transfer
                && !(transfer instanceof SendZeroCopy)) { // which gives two completions
            driver.settle(submission.token(0), completions);
        }
    }

    /// Asks for the end of a submission. One that is still waiting for room ends at once; of one in flight, the link that
    /// runs is cancelled, and each that still starts after it.
    ///
    /// @param why in words, by its `toString`
    void cancel(Submission submission, Object why) {
        if (submission.cancelRequested) {
            return;
        }
        submission.cancelRequested = true;
        CancelEvent.tell(submission, why, entrance);
        switch (submission.phase) {
            case WAITING -> {
                backlog.remove(submission);
                end(submission);
            }
            case PUBLISHED -> cancelRunning(submission);
            case NEW, TERMINAL -> {}
        }
    }

    private boolean hasRoom(int entries) {
        if (driver.room() < entries) {
            entrance.submit();
        }
        return driver.room() >= entries;
    }

    private void publish(Submission submission, int entries) {
        submission.phase = Submission.Phase.PUBLISHED;
        submission.published = true;
        submission.remaining = entries;
        if (entries > 1) {
            submission.tokens = new long[entries];
        }
        long startNanos = submission.startNanos;
        if (startNanos == 0 && needsTime(submission, entries)) {
            startNanos = driver.nanoTime();
        }
        boolean recorded = OperationEvent.isOn();
        if (roundNanos == 0) {
            roundNanos = heartbeat.coarseNanos(driver);
        }
        for (int entry = 0; entry < entries; entry++) {
            long token = inFlight.register(submission, entry, roundNanos);
            submission.token(entry, token);
            if (recorded) {
                inFlight.record(token, OperationEvent.begun());
            }
            int flags = submission.flags(entry);
            submission.hasSilent |= (flags & Sqe.SKIP_SUCCESS) != 0;
            driver.push(submission.op(entry), flags, token, startNanos);
        }
        counters.published += entries;
    }

    private static boolean needsTime(Submission submission, int entries) {
        for (int entry = 0; entry < entries; entry++) {
            var bound =
                    switch (submission.op(entry)) {
                        case LinkTimeout(var until) -> until;
                        case Timeout timeout -> timeout.until();
                        case UpdateTimeout(_, var until) -> until;
                        default -> null;
                    };
            if (bound instanceof Bound.OfChain) {
                return true;
            }
        }
        return false;
    }

    /// Cancels the first operation of a submission that has not ended: the one that runs, if one does. Of links that say
    /// nothing when they succeed it is not known whether they have: then all up to the first that does say are meant.
    private void cancelRunning(Submission submission) {
        for (int entry = 0; entry < submission.entries(); entry++) {
            long token = submission.token(entry);
            if (token != 0 && !(submission.op(entry) instanceof LinkTimeout)) {
                submit(new CancelRequest(submission, entry, token));
                if ((submission.flags(entry) & Sqe.SKIP_SUCCESS) == 0) {
                    return;
                }
            }
        }
    }

    /// Cancels again what a cancel has not found, if it is still in flight then.
    private void cancelLater(Submission submission) {
        var again = submission.cancelAgain;
        if (again == null) {
            again =
                    new LoopTimer() {
                        @Override
                        protected void expired() {
                            cancelRunning(submission);
                        }
                    };
            submission.cancelAgain = again;
        }
        timers.arm(again, driver.nanoTime() + CANCEL_RETRY_NANOS);
    }

    /// The cancel of one entry. What it reports is telemetry: the entry's own completion is the answer.
    private final class CancelRequest extends Submission {
        private final Submission target;
        private final int entry;
        private final Cancel op;

        CancelRequest(Submission target, int entry, long token) {
            this.target = target;
            this.entry = entry;
            this.op = new Cancel(new Cancel.Target.One(new OperationId(token)));
        }

        @Override
        protected int entries() {
            return 1;
        }

        @Override
        protected Op<?> op(int ignored) {
            return op;
        }

        @Override
        protected int flags(int ignored) {
            return 0;
        }

        @Override
        protected @Nullable Resident home() {
            return target.home();
        }

        @Override
        protected void completed(int ignored, int result, int flags, boolean isFinal) {
            // Not found although it has not ended: it has not started (the ring drains, or it waits
            // behind a link), or it
            // is between two states in the kernel. It must not be forgotten.
            long token = ((Cancel.Target.One) op.target()).operation().token();
            if (result == -Errno.ENOENT.number()
                    && target.isInFlight()
                    && target.token(entry) == token) {
                cancelLater(target);
            }
        }

        @Override
        protected void terminal() {}
    }

    private void completed(long token, int result, int flags) {
        if (token < 0) {
            message(token & MessageRing.MAX);
            return;
        }
        var submission = inFlight.find(token);
        if (submission == null) {
            counters.stale++;
            LOG.error(
                    "a completion with the stale token 0x{} (result {}) was ignored",
                    Long.toHexString(token),
                    result);
            return;
        }
        int entry = inFlight.entry(token);
        boolean isFinal = (flags & Driver.MORE) == 0;
        if (submission.hasSilent) {
            settleSilentBefore(submission, entry);
        }
        if ((flags & Driver.NOTIFICATION) == 0) { // of that the result has come before
            note(token, result);
        }
        submission.completed(entry, result, flags, isFinal);
        if (!isFinal) {
            return;
        }
        retire(submission, entry);
        if (submission.hasSilent) {
            settleSilentAfter(submission, entry);
        }
        if (submission.remaining == 0) {
            end(submission);
        } else if (submission.cancelRequested) {
            cancelRunning(submission);
        }
    }

    /// Keeps a result for recordings, if they want it.
    private void note(long token, int result) {
        var event = inFlight.event(token);
        if (event != null) {
            event.result = result;
        }
    }

    private void retire(Submission submission, int entry) {
        long token = submission.token(entry);
        var event = inFlight.event(token);
        if (event != null) {
            event.tell(submission, entry, entrance);
        }
        driver.ended(token);
        inFlight.release(token);
        submission.token(entry, 0);
        counters.terminal++;
        submission.remaining--;
    }

    /// A completion says that the links before it, which say nothing when they succeed, did.
    private void settleSilentBefore(Submission submission, int entry) {
        for (int before = 0; before < entry; before++) {
            boolean silent = (submission.flags(before) & Sqe.SKIP_SUCCESS) != 0;
            if (silent && submission.token(before) != 0) {
                note(submission.token(before), submission.silentResult(before));
                submission.completed(before, submission.silentResult(before), 0, true);
                retire(submission, before);
            }
        }
    }

    /// A link that says nothing when it succeeds has failed, and said so: then the kernel posts nothing for those behind it.
    /// Unless a link before it, that always says how it ended, had failed: then each says that it was cancelled.
    private void settleSilentAfter(Submission submission, int entry) {
        if ((submission.flags(entry) & Sqe.SKIP_SUCCESS) == 0) {
            return;
        }
        for (int before = 0; before < entry; before++) {
            if (submission.broke(before)) {
                return;
            }
        }
        for (int after = entry + 1; after < submission.entries(); after++) {
            note(submission.token(after), -Errno.ECANCELED.number());
            submission.completed(after, -Errno.ECANCELED.number(), 0, true);
            retire(submission, after);
        }
    }

    private void message(long message) {
        var handler = messages;
        if (handler == null) {
            LOG.warn(
                    "the message {} of another ring was lost: nobody has asked for them (Proactor.onMessage)",
                    message);
        } else {
            try {
                handler.accept(message);
            } catch (RuntimeException | Error thrown) { // the loop is not the handler's to end
                LOG.error("the handler of messages threw at message {}", message, thrown);
            }
        }
    }

    private void end(Submission submission) {
        if (submission.cancelAgain != null) {
            timers.cancel(submission.cancelAgain);
            submission.cancelAgain = null;
        }
        submission.phase = Submission.Phase.TERMINAL;
        submission.terminal();
    }

    /// Publishes what waits, as far as there is room.
    void publishBacklog() {
        for (var first = backlog.peek();
                first != null && hasRoom(first.entries());
                first = backlog.peek()) {
            backlog.remove();
            publish(first, first.entries());
        }
    }
}
