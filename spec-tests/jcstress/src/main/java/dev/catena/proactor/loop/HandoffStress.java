package dev.catena.proactor.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// Who hands work over to the loop goes on when it is done, and sees what came of it. One that is not woken hangs, which
/// the harness reports.
@JCStressTest
@Description("Work is handed over to the loop and waited for")
@Outcome(id = "42", expect = ACCEPTABLE, desc = "what the work gave")
@Outcome(expect = FORBIDDEN, desc = "something else")
@State
public class HandoffStress {
    private int given;
    private volatile Handoff<Integer> handoff;

    @Actor
    public void caller(I_Result result) {
        given = 41;
        var handed = new Handoff<>(() -> given + 1);
        handoff = handed;
        Integer got = handed.await();
        result.r1 = got == null ? -1 : got;
    }

    @Actor
    public void loop() {
        while (handoff == null) {
            Thread.onSpinWait();
        }
        handoff.run();
    }
}
