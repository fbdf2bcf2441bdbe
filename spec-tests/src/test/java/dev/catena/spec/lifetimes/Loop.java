package dev.catena.spec.lifetimes;

import dev.catena.proactor.Metrics;
import dev.catena.proactor.Proactor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// Waiting for what a loop is seen to do, without sleeping.
public final class Loop {
    private Loop() {}

    /// Waits until something is so, letting others run.
    @SuppressWarnings("ThreadPriorityCheck") // to let the loop go round
    public static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.yield();
        }
    }

    /// Waits until the loop's counters say something, and gives them.
    public static Metrics until(Proactor proactor, Predicate<Metrics> condition) {
        until(() -> condition.test(proactor.metrics()));
        return proactor.metrics();
    }
}
