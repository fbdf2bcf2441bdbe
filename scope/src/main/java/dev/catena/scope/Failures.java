package dev.catena.scope;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// What has gone wrong in a scope, in the order in which it did. Loop thread only, but for [#rethrow] and
/// [Thrown#throwIfAny].
final class Failures {
    private static final int MOST_KEPT = 64;

    private final LiveScope scope;
    private @Nullable ArrayList<Throwable> failures;
    private int notKept;

    // whether something was ended by the scope before it was done
    private boolean cut;

    // whether a task has succeeded where one is enough
    private boolean forgiven;

    // started for someone who may never ask how it ended: some of what has ended
    private final Bag<Running<?>> unseen = new Bag<>();
    private int unseenCount;

    // what has ended besides, which only those know who can still ask: how many, and how many of
    // them failed
    private int overlooked;
    private int overlookedFailed;

    // how often failures have been collected, and once more
    private int round = 1;

    Failures(LiveScope scope) {
        this.scope = scope;
    }

    /// What is to be thrown, if anything.
    record Thrown(@Nullable Throwable failure) {
        void throwIfAny() throws IOException {
            if (failure != null) {
                throw Failures.<RuntimeException>rethrow(failure);
            }
        }
    }

    void add(Throwable failure) {
        if (failures == null) {
            failures = new ArrayList<>(1);
        }
        if (failures.size() < MOST_KEPT) {
            failures.add(failure);
        } else {
            notKept++;
        }
    }

    /// Something was ended by the scope before it was done.
    void cut() {
        cut = true;
    }

    /// A task has succeeded: the failures of others, and of what they have started, do not count. Those of finalizers do.
    void forgive() {
        forgiven = true;
        failures = null;
        notKept = 0;
    }

    /// A task has failed.
    void addOfTask(Throwable failure) {
        if (!forgiven) {
            add(failure);
        }
    }

    /// Somebody has asked how it ended: that is not the scope's matter any more.
    void observed(Running<?> running) {
        if (!running.isExpected()) {
            return;
        }
        running.expect(false);
        if (!running.hasEnded()) {
            return;
        }
        var watchers = running.watchers();
        if (unseen.remove(watchers.unseen)) {
            unseenCount--;
        } else if (watchers.overlookedIn() == round) {
            watchers.overlookedIn(0);
            overlooked--;
            if (isFailure(failure(running))) {
                overlookedFailed--;
            }
        }
    }

    /// It has ended: what needs no one's attention is forgotten, unless leaks are looked for. Of the rest no more than
    /// [#MOST_KEPT] are kept, since a scope may live long.
    void ended(Running<?> running) {
        if (!running.isExpected()) {
            return;
        }
        if (isCancelled(running) && !scope.loop().capturesSites()) {
            cut |= scope.whyStopped() != null;
            running.expect(false);
            return;
        }
        var failure = failure(running);
        if (failure != null && isCausedBy(scope.whyStopped(), failure)) {
            cut = true;
            running.expect(false);
        } else if (!isFailure(failure) && !scope.loop().capturesSites()) {
            running.expect(false);
        } else if (unseenCount < MOST_KEPT) {
            unseenCount++;
            running.watchers().unseen = unseen.add(running);
        } else {
            running.watchers().overlookedIn(round);
            overlooked++;
            if (isFailure(failure)) {
                overlookedFailed++;
            }
        }
    }

    /// Whether it was cancelled, known without the exception that says so: to make one costs 6 µs.
    private static boolean isCancelled(Running<?> running) {
        return running.crash() == null && running.verdict() instanceof Outcome.Cancelled;
    }

    /// Whether it is a failure that somebody has to see; that something was cancelled is known to who cancelled it.
    private static boolean isFailure(@Nullable Throwable failure) {
        return failure != null && !(failure instanceof OperationCancelledException);
    }

    private static @Nullable Throwable failure(Running<?> running) {
        if (running.crash() != null) {
            return running.crash();
        }
        try {
            var _ = running.verdict().get();
            return null;
        } catch (IOException | RuntimeException e) {
            return e;
        }
    }

