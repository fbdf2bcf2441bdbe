package dev.catena.proactor;

import dev.catena.ops.Fd;
import dev.catena.proactor.loop.EventLoop;
import java.time.Duration;
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
    /// What ignores that is given up after a [limit][ProactorBuilder#closeLimit]: the loop goes on with it in the background.
    ///
    /// @throws IllegalStateException when called on the loop itself, which would wait for its own end; or if the loop has died
    ///     of an error, which is the cause: its scopes have been cancelled and drained then, too
    @Override
    void close();

    /// Closes it gracefully: takes no new scopes, lets those that are open go on for up to `grace`, and then cancels those that
    /// are left, as [#close()] does.
    ///
    /// @return whether all had ended by themselves in time
    /// @throws IllegalStateException when called on the loop itself, which would wait for its own end; or if the loop has died
    boolean close(Duration grace);
}
