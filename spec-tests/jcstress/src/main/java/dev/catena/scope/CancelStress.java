package dev.catena.scope;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.Ops;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// A cancellation by a thread outside of the loop arrives, whatever the scope is doing, and takes nothing with it that is not
/// its own.
final class CancelStress {
    private CancelStress() {}

    /// A scope waits for the kernel.
    @JCStressTest
    @Description("A scope is cancelled from outside as it begins to wait for an operation")
    @Outcome(id = "cancelled", expect = ACCEPTABLE, desc = "it ends")
    @Outcome(expect = FORBIDDEN, desc = "the cancellation is lost")
    @State
    public static class OfAnOperation {
        private volatile Scope published;

        @Actor
        public void body(L_Result result) {
            result.r1 =
                    Loops.run(
                            Loops.HOME,
                            scope -> {
                                published = scope;
                                scope.await(Ops.timeout(Loops.TOO_LONG));
                            });
        }

        @Actor
        public void outside() {
            if (Loops.isThere(() -> published)) {
                published.cancel("from outside");
            }
        }
    }

    /// A scope waits for a message, which is sent at the same time.
    @JCStressTest
    @Description("A message is sent to a scope that is cancelled from outside")
    @Outcome(id = "received", expect = ACCEPTABLE, desc = "the message was first")
    @Outcome(
            id = "received by the next",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the cancellation was first, and the message is still there")
    @Outcome(expect = FORBIDDEN, desc = "the message is lost")
    @State
    public static class OfAReceiver {
        private volatile Mailbox<String> mailbox;
        private volatile Scope published;

        @Actor
        public void receiver(L_Result result) {
            Loops.run(
                    Loops.HOME,
                    scope -> {
                        var mine = Mailbox.<String>open(scope, 1);
                        mailbox = mine;
                        try {
                            result.r1 =
                                    scope.child(
                                            ScopeOptions.of("cancelled"),
                                            inner -> {
                                                published = inner;
                                                return mine.receive(inner);
                                            });
                        } catch (OperationCancelledException cancelled) {
                            result.r1 = mine.receive(scope) + " by the next";
                        }
                    });
        }

        @Actor
        public void outside() {
            if (Loops.isThere(() -> published)) {
                mailbox.offer("received");
                published.cancel("from outside");
            }
        }
    }

    /// A thread outside that waits for a scope's body is interrupted, as the scope is opened.
    @JCStressTest
    @Description("A thread is interrupted that opens a scope and waits for it")
    @Outcome(id = "cancelled, interrupted", expect = ACCEPTABLE, desc = "the scope ends")
    @Outcome(expect = FORBIDDEN, desc = "the interrupt is lost")
    @State
    public static class ByAnInterrupt {
        private volatile Thread waiter;
        private volatile boolean done;

        @Actor
        public void body(L_Result result) {
            waiter = Thread.currentThread();
            var what = Loops.run(Loops.HOME, scope -> scope.await(Ops.timeout(Loops.TOO_LONG)));
            while (!done) {
                Thread.yield();
            }
            result.r1 = what + (Thread.interrupted() ? ", interrupted" : "");
        }

        @Actor
        public void outside() {
            while (waiter == null) {
                Thread.yield();
            }
            waiter.interrupt();
            done = true;
        }
    }
}
