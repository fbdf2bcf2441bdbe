package dev.catena.spec.lifetimes;

import dev.catena.spec.RingUnderTest;
import dev.catena.spec.TamperedDriver;
import java.util.concurrent.atomic.AtomicReference;

/// A kernel that takes nothing while it is told not to.
final class Refusing extends TamperedDriver {
    private volatile boolean takes = true;

    /// A ring over one.
    static RingUnderTest ring(AtomicReference<Refusing> driver) {
        return RingUnderTest.over(
                () -> {
                    driver.set(new Refusing());
                    return driver.get();
                });
    }

    void takes(boolean does) {
        takes = does;
    }

    @Override
    public void submit() {
        if (takes) {
            super.submit();
        }
    }

    @Override
    public void await(long timeoutNanos) {
        if (takes) {
            super.await(timeoutNanos);
        }
    }
}
