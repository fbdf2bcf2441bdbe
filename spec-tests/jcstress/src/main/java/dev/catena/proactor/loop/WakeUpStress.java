package dev.catena.proactor.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// No wake-up is lost: a loop does not sleep with a task in its inbox and nobody who wakes it.
final class WakeUpStress {
    private WakeUpStress() {}

    /// A loop, and one that gives it a task. `r1`: it sleeps; `r2`: it is woken; `r3`: it has run the task.
    private abstract static class Sleeper {
        final Tasks tasks;
        private boolean ran;

        Sleeper(int chunk, int waiting) {
            tasks = new Tasks(31, chunk);
            for (int i = 0; i < waiting; i++) {
                tasks.offer(() -> {});
            }
        }

        void fallAsleep(ZZZ_Result result) {
            tasks.run(Integer.MAX_VALUE);
            result.r1 = tasks.prepareSleep();
        }

        void offer(ZZZ_Result result) {
            result.r2 = tasks.offer(() -> ran = true);
        }

        void judge(ZZZ_Result result) {
            result.r3 = ran;
        }
    }

    /// The inbox is empty.
    @JCStressTest
    @Description("A task is offered as the loop falls asleep")
    @Outcome(id = "true, false, false", expect = FORBIDDEN, desc = "asleep, with a task")
    @Outcome(id = "true, true, .*", expect = ACCEPTABLE_INTERESTING, desc = "asleep, and woken")
    @Outcome(id = ".*", expect = ACCEPTABLE, desc = "awake, or nothing to do")
    @State
    public static class EmptyInbox extends Sleeper {
        public EmptyInbox() {
            super(1024, 0);
        }

        @Actor
        public void loop(ZZZ_Result result) {
            fallAsleep(result);
        }

        @Actor
        public void other(ZZZ_Result result) {
            offer(result);
        }

        @Arbiter
        public void arbiter(ZZZ_Result result) {
            judge(result);
        }
    }

    /// The inbox has no room left in its last chunk, so that the task comes into a new one, and the loop takes out what is there
    /// meanwhile.
    @JCStressTest
    @Description("A task is offered into a new chunk of the inbox as the loop falls asleep")
    @Outcome(id = "true, false, false", expect = FORBIDDEN, desc = "asleep, with a task")
    @Outcome(id = "true, true, .*", expect = ACCEPTABLE_INTERESTING, desc = "asleep, and woken")
    @Outcome(id = ".*", expect = ACCEPTABLE, desc = "awake, or nothing to do")
    @State
    public static class FullChunk extends Sleeper {
        public FullChunk() {
            super(2, 2);
        }

        @Actor
        public void loop(ZZZ_Result result) {
            fallAsleep(result);
        }

        @Actor
        public void other(ZZZ_Result result) {
            offer(result);
        }

        @Arbiter
        public void arbiter(ZZZ_Result result) {
            judge(result);
        }
    }

    /// Of two that give a task to a loop that sleeps, at least one wakes it.
    @JCStressTest
    @Description("Two offer a task to a loop that sleeps")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "nobody wakes it")
    @Outcome(id = ".*", expect = ACCEPTABLE, desc = "one or both wake it")
    @State
    public static class TwoWakers {
        private final Tasks tasks = new Tasks(31, 1024);

        public TwoWakers() {
            tasks.prepareSleep();
        }

        @Actor
        public void first(ZZ_Result result) {
            result.r1 = tasks.offer(() -> {});
        }

        @Actor
        public void second(ZZ_Result result) {
            result.r2 = tasks.offer(() -> {});
        }
    }
}
