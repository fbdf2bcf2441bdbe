package dev.catena.scope;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// Who waits at a latch goes on when it is opened, and sees what was written before. One that is not woken hangs, which the
/// harness reports.
@JCStressTest
@Description("A latch is opened as somebody begins to wait")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "woken, and sees what was written")
@Outcome(expect = FORBIDDEN, desc = "woken too early")
@State
public class LatchStress {
    private int written;
    private volatile Latch latch;

    @Actor
    public void waiter(I_Result result) {
        var mine = new Latch();
        latch = mine;
        mine.await(() -> {});
        result.r1 = written;
    }

    @Actor
    public void opener() {
        while (latch == null) {
            Thread.onSpinWait();
        }
        written = 1;
        latch.run();
    }
}
