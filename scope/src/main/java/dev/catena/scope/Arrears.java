package dev.catena.scope;

import dev.catena.ops.Fd;
import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.loop.Counters;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Bytes that have come over sockets and that nobody has worked on: what a `forEach` had waiting when it ended early. They
/// stay with the socket for who receives from it next. Loop thread only.
final class Arrears {
    private static final byte[] NONE = {};

    private final Counters counters;

    // of each socket, in the order in which they came
    private final IdentityHashMap<Descriptor, ArrayDeque<byte[]>> chunks = new IdentityHashMap<>();

    Arrears(Counters counters) {
        this.counters = counters;
    }

    /// Those of a descriptor and others of its scope, if there are any.
    static @Nullable Arrears of(@Nullable Fd fd) {
        return fd instanceof Descriptor descriptor
                        && descriptor.owner() instanceof Holdings holder
                        && holder.arrears() != null
                        && holder.arrears().chunks.containsKey(descriptor)
                ? holder.arrears()
                : null;
    }

    /// Keeps bytes that came after those that are kept.
    void keep(Descriptor fd, byte[] bytes) {
        counters.arrears += bytes.length;
        chunks.computeIfAbsent(fd, _ -> new ArrayDeque<>()).addLast(bytes);
    }

    /// Keeps bytes that were taken and came before those that are kept.
    void putBack(Descriptor fd, byte[] bytes) {
        counters.arrears += bytes.length;
        chunks.computeIfAbsent(fd, _ -> new ArrayDeque<>()).addFirst(bytes);
    }

    /// Takes up to `most` bytes of those that came together first; none if there are none.
    byte[] take(Descriptor fd, int most) {
        var kept = chunks.get(fd);
        if (kept == null) {
            return NONE;
        }
        var first = kept.removeFirst();
        counters.arrears -= first.length;
        if (kept.isEmpty()) {
            chunks.remove(fd);
        }
        if (first.length <= most) {
            return first;
        }
        putBack(fd, Arrays.copyOfRange(first, most, first.length));
        return Arrays.copyOf(first, most);
    }

    /// A descriptor is another scope's from here on.
    void move(Descriptor fd, Holdings to) {
        var kept = chunks.remove(fd);
        if (kept != null) {
            for (var bytes : kept) {
                counters.arrears -= bytes.length;
                to.arrearsToKeep().keep(fd, bytes);
            }
        }
    }

    /// Takes all that a descriptor has, in order.
    List<byte[]> takeAll(Descriptor fd) {
        var kept = chunks.remove(fd);
        if (kept == null) {
            return List.of();
        }
        kept.forEach(bytes -> counters.arrears -= bytes.length);
        return List.copyOf(kept);
    }

    /// A descriptor is closed, and nobody can receive from it.
    void drop(Descriptor fd) {
        var kept = chunks.remove(fd);
        if (kept != null) {
            kept.forEach(bytes -> counters.arrears -= bytes.length);
        }
    }
}
