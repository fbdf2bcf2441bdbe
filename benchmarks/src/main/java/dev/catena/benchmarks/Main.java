package dev.catena.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The command line: `NAME [--smoke] [--write FILE]`.
public final class Main {
    static final List<Benchmark> ALL =
            List.of(
                    new TimersBenchmark(),
                    new TimerQueuesBenchmark(),
                    new IntervalBenchmark(),
                    new LatenessBenchmark(),
                    new ForksBenchmark(),
                    new MailboxesBenchmark(),
                    new LoopsBenchmark(),
                    new SendingBenchmark(),
                    new ReceivingBenchmark());

    private Main() {}

    /// Runs one of them.
    public static void main(String[] arguments) throws Exception {
        var given = List.of(arguments);
        var chosen = ALL.stream().filter(one -> given.contains(one.name())).toList();
        int write = given.indexOf("--write");
        if (chosen.size() != 1 || (write >= 0 && write + 1 == given.size())) {
            System.err.println("benchmarks/run NAME [--smoke] [--write FILE]");
            for (var one : ALL) {
                System.err.printf("  %-14s %s%n", one.name(), one.about());
            }
            System.exit(2);
        }
        boolean smoke = given.contains("--smoke");
        var text =
                chosen.getFirst()
                        .run(smoke)
                        .markdown("benchmarks/run " + chosen.getFirst().name(), smoke);
        System.out.print(text);
        if (write >= 0) {
            Files.writeString(Path.of(given.get(write + 1)), text);
        }
        System.exit(0); // whatever threads the contenders have left
    }
}
