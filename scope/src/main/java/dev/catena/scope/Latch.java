package dev.catena.scope;

import java.util.concurrent.locks.LockSupport;

/// Where one thread waits, wherever it runs, for something that the loop will open, once.
final class Latch implements Runnable {
    private final Thread waiter = Thread.currentThread();

    // written by the loop, read by the waiter
    private volatile boolean open;

    /// Lets the waiter go on.
    @Override
    public void run() {
        open = true;
        LockSupport.unpark(waiter);
    }

    /// Waits. An interrupt does not end the wait: it runs `onInterrupt`, once, and is there again afterwards.
    void await(Runnable onInterrupt) {
        boolean interrupted = false;
        while (!open) {
            LockSupport.park(this);
            if (Thread.interrupted() && !interrupted) {
                interrupted = true;
                onInterrupt.run();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
