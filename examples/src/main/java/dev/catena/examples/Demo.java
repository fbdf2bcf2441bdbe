package dev.catena.examples;

import dev.catena.examples.program.Balance;
import dev.catena.examples.program.Complaint;
import dev.catena.examples.program.ProgramException;
import dev.catena.examples.program.Termination;
import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.Proactor;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `examples/run demo`: everything that Catena does, once, on the real ring, with a check after each step.
@Command(
        name = "demo",
        description = "Shows in a few seconds what Catena does, and checks every step.",
        footer = {"", "Example: examples/run demo"})
final class Demo implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, ProgramException {
        try (var termination = new Termination()) {
            try {
                play(termination);
                return 0;
            } catch (OperationCancelledException e) {
                // said here: once the termination is closed the JVM waits for nothing
                Complaint.say(spec, "stopped before it was done");
                return 1;
            }
        }
    }

    private void play(Termination termination) throws IOException, ProgramException {
        long start = System.nanoTime();
        DemoStage stage;
        try (var proactor = Proactor.open()) {
            stage = new DemoStage(proactor, termination, spec.commandLine().getOut());
            stage.say("ring", "%s; Linux %s", proactor, System.getProperty("os.version"));
            DemoCopy.play(stage);
            DemoEcho.play(stage);
            DemoDeadline.play(stage);
            DemoCancel.play(stage);
            DemoTimers.play(stage);
        }
        var balance = new Balance(stage.proactor().metrics());
        stage.say("closed", "%s", balance);
        balance.check();
        stage.say("done", "all as expected, in %.1f s", (System.nanoTime() - start) / 1e9);
    }
}
