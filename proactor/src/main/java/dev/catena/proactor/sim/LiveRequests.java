package dev.catena.proactor.sim;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The entries that a ring has taken and not finished, the oldest first. Guarded by the kernel's lock.
final class LiveRequests {
    private final LinkedHashSet<Request> all = new LinkedHashSet<>();
    private final Map<Long, Request> byToken = new HashMap<>();

    // those whose token finds another
    private int twins;

    /// Adds one, and says whether its token is its own: the kernel does not mind, but takes the one for the other.
    boolean add(Request request) {
        all.add(request);
        boolean isAlone = byToken.putIfAbsent(request.token, request) == null;
        twins += isAlone ? 0 : 1;
        return isAlone;
    }

    void remove(Request request) {
        all.remove(request);
        if (byToken.remove(request.token, request) && twins > 0) {
            for (var other : all) {
                if (other.token == request.token
                        && byToken.putIfAbsent(other.token, other) == null) {
                    twins--;
                    break;
                }
            }
        }
    }

    /// The one with a token, or null.
    @Nullable Request find(long token) {
        return byToken.get(token);
    }

    List<Request> list() {
        return List.copyOf(all);
    }

    int size() {
        return all.size();
    }
}
