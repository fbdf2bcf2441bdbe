package dev.catena.scope;

import dev.catena.ops.Accept;
import dev.catena.ops.AcceptEach;
import dev.catena.ops.Buffer;
import dev.catena.ops.Close;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.Multishot;
import dev.catena.ops.Op;
import dev.catena.ops.Outcome;
import dev.catena.ops.Poll;
import dev.catena.ops.PollEach;
import dev.catena.ops.Recv;
import dev.catena.ops.RecvEach;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The elements of a multishot operation, in a queue from which a composite takes them.
///
/// When [#MOST_WAITING] wait, the kernel is asked to stop, and the operation is submitted again when few are left: nothing is
/// dropped, and memory is bounded. It is submitted again, too, when the kernel ended it by itself (its completion queue was
/// full). Where the kernel has no such operation, or no buffer left to pick since others hold them, one element at a time is
/// fetched into a lease, which cannot be starved. Loop thread only.
final class MultishotSource<E> {
    private static final int MOST_WAITING = 16;
    private static final int FEW_WAITING = 4;
    private static final int SINGLE_BYTES = 16384;

    private final Composite<?> owner;
    private final Multishot<E> multishot;

    // an element came, or this is over
    private final Runnable changed;
    private final ArrayDeque<E> waiting = new ArrayDeque<>();
    private @Nullable Operation<?> running;

    // not running, or about to end, and to be taken up again
    private boolean paused;

    // what keeps it from being a multishot: for good, or this time
    private boolean lacking;
    private boolean starved;
    private long count;

    private @Nullable Stop stop;

    // whether elements were given back that should have been taken
    private boolean dropped;
    private @Nullable Outcome<?> ending;
    private @Nullable Throwable crash;

    MultishotSource(Composite<?> owner, Multishot<E> multishot, Runnable changed) {
        this.owner = owner;
        this.multishot = multishot;
        this.changed = changed;
    }

    /// Submits it, and takes what came before and nobody has taken.
    void begin() {
        submit();
        if (multishot instanceof RecvEach(var socket)
                && !lacking) { // a single receive takes it itself
            takeArrears(socket);
        }
    }

    private void takeArrears(Fd socket) {
        while (stop == null && !isOver()) {
            var buffer = scope().arrears(socket);
            if (buffer == null) {
                return;
            }
            arrived(buffer);
        }
    }

    /// Whether no more elements come. Some may still wait.
    boolean isOver() {
        return ending != null || crash != null;
    }

    /// How it ended, if it did: with the number of its elements, if nothing went wrong.
    @Nullable Outcome<?> ending() {
        return ending;
    }

