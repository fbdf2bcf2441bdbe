package dev.catena.proactor;

import dev.catena.ops.Fd;
import dev.catena.proactor.loop.EventLoop;
import java.util.function.LongConsumer;

/// Runs operations: one event loop on one platform thread, over one driver.
///
/// Open one, run scopes on it (`Scope.open(proactor, …)`), close it. Closing ends the scopes that are still open, in
/// order, and waits until the kernel has finished with everything; only then are rings and memory given back.
///
/// All methods may be called from any thread.
public sealed interface Proactor extends AutoCloseable permits EventLoop {

    /// A proactor with the default settings: on io_uring, or on the portable driver where no ring can be made.
    ///
    /// @throws RingUnavailableException if io_uring is demanded (`-Dcatena.driver=uring`) and no ring can be made; the
    ///     message says why and what to do
    static Proactor open() {
        return builder().open();
    }

    /// To open one with other settings.
    static ProactorBuilder builder() {
        return new ProactorBuilder();
    }

    /// What it has counted so far. From another thread it is asked of the loop, and waits for its answer.
    Metrics metrics();

    /// The time on the driver's clock: nanoseconds, monotonic, from no particular origin.
    long nanoTime();

    /// Its ring, for messages from other loops (`Ops.messageRing`).
    ///
    /// @throws UnsupportedOperationException if the driver has none
    Fd ring();

    /// Gives the messages of other rings to `handler`, on the loop, which it must not block. Replaces the handler before.
    void onMessage(LongConsumer handler);

    /// The driver, in a line for people.
    String driver();

    /// Cancels all scopes that are open, drains them, and gives everything back. Does nothing if it is closed.
    ///
    /// @throws IllegalStateException when called on the loop itself, which would wait for its own end
    @Override
    void close();
}
