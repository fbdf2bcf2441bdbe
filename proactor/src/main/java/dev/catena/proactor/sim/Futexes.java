package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.WAIT;
import static dev.catena.proactor.sim.Description.no;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.spi.Region;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Who waits for which word of memory (`futex(2)`). Guarded by the kernel's lock.
final class Futexes {
    private final Map<Long, LinkedHashSet<Request>> waiting = new HashMap<>();

    int wait(Request request, Buffer word, int expected) {
        var region = (Region) word;
        if (region.address() % Integer.BYTES != 0) {
            return no(Errno.EINVAL);
        }
        if (region.unguarded().get(JAVA_INT, 0) != expected) {
            return no(Errno.EAGAIN);
        }
        waiting.computeIfAbsent(region.address(), _ -> new LinkedHashSet<>()).add(request);
        return WAIT;
    }

    int wake(Buffer word, int most) {
        var there = waiting.getOrDefault(((Region) word).address(), new LinkedHashSet<>());
        var woken = List.copyOf(there).stream().limit(most).toList();
        for (var request : woken) {
            there.remove(request);
            request.ring.execution().settle(request, 0);
        }
        return woken.size();
    }

    void remove(Request request) {
        waiting.values().forEach(there -> there.remove(request));
    }
}
