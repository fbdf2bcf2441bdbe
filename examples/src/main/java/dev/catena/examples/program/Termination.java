package dev.catena.examples.program;

import dev.catena.scope.Scope;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What Ctrl-C and SIGTERM do to a program while this is open: the scope it governs is cancelled, and the JVM ends once
/// the program has cleaned up, which is when it closes this.
///
/// It is a shutdown hook, so the JVM's exit code is that of the signal (130, 143) unless the program says another.
public final class Termination implements AutoCloseable {
    /// The reason that cancelled operations report.
    public static final String REASON = "the program was told to end";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "termination");
    private volatile @Nullable Scope scope;
    private volatile boolean requested;
    private volatile int status = -1;

    public Termination() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Cancels this scope when the program is told to end, or now if it has been.
    public void govern(Scope governed) {
        scope = governed;
        if (requested) {
            governed.cancel(REASON);
        }
    }

    /// Whether the program has been told to end.
    public boolean isRequested() {
        return requested;
    }

    /// The exit code if the program was told to end.
    ///
    /// @param exitCode 0 to 255
    public void status(int exitCode) {
        status = exitCode;
    }

    /// The program has cleaned up.
    @Override
    public void close() {
        cleanedUp.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // the JVM is on its way out: the hook runs, and finds everything cleaned up
            }
        }
    }

    private void end() {
        requested = true;
        var governed = scope;
        if (governed != null) {
            // not waited for: a loop that is stuck must not keep the JVM from ending
            Thread.ofVirtual().start(() -> governed.cancel(REASON));
        }
        try {
            cleanedUp.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        if (status >= 0) {
            System.out.flush();
            Runtime.getRuntime().halt(status);
        }
    }
}
