package dev.catena.proactor.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// What another thread gives the loop is run once, in the order in which it was given, and sees what was written before.
final class InboxStress {
    private InboxStress() {}

    /// Runs as the loop while another thread gives it three tasks, the last in a new chunk of the inbox.
    @JCStressTest
    @Description("Three tasks are offered while the loop runs")
    @Outcome(id = "123", expect = ACCEPTABLE, desc = "each once, in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, twice, in another order, or half made")
    @State
    public static class OneSender {
        private final Tasks tasks = new Tasks(31, 2);
        private int ran;

        /// A task that is written to before it is given away.
        private final class Digit implements Runnable {
            private int digit;

            @Override
            public void run() {
                ran = ran * 10 + digit;
            }
        }

        private void offer(int number) {
            var task = new Digit();
            task.digit = number;
            tasks.offer(task);
        }

        @Actor
        public void sender() {
            offer(1);
            offer(2);
            offer(3);
        }

        @Actor
        public void loop() {
            tasks.run(2);
            tasks.run(2);
        }

        @Arbiter
        public void rest(I_Result result) {
            tasks.run(Integer.MAX_VALUE);
            result.r1 = ran;
        }
    }

    /// Two threads give the loop two tasks each.
    @JCStressTest
    @Description("Two threads offer two tasks each")
    @Outcome(
            id = {"1234", "1324", "1342", "3124", "3142", "3412"},
            expect = ACCEPTABLE,
            desc = "those of each in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, twice or in another order")
    @State
    public static class TwoSenders {
        private final Tasks tasks = new Tasks(31, 2);
        private int ran;

        private Runnable digit(int digit) {
            return () -> ran = ran * 10 + digit;
        }

        @Actor
        public void first() {
            tasks.offer(digit(1));
            tasks.offer(digit(2));
        }

        @Actor
        public void second() {
            tasks.offer(digit(3));
            tasks.offer(digit(4));
        }

        @Arbiter
        public void loop(I_Result result) {
            tasks.run(Integer.MAX_VALUE);
            result.r1 = ran;
        }
    }
}
