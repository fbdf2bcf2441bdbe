package dev.catena.scope;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Things in the order in which they came, each of which can be taken out at once by its [Place]: nothing is hashed or searched
/// for. Loop thread only.
final class Bag<T> {
    private @Nullable Place<T> newest;

    /// Where something is in a bag.
    static final class Place<T> {
        private final T thing;
        private @Nullable Place<T> older;
        private @Nullable Place<T> newer;
        private boolean isOut;

        private Place(T thing) {
            this.thing = thing;
        }
    }

    boolean isEmpty() {
        return newest == null;
    }

    Place<T> add(T thing) {
        var place = new Place<>(thing);
        var before = newest;
        place.older = before;
        if (before != null) {
            before.newer = place;
        }
        newest = place;
        return place;
    }

    /// Takes out what is at a place.
    ///
    /// @param place of this bag; null for nothing
    /// @return whether it was there
    boolean remove(@Nullable Place<T> place) {
        if (place == null || place.isOut) {
            return false;
        }
        place.isOut = true;
        var before = place.older;
        var after = place.newer;
        if (before != null) {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        return true;
    }

    static boolean isIn(@Nullable Place<?> place) {
        return place != null && !place.isOut;
    }

    /// What is in it now, the newest first; it may change meanwhile.
    List<T> newestFirst() {
        var all = new ArrayList<T>();
        for (var at = newest; at != null; at = at.older) {
            all.add(at.thing);
        }
        return all;
    }

    /// Takes everything out, the oldest first.
    List<T> empty() {
        var all = newestFirst().reversed();
        for (var at = newest; at != null; at = at.older) {
            at.isOut = true;
        }
        newest = null;
        return all;
    }
}
