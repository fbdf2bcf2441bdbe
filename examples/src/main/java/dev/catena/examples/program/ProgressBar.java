package dev.catena.examples.program;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// A line on the terminal that shows how far a copy has come; nothing at all where standard error is no terminal.
///
/// Any thread may report: those of one loop come one after the other, those of the JDK's scheduler do not.
public final class ProgressBar implements AutoCloseable {
    private static final int CELLS = 30;
    private static final long REDRAW_NANOS = 100_000_000;
    private static final String CLEAR_TO_END_OF_LINE = "\033[K";

    private final PrintStream terminal;
    private final boolean isShown;
    private final long totalBytes;
    private final long startNanos = System.nanoTime();
    private long drawnNanos = startNanos;
    private boolean isDrawn;

    public ProgressBar(PrintStream terminal, boolean isShown, long totalBytes) {
        this.terminal = terminal;
        this.isShown = isShown;
        this.totalBytes = totalBytes;
    }

    /// A bar on standard error.
    public static ProgressBar onStandardError(long totalBytes) {
        return new ProgressBar(System.err, isTerminal(Path.of("/proc/self/fd/2")), totalBytes);
    }

    // The JDK's Console looks at standard input and output only.
    private static boolean isTerminal(Path descriptor) {
        try {
            var target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /// Shows that so many bytes are done, if it is time to draw again.
    public synchronized void show(long doneBytes) {
        long now = System.nanoTime();
        if (isShown && now - drawnNanos >= REDRAW_NANOS) {
            drawnNanos = now;
            draw(doneBytes, now);
        }
    }

    /// Shows the last state, and leaves the line.
    public synchronized void finish(long doneBytes) {
        if (isShown) {
            draw(doneBytes, System.nanoTime());
            leave();
        }
    }

    private void draw(long doneBytes, long nowNanos) {
        double share = totalBytes <= doneBytes ? 1 : (double) doneBytes / Math.max(1, totalBytes);
        int cells = (int) (share * CELLS);
        double seconds = Math.max(1e-9, (nowNanos - startNanos) / 1e9);
        terminal.print(
                String.format(
                        Locale.ROOT,
                        "\r[%s%s] %3.0f %%  %s of %s  %s/s%s",
                        "#".repeat(cells),
                        ".".repeat(CELLS - cells),
                        Math.floor(share * 100),
                        ByteSize.readable(doneBytes),
                        ByteSize.readable(Math.max(doneBytes, totalBytes)),
                        ByteSize.readable(doneBytes / seconds),
                        CLEAR_TO_END_OF_LINE));
        terminal.flush();
        isDrawn = true;
    }

    /// Leaves the line, so that what is printed next stands on its own.
    @Override
    public synchronized void close() {
        leave();
    }

    private void leave() {
        if (isDrawn) {
            terminal.println();
            isDrawn = false;
        }
    }
}
