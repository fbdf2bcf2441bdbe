package dev.catena.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Contenders that need `--enable-preview`: `benchmarks/preview/PreviewForks.java`, in a JVM of its own with the same heap, which
/// compiles it as it starts.
final class PreviewContenders implements AutoCloseable {
    private static final Path SOURCE =
            Path.of(
                    System.getProperty("catena.benchmarks.preview", "benchmarks/preview"),
                    "PreviewForks.java");

    /// What some forks took.
    record Took(double nanosEach, double bytesEach) {}

    private final Process process;
    private final PrintStream asks;
    private final BufferedReader answers;

    PreviewContenders() throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        process =
                new ProcessBuilder(
                                List.of(
                                        java,
                                        "-Xmx" + (Runtime.getRuntime().maxMemory() >> 20) + "m",
                                        "--enable-preview",
                                        "--source",
                                        Integer.toString(Runtime.version().feature()),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        SOURCE.toString()))
                        .redirectError(ProcessBuilder.Redirect.DISCARD) // it notes the preview
                        .start();
        asks = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /// Does something once.
    Took run(String way, int forks) throws IOException {
        asks.println(way + " " + forks);
        var answer = answers.readLine();
        if (answer == null) {
            throw new IllegalStateException(SOURCE + " has ended, or could not be started");
        }
        var numbers = answer.split(" ", -1);
        if (Long.parseLong(numbers[2]) != forks) {
            throw new IllegalStateException(way + ": not all have run: " + answer);
        }
        return new Took(
                Long.parseLong(numbers[0]) / (double) forks,
                Long.parseLong(numbers[1]) / (double) forks);
    }

    @Override
    public void close() {
        asks.close(); // it ends with its input
    }
}
