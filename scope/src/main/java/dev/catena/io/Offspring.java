package dev.catena.io;

import dev.catena.scope.Joining;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The processes of one scope that live: when the scope ends, they do. It remembers those that live only, so that a scope that lives
/// long uses constant memory however many come and go. From any thread.
final class Offspring {
    private static final ConcurrentHashMap<Scope, Offspring> OF = new ConcurrentHashMap<>();

    // guarded by this
    private final Set<ChildProcess> living = new LinkedHashSet<>();

    private Offspring() {}

    /// That of a scope.
    ///
    /// @throws IllegalStateException if the scope has ended
    static Offspring of(Scope scope) {
        var made = new Offspring();
        var present = OF.putIfAbsent(scope, made);
        if (present != null) {
            return present;
        }
        try {
            scope.onClose(
                    cleanup -> {
                        OF.remove(scope);
                        made.end(cleanup);
                    });
        } catch (RuntimeException closed) {
            OF.remove(scope);
            throw closed;
        }
        return made;
    }

    synchronized void add(ChildProcess process) {
        living.add(process);
    }

    synchronized void remove(ChildProcess process) {
        living.remove(process);
    }

    private synchronized List<ChildProcess> living() {
        return List.copyOf(living);
    }

    /// Ends those that live, all at once.
    private void end(Scope cleanup) throws IOException {
        var left = living();
        if (left.isEmpty()) {
            return;
        }
        var each = ScopeOptions.of("the end of processes").joining(Joining.COLLECT_ALL);
        var _ =
                cleanup.child(
                        each,
                        inner -> {
                            left.forEach(process -> inner.fork(() -> process.end(inner)));
                            return left;
                        });
    }
}
