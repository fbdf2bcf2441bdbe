package dev.catena.examples;

import dev.catena.examples.program.ProgramException;
import dev.catena.proactor.TraceExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `examples/run trace`: makes a trace for Perfetto of a JFR recording.
@Command(
        name = "trace",
        description = "Makes a trace that ui.perfetto.dev opens of a JFR recording.",
        footer = {
            "",
            "Record with -XX:StartFlightRecording:filename=run.jfr,+dev.catena.Operation#enabled=true,"
                    + "+dev.catena.Enter#enabled=true",
            "Example: examples/run trace run.jfr run.json"
        })
final class Trace implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "RECORDING", description = "The recording.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path recording;

    @Parameters(index = "1", paramLabel = "TRACE", description = "The file to write.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path trace;

    @Override
    public Integer call() throws IOException, ProgramException {
        long events = TraceExport.write(recording, trace);
        spec.commandLine()
                .getOut()
                .println(events + " events: open " + trace + " at https://ui.perfetto.dev");
        if (events == 0) {
            throw new ProgramException(
                    recording
                            + " has no events of Catena: record with +dev.catena.Operation#enabled=true,+dev.catena.Enter#enabled=true");
        }
        return 0;
    }
}
