package dev.catena.examples;

import dev.catena.examples.http.Http;
import dev.catena.examples.kv.Kv;
import dev.catena.examples.program.Complaint;
import dev.catena.examples.program.ProgramException;
import dev.catena.examples.proxy.Proxy;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.OperationFailedException;
import dev.catena.proactor.RingUnavailableException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `examples/run NAME [options]`: finds the program by its name and runs it.
///
/// A program's exit code is 0 if it did what was asked, 1 if it could not, and 2 if it was called wrongly.
@Command(
        name = Main.NAME,
        synopsisSubcommandLabel = "NAME",
        description = "Programs that run on Catena's ring.",
        footer = {"", "Example: examples/run demo"},
        subcommands = {
            ListExamples.class,
            Demo.class,
            Cp.class,
            Echo.class,
            Http.class,
            Kv.class,
            Proxy.class,
            Doctor.class,
            Trace.class,
            EchoLoad.class,
            EchoPlain.class,
            PortableEcho.class,
        })
public final class Main implements Runnable {
    static final String NAME = "examples/run";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Say how to use it, and exit.")
    @SuppressWarnings("UnusedVariable") // picocli looks at it
    private boolean help;

    private Main() {}

    /// Runs the program that the first argument names, and ends the JVM with its exit code.
    public static void main(String[] arguments) {
        System.exit(
                new CommandLine(new Main())
                        .setExecutionExceptionHandler(Main::failed)
                        .execute(arguments));
    }

    /// Called without a name.
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing NAME: which program is to run?");
    }

    /// Says in one line what went wrong, where that is something that can happen; a defect keeps its stack trace.
    private static int failed(Exception thrown, CommandLine program, ParseResult parsed) {
        var sentence =
                switch (thrown) {
                    case ProgramException e -> e.getMessage();
                    case RingUnavailableException e -> e.getMessage();
                    case InvalidValueException e -> e.getMessage();
                    case OperationFailedException e -> e.getMessage();
                    case IOException e -> e.toString();
                    default -> null;
                };
        if (sentence == null) {
            thrown.printStackTrace(program.getErr());
        } else {
            Complaint.say(program.getCommandSpec(), sentence);
        }
        return program.getCommandSpec().exitCodeOnExecutionException();
    }
}
