package dev.catena.scope;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// Messages between loops arrive, each once and in order, and who waits for room gets it.
@JCStressTest
@Description("A loop sends three messages into a mailbox of another that has room for one")
@Outcome(id = "123", expect = ACCEPTABLE, desc = "each once, in order")
@Outcome(expect = FORBIDDEN, desc = "lost, twice or in another order")
@State
public class MailboxStress {
    private volatile Mailbox<Integer> mailbox;

    @Actor
    public void receiver(L_Result result) {
        Loops.run(
                Loops.HOME,
                scope -> {
                    var mine = Mailbox.<Integer>open(scope, 1);
                    mailbox = mine;
                    result.r1 =
                            "" + mine.receive(scope) + mine.receive(scope) + mine.receive(scope);
                });
    }

    @Actor
    public void sender() {
        if (Loops.isThere(() -> mailbox)) {
            Loops.run(
                    Loops.AWAY,
                    scope -> {
                        for (int message = 1; message <= 3; message++) {
                            mailbox.send(scope, message);
                        }
                    });
        }
    }
}
