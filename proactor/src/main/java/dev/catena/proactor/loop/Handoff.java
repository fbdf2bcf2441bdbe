package dev.catena.proactor.loop;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Something that a thread outside the loop has done on the loop, and waits for.
final class Handoff<T extends @Nullable Object> implements Runnable {
    private final Supplier<T> work;
    private final Thread caller = Thread.currentThread();
    private @Nullable T result;
    private @Nullable Throwable failure;

    // written last, by the loop
    private volatile boolean done;

    Handoff(Supplier<T> work) {
        this.work = work;
    }

    @Override
    public void run() {
        try {
            result = work.get();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        done = true;
        LockSupport.unpark(caller);
    }

    /// Waits; an interrupt does not cut it short, but is there again afterwards.
    @SuppressWarnings("NullAway") // T may be a nullable type
    T await() {
        boolean interrupted = false;
        while (!done) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        var thrown = failure;
        if (thrown != null) {
            thrown.addSuppressed(new IllegalStateException("handed off from " + caller));
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
        return result;
    }
}
