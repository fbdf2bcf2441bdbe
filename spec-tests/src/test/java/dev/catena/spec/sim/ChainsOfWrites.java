package dev.catena.spec.sim;

import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.write;

import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Outcome;
import dev.catena.ops.Step;
import dev.catena.ops.Tie;
import dev.catena.spec.sim.Workload.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Chains of any shape whose writes leave marks in a file: what the outcomes say is what is in the file, and nothing runs
/// behind a soft link that broke.
final class ChainsOfWrites {
    private static final int MARK_BYTES = 8;

    private ChainsOfWrites() {}

    static void act(Stage stage, int round) throws IOException {
        var path = Path.of("/" + stage.name() + "-" + round);
        stage.workload().sim.file(path).write(new byte[0]);
        var file = stage.scope().await(open(path, OpenFlag.READ_WRITE));
        var chain = linkAll(steps(stage, file));
        var pending = stage.scope().start(chain.each());
        if (stage.chance(25)) {
            stage.attempt(timeout(stage.millis(5)));
            pending.cancel("half-way");
        }
        if (pending.outcome() instanceof Outcome.Completed<List<Outcome<?>>>(var outcomes)) {
            outcomes.forEach(stage.workload()::seen);
            checkPrefix(stage, chain.steps(), outcomes);
            checkMarks(stage, chain.steps(), outcomes, stage.workload().sim.file(path).bytes());
        } else {
            stage.check(false, "C2: a chain of outcomes did not complete: " + pending.outcome());
        }
    }

    private static List<Step<?>> steps(Stage stage, Fd file) {
        var scope = stage.scope();
        var steps = new ArrayList<Step<?>>();
        int count = 2 + stage.random().nextInt(5);
        for (int i = 0; i < count; i++) {
            Step<?> step =
                    switch (stage.random().nextInt(8)) {
                        case 0 -> nop();
                        case 1 -> timeout(stage.millis(20));
                        case 2 -> read(file, scope.lease(4)).at(1 << 20); // nothing there: short
                        case 3 -> timeout(stage.millis(20)).within(stage.millis(20));
                        default ->
                                write(file, scope.lease(MARK_BYTES).fill((byte) (i + 1)))
                                        .at((long) i * MARK_BYTES);
                    };
            if (stage.chance(25)) {
                step = step.hard();
            } else if (stage.chance(15)
                    && i + 1 < count
                    && step.bound() == null
                    && steps.stream().noneMatch(before -> before.tie() == Tie.HARD)) {
                step = step.skipSuccess();
            }
            steps.add(step);
        }
        // what drains holds up cancels, too: beside others that wait to be cancelled it would wait
        // for ever
        if (stage.workload().alone && steps.stream().noneMatch(Step::silent) && stage.chance(50)) {
            steps.set(0, steps.getFirst().drained());
        }
        return steps;
    }

    private static void checkPrefix(Stage stage, List<Step<?>> steps, List<Outcome<?>> outcomes) {
        boolean broken = false;
        for (int i = 0; i < outcomes.size(); i++) {
            var outcome = outcomes.get(i);
            if (broken) {
                stage.check(
                        outcome instanceof Outcome.Skipped,
                        "C2: link " + i + " ran behind one that broke: " + outcomes);
            } else {
                stage.check(
                        !(outcome instanceof Outcome.Skipped),
                        "C2: link " + i + " was skipped though nothing broke: " + outcomes);
            }
            broken |= steps.get(i).tie() == Tie.SOFT && !outcome.isCompleted();
        }
    }

    private static void checkMarks(
            Stage stage, List<Step<?>> steps, List<Outcome<?>> outcomes, byte[] found) {
        for (int i = 0; i < outcomes.size(); i++) {
            if (!(steps.get(i).op() instanceof dev.catena.ops.Write)) {
                continue;
            }
            int written =
                    switch (outcomes.get(i)) {
                        case Outcome.Completed<?>(var count) -> (Integer) count;
                        case Outcome.Short<?>(var count, _, _) -> (Integer) count;
                        default -> 0;
                    };
            int marked = 0;
            for (int at = i * MARK_BYTES; at < (i + 1) * MARK_BYTES && at < found.length; at++) {
                marked += found[at] == i + 1 ? 1 : 0;
            }
            stage.check(
                    marked == written,
                    "C2: link " + i + " left " + marked + " bytes, but " + outcomes.get(i));
        }
    }
}
