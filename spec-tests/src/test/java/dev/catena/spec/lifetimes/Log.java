package dev.catena.spec.lifetimes;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// What is logged while it is open: the log goes to standard error, which is this as long.
public final class Log implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Log() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    public static Log open() {
        return new Log();
    }

    public String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
