package dev.catena.proactor.portable;

import java.lang.invoke.VarHandle;
import java.nio.channels.Selector;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;

/// What other threads have to say to the driver's: the ends of file operations, and wake-ups. The driver's thread sleeps in
/// a selector, and is woken only if it does.
final class Arrivals {
    private final Selector selector;

    // any thread offers, the loop polls
    private final MpscUnboundedAtomicArrayQueue<Runnable> queue =
            new MpscUnboundedAtomicArrayQueue<>(256);

    // set by the loop before it sleeps; whoever clears it wakes the loop
    private volatile boolean sleeping;

    // guarded by this: a closed selector must not be woken
    private boolean closed;

    Arrivals(Selector selector) {
        this.selector = selector;
    }

    /// Something to be done on the loop's thread (any thread).
    void offer(Runnable arrival) {
        queue.offer(arrival);
        // The loop sets the flag and then looks at the queue; this adds to the queue and then looks
        // at
        // the flag: at least one of the two sees the other. Not without the fence: what needs a new
        // chunk of the queue is added by an ordered write, which the read of the flag may pass.
        VarHandle.fullFence();
        if (sleeping) {
            sleeping = false;
            wake();
        }
    }

    /// Ends the current sleep, or the next (any thread). Does nothing after [#close].
    synchronized void wake() {
        if (!closed) {
            selector.wakeup();
        }
    }

    /// Says that the loop will sleep (loop thread).
    ///
    /// @return false if something has arrived already
    boolean prepareSleep() {
        sleeping = true;
        return queue.isEmpty();
    }

    /// Does what has arrived (loop thread).
    void run() {
        sleeping = false;
        for (var arrival = queue.poll(); arrival != null; arrival = queue.poll()) {
            arrival.run();
        }
    }

    synchronized void close() {
        closed = true;
    }
}
