package dev.catena.scope;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The composites of a scope that run: a list through the composites themselves, as [Flights] is one through operations. A scope
/// may have a million sleeps, and what each of them occupies is touched as it is cancelled. Loop thread only.
final class Composites {
    private @Nullable Composite<?> newest;

    boolean isEmpty() {
        return newest == null;
    }

    void add(Composite<?> composite) {
        composite.isListed = true;
        composite.older = newest;
        if (newest != null) {
            newest.newer = composite;
        }
        newest = composite;
    }

    /// Takes one out, if it is in: a part of another is not.
    void remove(Composite<?> composite) {
        if (!composite.isListed) {
            return;
        }
        composite.isListed = false;
        var before = composite.older;
        var after = composite.newer;
        if (before != null) {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        composite.older = null;
        composite.newer = null;
    }

    /// What is in it now, the newest first; it may change meanwhile.
    List<Composite<?>> newestFirst() {
        var all = new ArrayList<Composite<?>>();
        for (var at = newest; at != null; at = at.older) {
            all.add(at);
        }
        return all;
    }
}
