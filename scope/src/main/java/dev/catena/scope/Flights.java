package dev.catena.scope;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The operations of a scope that are in flight: a list through the operations themselves, so that adding and removing
/// one costs nothing. Loop thread only.
final class Flights {
    private @Nullable Operation<?> newest;

    boolean isEmpty() {
        return newest == null;
    }

    void add(Operation<?> operation) {
        operation.next = newest;
        if (newest != null) {
            newest.previous = operation;
        }
        newest = operation;
    }

    void remove(Operation<?> operation) {
        var before = operation.previous;
        var after = operation.next;
        if (before == null) {
            newest = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        operation.previous = null;
        operation.next = null;
    }

    /// Those that are in flight now, the oldest first.
    List<Operation<?>> oldestFirst() {
        var all = new ArrayList<Operation<?>>();
        for (var at = newest; at != null; at = at.next) {
            all.add(at);
        }
        return all.reversed();
    }
}
