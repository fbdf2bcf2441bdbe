package dev.catena.proactor.sim;

import java.util.LinkedHashSet;
import java.util.List;

/// Who waits for a change, in the order in which they came. Guarded by the kernel's lock.
final class Waiters {
    private final LinkedHashSet<Waiter> waiting = new LinkedHashSet<>();

    void add(Waiter waiter) {
        waiting.add(waiter);
    }

    void remove(Waiter waiter) {
        waiting.remove(waiter);
    }

    /// Something has changed.
    ///
    /// @param events what it may be ready for by now, in the bits of `poll.h`
    void stir(int events) {
        waiting.removeIf(waiter -> !waiter.waits());
        if (!waiting.isEmpty()) {
            List.copyOf(waiting).forEach(waiter -> waiter.stirred(events));
        }
    }
}
