package dev.catena.scope;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Blocking work of a scope, done by a platform thread while the caller waits. Stopped before a thread has taken it, it is never
/// begun; after that it goes on to its end, since nothing may interrupt it, and what it gives is kept.
final class BlockingCall<T extends @Nullable Object> extends Waiting {
    private static final Object TAKEN = "taken by a thread";

    private final Callable<T> work;

    // written by the thread that does it, before it lets the caller go on
    private @Nullable T value;
    private @Nullable Throwable failure;

    private BlockingCall(LiveScope scope, Callable<T> work) {
        super(scope);
        this.work = work;
    }

    @SuppressWarnings("NullAway") // T may be a nullable type
    static <T extends @Nullable Object> T run(LiveScope scope, Callable<T> work)
            throws IOException {
        var call = new BlockingCall<>(scope, work);
        call.await();
        new Failures.Thrown(call.failure).throwIfAny();
        return call.value;
    }

    @Override
    void begin() {
        scope().loop().executeBlocking(this::work);
    }

    private void work() {
        if (!claim(TAKEN)) {
            return;
        }
        try {
            value = work.call();
        } catch (Throwable thrown) { // it is thrown again, by the thread that waits
            failure = Failures.declared(thrown);
        }
        open();
    }

    @Override
    void ended() {
        var stop = scope().whyStopped();
        if (stop != null && !isStopped() && failure == null) {
            scope().loop().counters().completedAfterCancel++;
            if (stop instanceof Stop.Expired) {
                scope().loop().counters().late++;
            }
        }
    }

    @Override
    public String toString() {
        return "blocking work";
    }
}
