package dev.catena.scope;

import dev.catena.ops.Outcome;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The half of a [Pending] that is the same for operations and pipelines: waiting for the end. The other half, for the
/// loop's thread, says what happened.
sealed interface Running<R> extends Pending<R> permits Operation, Composite {

    /// The scope it runs in.
    LiveScope scope();

    /// Whether it has ended (loop thread).
    boolean hasEnded();

    /// Who is told of the end (loop thread).
    Watchers watchers();

    /// Whether its failure is the scope's unless somebody asks for it (loop thread).
    boolean isExpected();

    /// Makes its failure the scope's, or not any more (loop thread).
    void expect(boolean whether);

    /// What became of it, having ended (loop thread).
    Outcome<R> verdict();

    /// The exception that a function of a pipeline threw, if one did (loop thread).
    @Nullable Throwable crash();

    /// Asks for its end (loop thread).
    void stop(Stop stop);

    @Override
    default R await() throws IOException {
        try {
            return outcome().get();
        } catch (IOException | CancellationException failure) {
            if (site() != null) {
                failure.addSuppressed(site());
            }
            throw failure;
        }
    }

    /// Where it was submitted, if that is recorded (any thread).
    @Nullable Throwable site();

    @Override
    default Outcome<R> outcome() {
        var loop = scope().loop();
        loop.checkMayWait();
        if (loop.isOnLoop()) {
            parkUntilEnded();
            return ended();
        }
        var latch = new Latch();
        loop.execute(() -> whenEnded(latch));
        latch.await(() -> scope().interrupted());
        return loop.call(this::ended);
    }

    /// Runs an action at the end, or at once if that is past (loop thread).
    default void whenEnded(Runnable action) {
        if (hasEnded()) {
            action.run();
        } else {
            watchers().add(action);
        }
    }

    /// Waits for the end (a virtual thread on the loop).
    default void parkUntilEnded() {
        if (hasEnded()) {
            return;
        }
        watchers().add(Thread.currentThread());
        boolean interrupted = false;
        while (!hasEnded()) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                interrupted = true;
                scope().interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// The outcome, or the crash thrown again (loop thread).
    private Outcome<R> ended() {
        scope().observed(this);
        throwCrash();
        return verdict();
    }

    /// Throws what a function of a pipeline threw, if one did (loop thread).
    default void throwCrash() {
        switch (crash()) {
            case null -> {}
            case Error error -> throw error;
            case RuntimeException crash -> throw crash;
            case Throwable other ->
                    throw new IllegalStateException("a function of a pipeline threw", other);
        }
    }

    @Override
    default void cancel(String reason) {
        scope().loop().perform(() -> stop(scope().asked(reason)));
    }

    @Override
    default boolean isDone() {
        return scope().loop().call(this::hasEnded);
    }

    @Override
    default CompletableFuture<R> toCompletableFuture() {
        return scope().loop()
                .call(
                        () -> {
                            var future = new CompletableFuture<R>();
                            whenEnded(
                                    () -> {
                                        try {
                                            future.complete(ended().get());
                                        } catch (IOException | RuntimeException | Error e) {
                                            future.completeExceptionally(e);
                                        }
                                    });
                            return future;
                        });
    }
}
