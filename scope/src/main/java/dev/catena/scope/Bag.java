package dev.catena.scope;

import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A set that keeps the order in which things came, and costs nothing while it is empty. Loop thread only.
final class Bag<T> {
    private @Nullable LinkedHashSet<T> all;

    boolean isEmpty() {
        return all == null || all.isEmpty();
    }

    boolean contains(T one) {
        return all != null && all.contains(one);
    }

    void add(T one) {
        if (all == null) {
            all = new LinkedHashSet<>();
        }
        all.add(one);
    }

    boolean remove(T one) {
        return all != null && all.remove(one);
    }

    /// What is in it now, the newest first; it may change meanwhile.
    List<T> newestFirst() {
        return all == null ? List.of() : List.copyOf(all.reversed());
    }

    void clear() {
        all = null;
    }
}
