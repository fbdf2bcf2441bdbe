package dev.catena.examples;

import dev.catena.examples.program.ProgramException;
import dev.catena.scope.Scope;
import dev.catena.timers.MissedTicks;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Duration;

/// The demo sleeps, and ticks: ticks are due at absolute instants, so however late one is, the next is not later for it.
final class DemoTimers {
    private static final Duration SLEEP = Duration.ofMillis(100);
    private static final Duration PERIOD = Duration.ofMillis(20);
    private static final int TICKS = 25;

    private DemoTimers() {}

    static void play(DemoStage stage) throws IOException, ProgramException {
        stage.run("sleep", scope -> sleep(stage, scope));
        stage.run("ticks", scope -> tick(stage, scope));
    }

    private static DemoStage sleep(DemoStage stage, Scope scope)
            throws IOException, ProgramException {
        long start = System.nanoTime();
        Timers.sleep(scope, SLEEP);
        long tookNanos = System.nanoTime() - start;
        DemoStage.check(
                tookNanos >= SLEEP.toNanos(), "sleep", "at least " + SLEEP + ": " + tookNanos);
        stage.say("sleep", "%d ms took %.2f ms", SLEEP.toMillis(), tookNanos / 1e6);
        return stage;
    }

    private static DemoStage tick(DemoStage stage, Scope scope)
            throws IOException, ProgramException {
        var interval = Timers.interval(scope, PERIOD, MissedTicks.BURST);
        var first = interval.next();
        long latestNanos = 0;
        var last = first;
        for (int i = 1; i < TICKS; i++) {
            last = interval.next();
            long lateNanos = scope.proactor().nanoTime() - last.due().nanos();
            DemoStage.check(lateNanos >= 0, "ticks", "no tick before it is due");
            latestNanos = Math.max(latestNanos, lateNanos);
        }
        DemoStage.check(
                last.number() == TICKS - 1
                        && last.due().nanos() - first.due().nanos()
                                == (TICKS - 1) * PERIOD.toNanos(),
                "ticks",
                "a steady rhythm, found " + last);
        stage.say(
                "ticks",
                "%d ticks of %d ms: no drift, none early, the latest %.2f ms after it was due",
                TICKS,
                PERIOD.toMillis(),
                latestNanos / 1e6);
        return stage;
    }
}
