package dev.catena.scope;

import dev.catena.proactor.loop.EventLoop;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A scope whose body runs on the loop while the thread that opened it waits outside.
final class Visit<T extends @Nullable Object, X extends Exception> implements Runnable {
    private final EventLoop loop;
    private final ScopeOptions options;
    private final Scope.Body<T, X> body;
    private final Latch latch = new Latch();

    // written by the body's thread before it opens the latch
    private @Nullable T value;
    private @Nullable Throwable failure;

    // each side writes its own and then reads the other's, so at least one of the two sees both
    private volatile @Nullable LiveScope scope;
    private volatile boolean isInterrupted;

    Visit(EventLoop loop, ScopeOptions options, Scope.Body<T, X> body) {
        this.loop = loop;
        this.options = options;
        this.body = body;
    }

    @SuppressWarnings("NullAway") // T may be a nullable type
    T await() throws IOException, X {
        loop.newThread(options.name(), this).start();
        latch.await(this::interrupted);
        if (failure != null) {
            throw Failures.<X>rethrow(failure);
        }
        return value;
    }

    @Override
    public void run() {
        try {
            value = LiveScope.runHere(loop, options, body, this::opened);
        } catch (Throwable thrown) { // it is thrown again, by the thread that waits
            failure = thrown;
        }
        latch.run();
    }

    private void opened(LiveScope opened) {
        scope = opened;
        if (isInterrupted) {
            opened.interrupted();
        }
    }

    private void interrupted() {
        isInterrupted = true;
        var opened = scope;
        if (opened != null) {
            opened.interrupted();
        }
    }
}
