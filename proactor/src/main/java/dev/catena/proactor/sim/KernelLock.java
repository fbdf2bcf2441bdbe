package dev.catena.proactor.sim;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Guards everything in a simulated kernel, which loops and tests use from several threads.
///
/// It spins. A virtual thread that waits for a monitor or a `ReentrantLock` leaves its carrier, and the loop would run
/// something else in the middle of publishing a chain. It is held for moments only, and never while anybody waits.
/// Reentrant, since scripts of peers run with it held and use the public API.
final class KernelLock {

    /// The lock, held: to be closed by a `try` statement.
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
    private final Held held = this::release;

    // the owner's
    private int depth;

    /// Takes it.
    Held hold() {
        var caller = Thread.currentThread();
        if (owner.get() != caller) {
            while (!owner.compareAndSet(null, caller)) {
                Thread.onSpinWait();
            }
        }
        depth++;
        return held;
    }

    private void release() {
        if (--depth == 0) {
            owner.set(null);
        }
    }
}
