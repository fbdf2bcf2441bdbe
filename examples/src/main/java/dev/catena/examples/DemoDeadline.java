package dev.catena.examples;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;

import dev.catena.examples.program.ProgramException;
import dev.catena.ops.Outcome;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.time.Duration;

/// The demo lets an accept that nobody connects to run into a deadline that the kernel enforces.
final class DemoDeadline {
    private static final String STEP = "deadline";
    private static final Duration BOUND = Duration.ofMillis(200);

    private DemoDeadline() {}

    static void play(DemoStage stage) throws IOException, ProgramException {
        stage.run(STEP, scope -> play(stage, scope));
    }

    private static DemoStage play(DemoStage stage, Scope scope)
            throws IOException, ProgramException {
        var listener = scope.await(listen(DemoEcho.anyPort()));
        var bounded = accept(listener).within(BOUND);
        long start = System.nanoTime();
        var outcome = scope.attempt(bounded);
        long tookNanos = System.nanoTime() - start;
        DemoStage.check(outcome instanceof Outcome.TimedOut, STEP, "TimedOut, found " + outcome);
        DemoStage.check(
                tookNanos >= BOUND.toNanos(), STEP, "no end before " + BOUND + ": " + tookNanos);
        stage.say(
                STEP,
                "%s: %s after %.1f ms; it went to the kernel as",
                bounded,
                outcome.getClass().getSimpleName(),
                tookNanos / 1e6);
        bounded.explain().lines().skip(1).forEach(entry -> stage.say("", "%s", entry));

        var client = scope.await(connect(scope.await(localAddress(listener))));
        var connection = scope.await(accept(listener).within(BOUND.multipliedBy(10)));
        stage.say(
                "", "the listener is unharmed: the next accept gave %s for %s", connection, client);
        return stage;
    }
}
