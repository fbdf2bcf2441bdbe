package dev.catena.examples;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.sendAll;

import dev.catena.examples.program.ProgramException;
import dev.catena.ops.Buffer;
import dev.catena.ops.Outcome;
import dev.catena.scope.Scope;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// The demo cancels a receive that waits in the kernel, and looks at its buffer all the while: it stays refused until the
/// receive's own completion has come, however early its end was asked for.
final class DemoCancel {
    private static final String STEP = "cancel";
    private static final Duration WAIT = Duration.ofMillis(50);
    private static final int BYTES = 64;

    private DemoCancel() {}

    static void play(DemoStage stage) throws IOException, ProgramException {
        stage.run(STEP, scope -> play(stage, scope));
    }

    private static DemoStage play(DemoStage stage, Scope scope)
            throws IOException, ProgramException {
        var listener = scope.await(listen(DemoEcho.anyPort()));
        var client = scope.await(connect(scope.await(localAddress(listener))));
        var socket = scope.await(accept(listener));
        var buffer = scope.lease(BYTES);

        var pending = scope.start(recv(socket, buffer));
        Timers.sleep(scope, WAIT); // by now it waits in the kernel
        var refusal = refusal(buffer);
        DemoStage.check(
                refusal.isPresent() && !pending.isDone(), STEP, "a buffer refused while in flight");
        stage.say(
                STEP,
                "%s in flight for %d ms, reading its buffer: \"%s\"",
                recv(socket, buffer),
                WAIT.toMillis(),
                refusal.get());

        long start = System.nanoTime();
        pending.cancel("the demo asked for it");
        boolean isRefused = refusal(buffer).isPresent();
        boolean isDone = pending.isDone(); // asked second: what is not refused must have ended
        DemoStage.check(
                isRefused || isDone, STEP, "a buffer refused until the completion has come");
        var outcome = pending.outcome();
        double tookMicros = (System.nanoTime() - start) / 1e3;
        DemoStage.check(outcome instanceof Outcome.Cancelled, STEP, "Cancelled, found " + outcome);
        DemoStage.check(refusal(buffer).isEmpty(), STEP, "a buffer that can be read again");
        stage.say(
                "",
                "cancel asked: %s; its completion came %.0f µs later: %s, buffer readable",
                isRefused ? "buffer still refused" : "completed at once",
                tookMicros,
                outcome.getClass().getSimpleName());

        var hello = "still here".getBytes(StandardCharsets.US_ASCII);
        scope.await(sendAll(client, scope.lease(hello.length).put(0, hello)));
        int size = scope.await(recv(socket, buffer));
        var received = new String(buffer.copy(0, size), StandardCharsets.US_ASCII);
        DemoStage.check(
                received.equals("still here"), STEP, "'still here', found '" + received + "'");
        stage.say("", "the connection is unharmed: it brought '%s'", received);
        return stage;
    }

    /// Why a buffer cannot be read, if it cannot.
    private static Optional<String> refusal(Buffer buffer) {
        try {
            var _ = buffer.get(0);
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
