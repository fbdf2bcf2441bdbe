package dev.catena.io;

import dev.catena.ops.Fd;
import dev.catena.proactor.ProactorGroup;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.scope.Mailbox;
import dev.catena.scope.Scope;
import dev.catena.scope.Task;
import io.vavr.Tuple;
import io.vavr.Tuple0;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scopes on all loops of a group that serve what the loop of a listener accepts and hands on.
///
/// They are the life of one thread in the listener's scope, so that this does not end before them: it opens them, and waits until
/// each has been told that nothing more comes and its connections have ended, or has been cancelled.
final class Crew {
    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

    /// One loop's part: what serves there, and where it is told that nothing more comes.
    private record Place(Scope scope, Serving serving, Mailbox<Tuple0> end) {}

    private final ProactorGroup group;
    private final Spread spread;
    private final TcpOptions options;
    private final TcpListener.Service service;
    private final List<CompletableFuture<Place>> places = new ArrayList<>();

    // counted up by the listener's loop, and down by the loop that serves
    private final AtomicInteger[] open;

    // by the thread that accepts
    private int last = -1;

    private Crew(
            ProactorGroup group, Spread spread, TcpOptions options, TcpListener.Service service) {
        this.group = group;
        this.spread = spread;
        this.options = options;
        this.service = service;
        this.open = new AtomicInteger[group.size()];
        for (int i = 0; i < open.length; i++) {
            open[i] = new AtomicInteger();
            places.add(new CompletableFuture<>());
        }
    }

    /// Whether descriptors of a scope mean something on the loops of a group.
    static boolean canServe(Scope scope, ProactorGroup group) {
        var here = (EventLoop) scope.proactor();
        return group.proactors().stream()
                .allMatch(loop -> here.sharesDescriptorsWith((EventLoop) loop));
    }

    /// What a listener does with its crew.
    @FunctionalInterface
    interface Accepting {
        void run(Crew crew) throws IOException;
    }

    /// Has a crew ready while `accepting` runs, and waits for its connections then, or cancels them if that failed.
    static void serve(
            Scope scope,
            ProactorGroup group,
            Spread spread,
            TcpOptions options,
            TcpListener.Service service,
            Accepting accepting)
            throws IOException {
        var crew = new Crew(group, spread, options, service);
        var ended = Mailbox.<Tuple0>open(scope, 1);
        var life = scope.fork(() -> crew.live(ended));
        try {
            crew.await(life);
            accepting.run(crew);
            crew.tellTheEnd();
            var _ = ended.receive(scope); // not life.await(): the scope may be cancelled meanwhile
        } catch (IOException | RuntimeException | Error failure) {
            crew.cancel("the listener in " + scope + " has ended: " + failure);
            throw failure;
        }
        var _ = life.await();
    }

    /// The life of all of it, on a thread of the listener's scope.
    private Tuple0 live(Mailbox<Tuple0> ended) throws IOException {
        try {
            Scope.<IOException>onEach(group, this::serveHere);
        } catch (IOException | RuntimeException | Error failure) {
            places.forEach(place -> place.completeExceptionally(failure));
            throw failure;
        } finally {
            ended.offer(Tuple.empty());
        }
        return Tuple.empty();
    }

    private void serveHere(Scope scope) throws IOException {
        var end = Mailbox.<Tuple0>open(scope, 1);
        int number = group.proactors().indexOf(scope.proactor());
        places.get(number).complete(new Place(scope, new Serving(scope, options, service), end));
        var _ = end.receive(scope);
    }

    /// Waits until all are there.
    private void await(Task<Tuple0> life) throws IOException {
        for (var place : places) {
            try {
                place.join();
            } catch (CompletionException _) {
                var _ = life.await(); // throws why
            }
        }
    }

    /// Hands a connection on.
    void serve(Scope from, Fd socket) {
        int number = spread.choose(last, open);
        last = number;
        var place = places.get(number).join();
        var load = open[number];
        boolean counted = spread == Spread.LEAST_LOADED;
        load.incrementAndGet();
        try {
            from.handOn(
                    socket,
                    place.scope(),
                    connection ->
                            place.serving()
                                    .serve(connection, counted ? load::decrementAndGet : null));
        } catch (RuntimeException | Error refused) {
            load.decrementAndGet();
            throw refused;
        }
    }

    private void tellTheEnd() {
        for (var place : places) {
            try {
                place.join().end().offer(Tuple.empty());
            } catch (IllegalStateException ended) { // the thread that waits for all throws why
                LOG.debug("a loop does not serve any more", ended);
            }
        }
    }

    private void cancel(String why) {
        for (var place : places) {
            var _ =
                    place.whenComplete(
                            (there, _) -> {
                                if (there != null) {
                                    there.scope().cancel(why);
                                }
                            });
        }
    }
}
