package dev.catena.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catena.examples.program.ProgramException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `examples/run portable-echo`: measures the echo server on the portable driver against [EchoPlain], in pairs, one after the
/// other and each pair in the other order, each server in a JVM of its own on core 0; this program is the load, and belongs
/// on core 1: `taskset -c 1 examples/run portable-echo`.
@Command(
        name = "portable-echo",
        hidden = true,
        description =
                "Measures echo on the portable driver against virtual threads on the JDK's sockets.",
        footer = {"", "Example: taskset -c 1 examples/run portable-echo --pairs 7"})
final class PortableEcho implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--pairs",
            defaultValue = "7",
            description = "Pairs (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--connections",
            defaultValue = "64",
            description = "Connections (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--size",
            defaultValue = "64",
            description = "Bytes in a message (default: ${DEFAULT-VALUE}).")
    private int messageBytes;

    @Option(
            names = "--seconds",
            defaultValue = "3",
            description = "How long to count each time (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--driver",
            defaultValue = "portable",
            description = "The driver to measure (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String driver;

    @Override
    public Integer call() throws IOException, ProgramException {
        var out = spec.commandLine().getOut();
        var ratios = new ArrayList<Double>();
        for (int pair = 0; pair < pairs; pair++) {
            double catena;
            double plain;
            if (pair % 2 == 0) {
                catena = measure("-Dcatena.driver=" + driver, "echo");
                plain = measure("-Dcatena.driver=" + driver, "echo-plain");
            } else {
                plain = measure("-Dcatena.driver=" + driver, "echo-plain");
                catena = measure("-Dcatena.driver=" + driver, "echo");
            }
            ratios.add(catena / plain);
            say(out, "%,9.0f / %,9.0f echoes a second = %.3f", catena, plain, catena / plain);
        }
        var sorted = ratios.stream().sorted().toList();
        say(
                out,
                "%d connections, %d bytes: median of %d ratios %.3f (%.3f to %.3f)",
                connections,
                messageBytes,
                pairs,
                sorted.get(sorted.size() / 2),
                sorted.getFirst(),
                sorted.getLast());
        return 0;
    }

    private double measure(String option, String program) throws IOException, ProgramException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var jar = System.getProperty("java.class.path");
        var command =
                List.of("taskset", "-c", "0", java, option, "-jar", jar, program, "--port", "0");
        var server =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            var line = String.valueOf(server.inputReader(UTF_8).readLine());
            if (!line.startsWith("listening")) {
                throw new ProgramException(program + " did not start: " + line);
            }
            int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            long nanos = TimeUnit.SECONDS.toNanos(seconds);
            PingPong.play(port, connections, messageBytes, nanos, 0); // warms up
            var before = server.info().totalCpuDuration().orElse(Duration.ZERO);
            double rate = PingPong.play(port, connections, messageBytes, 0, nanos);
            var used = server.info().totalCpuDuration().orElse(Duration.ZERO).minus(before);
            say(
                    spec.commandLine().getOut(),
                    "  %-10s %,9.0f echoes a second, the server busy for %.0f %% of the time, %.2f µs an echo",
                    program,
                    rate,
                    100.0 * used.toNanos() / nanos,
                    used.toNanos() / 1e3 / (rate * seconds));
            return rate;
        } finally {
            server.destroyForcibly();
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // Error Prone's annotation is no dependency
    private static void say(PrintWriter out, String sentence, Object... figures) {
        out.println(String.format(Locale.ROOT, sentence, figures));
        out.flush();
    }
}
