package dev.catena.scope;

import org.jspecify.annotations.Nullable;

/// What runs in a scope: operations in flight, pipelines and other composites, threads, waits,
/// and scopes. Loop thread only.
final class Contents {
    final Flights flights = new Flights();
    final Composites composites = new Composites();
    final Bag<Forked<?>> threads = new Bag<>();
    final Bag<Waiting> waits = new Bag<>();
    final Bag<LiveScope> scopes = new Bag<>();

    /// Whether nothing runs.
    boolean isQuiet() {
        return nothingRuns() && scopes.isEmpty();
    }

    /// Whether all that is left are scopes that were opened for a `try` and have not been closed.
    boolean isQuietButForOpenScopes() {
        return nothingRuns()
                && (scopes.isEmpty()
                        || scopes.newestFirst().stream().noneMatch(LiveScope::hasBody));
    }

    private boolean nothingRuns() {
        return flights.isEmpty() && composites.isEmpty() && threads.isEmpty() && waits.isEmpty();
    }

    @Nullable LiveScope newestScope() {
        return scopes.isEmpty() ? null : scopes.newestFirst().getFirst();
    }

    /// Asks everything to end that is not shielded.
    void stop(Stop why) {
        // The oldest first: the kernel looks for a timeout from the front of a list, and what it
        // has found is gone from there.
        for (var operation : flights.oldestFirst()) {
            if (!operation.isShielded()) {
                operation.stop(why);
            }
        }
        for (var composite : composites.newestFirst()) {
            composite.stop(why);
        }
        for (var waiting : waits.newestFirst()) {
            waiting.stop(why);
        }
        for (var scope : scopes.newestFirst()) {
            if (!scope.options().shielded()) {
                scope.stop(why);
            }
        }
    }
}
