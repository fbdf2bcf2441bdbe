package dev.catena.examples;

import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `examples/run list`: names every program with what it does.
@Command(
        name = "list",
        description = "Names the programs, with what each does.",
        footer = {"", "Example: examples/run list"})
final class ListExamples implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        var out = spec.commandLine().getOut();
        spec.parent()
                .subcommands()
                .forEach(
                        (name, program) -> {
                            var usage = program.getCommandSpec().usageMessage();
                            if (!usage.hidden()) {
                                out.println(
                                        String.format(
                                                Locale.ROOT,
                                                "%-7s %s",
                                                name,
                                                String.join(" ", usage.description())));
                            }
                        });
        out.println();
        out.println("'" + Main.NAME + " NAME --help' says how to use one.");
    }
}
