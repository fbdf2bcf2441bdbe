package dev.catena.scope;

import dev.catena.proactor.loop.EventLoop;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A virtual thread that runs in a scope.
final class Forked<T extends @Nullable Object> implements Task<T>, Runnable {
    private final LiveScope scope;
    private final Callable<T> body;

    // loop-owned
    private final Watchers watchers = new Watchers();
    private @Nullable Thread thread;
    private boolean ended;
    Bag.@Nullable Place<Forked<?>> place;
    private @Nullable T value;
    private @Nullable Throwable failure;

    Forked(LiveScope scope, Callable<T> body) {
        this.scope = scope;
        this.body = body;
    }

    void start(EventLoop loop, Execution execution) {
        var name = scope.name() + "-task";
        var own =
                switch (execution) {
                    case PINNED -> loop.newThread(name, this);
                    case STEALING -> loop.newStealingThread(name, this);
                };
        thread = own;
        own.start();
    }

    /// Its thread, once it has one (loop thread).
    @Nullable Thread thread() {
        return thread;
    }

    /// The thread's life.
    @Override
    public void run() {
        T result = null;
        Throwable thrown = null;
        try {
            result = body.call();
        } catch (Throwable e) { // whatever it is, it is the scope's to throw
            thrown = Failures.declared(e);
        }
        var given = result;
        var failed = thrown;
        scope.loop().perform(() -> end(given, failed));
    }

    private void end(@Nullable T given, @Nullable Throwable thrown) {
        value = given;
        failure = thrown;
        ended = true;
        scope.ended(this);
        watchers.tell();
    }

    /// Whether it has ended, and well (any thread).
    boolean hasSucceeded() {
        return scope.loop().call(() -> ended && failure == null);
    }

    /// What it threw (loop thread).
    @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public boolean isDone() {
        return scope.loop().call(() -> ended);
    }

    @Override
    @SuppressWarnings("NullAway") // T may be a nullable type
    public T await() throws IOException {
        scope.loop().checkMayWait();
        var latch = new Latch();
        scope.loop()
                .perform(
                        () -> {
                            if (ended) {
                                latch.run();
                            } else {
                                watchers.add(latch);
                            }
                        });
        latch.await(scope::interrupted);
        var thrown = scope.loop().call(() -> new Failures.Thrown(failure));
        thrown.throwIfAny();
        return scope.loop().call(() -> value);
    }
}
