package dev.catena.examples;

import dev.catena.proactor.Capabilities;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `examples/run doctor`: what this machine and this JVM have of what Catena can use, and the line to change for what is
/// missing.
@Command(
        name = "doctor",
        description =
                "Says whether io_uring can be used here, and what to change for what is missing.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:io_uring can be used", "3:only the portable driver can"},
        footer = {"", "Example: examples/run doctor --json"})
final class Doctor implements Callable<Integer> {
    private static final int PORTABLE_ONLY = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--json", description = "Say it as JSON, for programs.")
    private boolean json;

    @Override
    public Integer call() {
        var found = Capabilities.probe();
        var out = spec.commandLine().getOut();
        out.print(json ? found.toJson() : found.toText());
        out.flush();
        return switch (found.verdict()) {
            case URING -> 0;
            case PORTABLE -> PORTABLE_ONLY;
        };
    }
}
