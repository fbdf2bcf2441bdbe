package dev.catena.examples.program;

import dev.catena.proactor.Metrics;
import java.util.Locale;

/// Whether everything that a proactor handed out has come back: what programs print when they end.
///
/// @param metrics what the proactor had counted after its last scope ended
public record Balance(Metrics metrics) {

    /// Whether nothing is out, and nothing came that was not waited for.
    public boolean isEven() {
        return metrics.published() == metrics.terminal()
                && metrics.stale() == 0
                && metrics.descriptors() == 0
                && metrics.leases() == 0
                && metrics.scopes() == 0
                && metrics.timers() == 0;
    }

    /// Fails unless it is even.
    public void check() throws ProgramException {
        if (!isEven()) {
            throw new ProgramException("something is still out: " + metrics);
        }
    }

    /// The entries published for every time that the kernel was entered, be it to submit or to wait.
    public String enters() {
        return String.format(
                Locale.ROOT,
                "%,d entries in %,d enters (%.1f an enter, waits included)",
                metrics.published(),
                metrics.enters(),
                (double) metrics.published() / Math.max(1, metrics.enters()));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "published %,d %s terminal %,d; out: %d descriptors, %d leases, %d scopes, %d timers",
                metrics.published(),
                metrics.published() == metrics.terminal() ? "=" : "≠",
                metrics.terminal(),
                metrics.descriptors(),
                metrics.leases(),
                metrics.scopes(),
                metrics.timers());
    }
}