    /// Whether a failure is nothing but a scope's own end.
    static boolean isCausedBy(@Nullable Stop stop, Throwable failure) {
        return switch (stop) {
            case null -> false;
            case Stop.Asked _, Stop.Decided _ -> failure instanceof OperationCancelledException;
            case Stop.Expired _ ->
                    failure instanceof OperationCancelledException
                            || failure instanceof DeadlineExceededException;
        };
    }

    /// What the scope throws after its body threw `thrown`.
    Throwable with(Throwable thrown) {
        collectUnseen();
        var stop = scope.whyStopped();
        Throwable first = thrown;
        if (isCausedBy(stop, thrown)) {
            first = failures != null ? failures.getFirst() : ownExpiry(stop, thrown);
        }
        return merge(first);
    }

    /// What the scope throws after its body ended well: also if some of what it had started was cut short.
    Thrown afterBody() {
        var first = first();
        if (first.failure() != null || !cut) {
            return first;
        }
        return new Thrown(
                switch (scope.whyStopped()) {
                    case null -> null;
                    case Stop.Decided _ -> null;
                    case Stop.Asked(var reason) ->
                            new OperationCancelledException(
                                    scope + " was cancelled before all in it was done: " + reason);
                    case Stop.Expired(_, var bound) -> tooLate(bound);
                });
    }

    /// The scope's own deadline, which cut its body short, is to be named by the scope; an outer one is passed on.
    private Throwable ownExpiry(@Nullable Stop stop, Throwable thrown) {
        return stop instanceof Stop.Expired(var owner, var bound) && owner == scope
                ? tooLate(bound)
                : thrown;
    }

    private static DeadlineExceededException tooLate(String bound) {
        return new DeadlineExceededException("not done in time: " + bound + " has passed");
    }

    /// The first failure of what was started, with the others suppressed in it.
    Thrown first() {
        collectUnseen();
        if (failures == null && notKept > 0) {
            add(new IllegalStateException(notKept + " failures in " + scope + " were not kept"));
            notKept = 0;
        }
        return new Thrown(failures == null ? null : merge(failures.getFirst()));
    }

    private void collectUnseen() {
        for (var running : unseen.empty()) {
            var failure = failure(running);
            if (failure != null && isFailure(failure) && !isCausedBy(scope.whyStopped(), failure)) {
                if (running.site() != null) {
                    failure.addSuppressed(running.site());
                }
                addOfTask(failure);
            } else if (scope.loop().capturesSites()) {
                scope.loop()
                        .report(
                                running + " was started in " + scope + " and never awaited",
                                running.site());
            }
        }
        unseenCount = 0;
        if (!forgiven) {
            notKept += overlookedFailed;
        }
        int more = overlooked - overlookedFailed;
        if (more > 0) {
            scope.loop()
                    .report(more + " more were started in " + scope + " and never awaited", null);
        }
        overlooked = 0;
        overlookedFailed = 0;
        round++;
    }

    private Throwable merge(Throwable first) {
        if (failures != null) {
            for (var other : failures) {
                if (other != first) {
                    first.addSuppressed(other);
                }
            }
        }
        if (notKept > 0) {
            first.addSuppressed(
                    new IllegalStateException(
                            notKept + " more failures in " + scope + " were not kept"));
        }
        failures = null;
        notKept = 0;
        return first;
    }

    /// What the verbs can throw of what a [java.util.concurrent.Callable] threw: another checked exception is wrapped.
    static Throwable declared(Throwable thrown) {
        return switch (thrown) {
            case IOException io -> io;
            case RuntimeException unchecked -> unchecked;
            case Exception checked -> new CompletionException(checked);
            default -> thrown;
        };
    }

    /// Throws what was thrown: unchecked ones and `IOException`s as they are, and what a body declares.
    // what a body throws besides is what it declares
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <X extends Exception> X rethrow(Throwable thrown) throws IOException, X {
        switch (thrown) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case IOException e -> throw e;
            default -> throw (X) thrown;
        }
    }
}