    /// What was thrown when it was to be submitted again.
    @Nullable Throwable crash() {
        return crash;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// The next element; null if none waits. Whoever has taken one [resumes][#resume] the source.
    @Nullable E poll() {
        return waiting.poll();
    }

    /// Submits it again if it pauses and few elements wait.
    void resume() {
        int few = lacking || starved ? 0 : FEW_WAITING;
        if (paused && running == null && !isOver() && waiting.size() <= few) {
            submitAgain();
        }
    }

    /// Ends it: no element is taken any more. What waits is given back.
    void stop(Stop why) {
        boolean drops = !waiting.isEmpty();
        giveBackWaiting();
        dropped |= drops;
        if (stop == null) {
            stop = why;
        }
        if (running != null) {
            running.stop(why);
        } else if (!isOver() || (drops && ending != null && ending.isCompleted())) {
            finish(why.outcome(multishot));
        }
    }

    /// Gives back what waits: connections are closed, and bytes stay with their socket.
    void giveBackWaiting() {
        for (var element = waiting.poll(); element != null; element = waiting.poll()) {
            giveBack(element);
        }
    }

    private void giveBack(E element) {
        switch (element) {
            case Fd fd ->
                    scope().admission().admit(new Operation<>(scope(), new Close(fd)).shield());
            case Buffer buffer -> scope().giveBack(buffer, Objects.requireNonNull(multishot.fd()));
            default -> {}
        }
    }

    // ---------------------------------------------------------------- submitting

    private void submit() {
        paused = false;
        var why = owner.refusal();
        if (isOver()) { // the refusal was the scope's stop, which has just reached it
            return;
        }
        if (why != null) {
            finish(why.outcome(multishot));
        } else if (lacking || starved) {
            starved = false;
            submitSingle();
        } else {
            submitMultishot();
        }
    }

    /// From the loop, which what it throws would end, or from a taker that has its element.
    private void submitAgain() {
        try {
            submit();
        } catch (RuntimeException | Error thrown) {
            if (isOver()) {
                throw thrown;
            }
            crash = thrown;
            changed.run();
        }
    }

    private void submitMultishot() {
        var operation = scope().admission().of(multishot).withSink(this::arrived);
        try {
            owner.admit(operation);
        } catch (UnsupportedOperationException kernelLacksIt) {
            lacking = true;
            submitSingle();
            return;
        }
        running = operation;
        operation.whenEnded(() -> multishotEnded(operation));
    }

    private void multishotEnded(Operation<Long> operation) {
        var outcome = operation.verdict();
        boolean endOfStream = multishot instanceof RecvEach && operation.lastResult() == 0;
        starved =
                outcome instanceof Outcome.Failed<Long>(var errno, _, _) && errno == Errno.ENOBUFS;
        ended(outcome, starved || (outcome.isCompleted() && !endOfStream));
    }

    /// One element, with an operation that gives one.
    private void submitSingle() {
        switch (multishot) {
            case RecvEach(var socket) -> {
                var buffer = scope().lease(SINGLE_BYTES);
                submitSingle(new Recv(socket, buffer, false), buffer);
            }
            case AcceptEach(var listener) -> submitSingle(new Accept(listener), null);
            case PollEach(var fd, var events) -> submitSingle(new Poll(fd, events), null);
        }
    }

    private <R> void submitSingle(Op<R> op, @Nullable Buffer buffer) {
        var operation = scope().admission().of(op);
        owner.admit(operation);
        running = operation;
        operation.whenEnded(() -> singleEnded(operation.verdict(), buffer));
    }

    private void singleEnded(Outcome<?> outcome, @Nullable Buffer buffer) {
        Object element =
                !(outcome instanceof Outcome.Completed<?>(var value))
                        ? null
                        : buffer == null
                                ? value
                                : value.equals(0) ? null : buffer.first((Integer) value);
        if (buffer != null && element == null) {
            scope().giveBack(buffer);
        }
        if (element != null) {
            arrived(element);
        }
        ended(outcome, element != null);
    }

    // ---------------------------------------------------------------- what it gives

    @SuppressWarnings("unchecked") // the source gives Es
    private void arrived(Object element) {
        count++;
        if (stop != null) {
            dropped = true;
            giveBack((E) element);
            return;
        }
        waiting.add((E) element);
        if (waiting.size() >= MOST_WAITING && !paused && running != null) {
            paused = true;
            running.stop(new Stop.Asked("its elements are waiting to be taken"));
        }
        changed.run();
    }

    /// What ran has ended.
    ///
    /// @param unfinished whether more elements would come
    private void ended(Outcome<?> outcome, boolean unfinished) {
        running = null;
        boolean cut = unfinished || outcome instanceof Outcome.Cancelled;
        if (stop != null) {
            boolean lost = cut || (outcome.isCompleted() && dropped);
            finish(lost ? stop.outcome(multishot) : counted(outcome));
        } else if (unfinished || (paused && cut)) {
            paused = true;
            resume();
        } else {
            finish(counted(outcome));
        }
    }

    private Outcome<?> counted(Outcome<?> outcome) {
        return outcome.isCompleted() ? new Outcome.Completed<>(count) : outcome;
    }

    private void finish(Outcome<?> outcome) {
        ending = outcome;
        changed.run();
    }

    private LiveScope scope() {
        return owner.scope();
    }
}
