package dev.catena.scope;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// Who waits for a message and is cancelled at the same time has either, and not both: else the message would be lost, or the
/// cancellation.
@JCStressTest
@Description("One that waits is given a message and cancelled")
@Outcome(
        id = {"true, false", "false, true"},
        expect = ACCEPTABLE,
        desc = "the message, or the cancellation")
@Outcome(expect = FORBIDDEN, desc = "both or neither")
@State
public class WaitingStress {
    private boolean given;

    private final Waiting waiting =
            new Waiting(null) {
                @Override
                void begin() {}

                @Override
                public String toString() {
                    return "waiting";
                }
            };

    @Actor
    public void giver() {
        given = waiting.claim("a message");
    }

    @Actor
    public void canceller() {
        waiting.stop(new Stop.Asked("cancelled"));
    }

    @Arbiter
    public void arbiter(ZZ_Result result) {
        result.r1 = given;
        result.r2 = waiting.isStopped();
    }
}
