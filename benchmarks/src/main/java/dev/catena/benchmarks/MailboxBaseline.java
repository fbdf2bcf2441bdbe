package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.median;
import static dev.catena.benchmarks.Figures.medianRatio;
import static dev.catena.benchmarks.Figures.write;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The round trips of [MailboxesBenchmark] in C: compiles `benchmarks/c/mailbox.c` and runs it. Where there is no `gcc`, or no source
/// beside the program, the table says so.
final class MailboxBaseline {
    private static final Path SOURCE =
            Path.of(System.getProperty("catena.benchmarks.c", "benchmarks/c"), "mailbox.c");

    // what the program calls them, and what they are
    private static final Map<String, String> WAYS = new LinkedHashMap<>();

    static {
        WAYS.put("eventfd", "an eventfd whose read stands in the ring");
        WAYS.put("message2", "`MSG_RING`, two system calls a message");
        WAYS.put("message", "`MSG_RING`, one system call a message");
        WAYS.put("sync", "`REGISTER_SEND_MSG_RING`");
        WAYS.put("futex", "no ring at all: `FUTEX_WAKE` and `FUTEX_WAIT`");
    }

    private final Map<String, List<Double>> micros = new LinkedHashMap<>();
    private String missing = "";

    /// A round of each way.
    void measure(int trips) throws IOException, InterruptedException {
        if (!missing.isEmpty()) {
            return;
        }
        if (!Files.exists(SOURCE)) {
            missing = SOURCE + " is not here";
            return;
        }
        var program = Files.createTempFile("mailbox", "");
        try {
            output("gcc", "-O2", "-pthread", "-o", program.toString(), SOURCE.toString());
            for (var way : WAYS.keySet()) {
                micros.computeIfAbsent(way, _ -> new ArrayList<>())
                        .add(
                                Double.valueOf(
                                        output(program.toString(), Integer.toString(trips), way)
                                                .strip()));
            }
        } catch (IOException noCompiler) {
            missing = "gcc cannot be run: " + noCompiler.getMessage();
        } finally {
            Files.delete(program);
        }
    }

    /// The table of what was measured.
    List<List<String>> rows() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("in C", "µs a round trip", "against the eventfd"));
        var events = of("eventfd");
        WAYS.forEach(
                (way, name) -> {
                    var measured = of(way);
                    rows.add(
                            measured.length == 0
                                    ? List.of(name, missing, "")
                                    : List.of(
                                            name,
                                            write(median(measured)),
                                            write(medianRatio(measured, events))));
                });
        return rows;
    }

    private double[] of(String way) {
        return micros.getOrDefault(way, List.of()).stream().mapToDouble(one -> one).toArray();
    }

    private static String output(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + text);
        }
        return text;
    }
}
