package dev.catena.scope;

import dev.catena.proactor.ProactorGroup;
import dev.catena.proactor.loop.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Scopes on all loops of a group that run and fail together, while the thread that opened them waits.
final class EachLoop<X extends Exception> {
    private final Scope.Work<X> work;

    // guarded by this
    private final List<LiveScope> scopes = new ArrayList<>();
    private @Nullable Throwable failure;
    private @Nullable String reason;

    EachLoop(Scope.Work<X> work) {
        this.work = work;
    }

    void run(ProactorGroup group) throws IOException, X {
        var latches = new ArrayList<Latch>();
        for (var proactor : group.proactors()) {
            ((EventLoop) proactor).checkMayWait();
        }
        for (var proactor : group.proactors()) {
            var loop = (EventLoop) proactor;
            var options = ScopeOptions.of("loop-" + latches.size());
            var latch = new Latch();
            latches.add(latch);
            loop.newThread(options.name(), () -> live(loop, options, latch)).start();
        }
        for (var latch : latches) {
            latch.await(() -> cancel("the thread that waits for all loops was interrupted"));
        }
        Throwable thrown;
        synchronized (this) {
            thrown = failure;
        }
        if (thrown != null) {
            throw Failures.<X>rethrow(thrown);
        }
    }

    /// The life of a loop's scope.
    private void live(EventLoop loop, ScopeOptions options, Latch latch) {
        try {
            LiveScope.<@Nullable Void, X>runHere(
                    loop,
                    options,
                    scope -> {
                        work.run(scope);
                        return null;
                    },
                    this::opened);
        } catch (Throwable thrown) { // it is thrown again, by the thread that waits
            failed(options.name(), thrown);
        }
        latch.run();
    }

    private void opened(LiveScope scope) {
        String why;
        synchronized (this) {
            scopes.add(scope);
            why = reason;
        }
        if (why != null) {
            scope.cancel(why);
        }
    }

    private void failed(String name, Throwable thrown) {
        synchronized (this) {
            if (failure == null) {
                failure = thrown;
            } else if (reason == null || !Failures.isCausedBy(new Stop.Asked(reason), thrown)) {
                failure.addSuppressed(thrown);
            }
        }
        cancel("the scope of " + name + " failed: " + thrown);
    }

    private void cancel(String why) {
        List<LiveScope> open;
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
            open = List.copyOf(scopes);
        }
        open.forEach(scope -> scope.cancel(why));
    }
}
