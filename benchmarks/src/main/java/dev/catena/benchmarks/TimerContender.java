package dev.catena.benchmarks;

import dev.catena.ops.Deadline;
import dev.catena.ops.Ops;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.loop.LoopTimer;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// Something that has timers, used from the thread it prefers: Catena's loop, or any.
interface TimerContender {
    String name();

    /// Opens one for a round, and runs the round with it.
    void with(Ledger ledger, Round round) throws Exception;

    /// What a round does with a contender, in the thread it prefers.
    interface Round {
        void run(Handles handles) throws Exception;
    }

    /// The timers of a round.
    interface Handles {
        /// Arms one that tells the ledger when it fires.
        void arm(int timer);

        /// Whether it could be cancelled.
        boolean cancel(int timer);

        /// Waits a little for timers to fire.
        void rest() throws Exception;
    }

    static List<TimerContender> all() {
        return List.of(
                new Sleeps(true), new Sleeps(false), new LoopTimers(), new Executor(), new Netty());
    }

    /// Catena: what a program writes, with something to do when it fires, or to look at afterwards.
    final class Sleeps implements TimerContender {
        private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

        private final boolean acts;

        Sleeps(boolean acts) {
            this.acts = acts;
        }

        @Override
        public String name() {
            return acts
                    ? "Catena, `scope.start(sleep(…).map(…))`"
                    : "Catena, `scope.start(sleep(…))`";
        }

        @Override
        public void with(Ledger ledger, Round round) throws Exception {
            try (var proactor = Proactor.open()) {
                Scope.run(proactor, scope -> round.run(new InScope(scope, ledger, acts)));
            }
        }

        private static final class InScope implements Handles {
            private final Scope scope;
            private final Ledger ledger;
            private final boolean acts;
            private final Pending<?>[] pending;
            private final BitSet settled = new BitSet();

            InScope(Scope scope, Ledger ledger, boolean acts) {
                this.scope = scope;
                this.ledger = ledger;
                this.acts = acts;
                this.pending = new Pending<?>[ledger.timers()];
            }

            @Override
            public void arm(int timer) {
                var sleep = Ops.sleep(new Deadline(ledger.dueNanos(timer)));
                pending[timer] =
                        acts
                                ? scope.start(sleep.map(_ -> ledger.fired(timer)))
                                : scope.start(sleep);
            }

            @Override
            public boolean cancel(int timer) {
                boolean waits = !pending[timer].isDone();
                pending[timer].cancel("half of them");
                settled.set(timer, waits);
                return waits;
            }

            @Override
            public void rest() throws Exception {
                scope.await(Ops.sleep(BETWEEN_LOOKS));
                for (int i = 0; i < pending.length && !acts; i++) {
                    if (!settled.get(i) && pending[i].isDone()) {
                        settled.set(i);
                        var _ = ledger.fired(i);
                    }
                }
            }
        }
    }

    /// Catena: the loop's own timers, as scopes with deadlines use them.
    final class LoopTimers implements TimerContender {
        @Override
        public String name() {
            return "Catena, the loop's queue";
        }

        @Override
        public void with(Ledger ledger, Round round) throws Exception {
            try (var proactor = Proactor.open()) {
                var loop = (EventLoop) proactor;
                var timers = new LoopTimer[ledger.timers()];
                Scope.run(
                        proactor,
                        scope ->
                                round.run(
                                        new Handles() {
                                            @Override
                                            public void arm(int timer) {
                                                timers[timer] = new Alarm(ledger, timer);
                                                loop.arm(timers[timer], ledger.dueNanos(timer));
                                            }

                                            @Override
                                            public boolean cancel(int timer) {
                                                boolean armed = timers[timer].isArmed();
                                                loop.disarm(timers[timer]);
                                                return armed;
                                            }

                                            @Override
                                            public void rest() throws Exception {
                                                scope.await(Ops.sleep(Duration.ofMillis(5)));
                                            }
                                        }));
            }
        }

        private static final class Alarm extends LoopTimer {
            private final Ledger ledger;
            private final int timer;

            Alarm(Ledger ledger, int timer) {
                this.ledger = ledger;
                this.timer = timer;
            }

            @Override
            protected void expired() {
                var _ = ledger.fired(timer);
            }
        }
    }

    /// The JDK's, with one thread, removing what is cancelled.
    final class Executor implements TimerContender {
        @Override
        public String name() {
            return "`ScheduledThreadPoolExecutor`";
        }

        @Override
        public void with(Ledger ledger, Round round) throws Exception {
            var executor = new ScheduledThreadPoolExecutor(1, daemons());
            executor.setRemoveOnCancelPolicy(true);
            var futures = new Future<?>[ledger.timers()];
            round.run(
                    new Handles() {
                        @Override
                        public void arm(int timer) {
                            futures[timer] =
                                    executor.schedule(
                                            () -> ledger.fired(timer),
                                            ledger.delayNanos[timer],
                                            TimeUnit.NANOSECONDS);
                        }

                        @Override
                        public boolean cancel(int timer) {
                            return futures[timer].cancel(false);
                        }

                        @Override
                        public void rest() throws Exception {
                            Thread.sleep(5);
                        }
                    });
            executor.shutdownNow();
        }
    }

    /// Netty's, with ticks of 1 ms and as many buckets as the longest delay has ticks.
    final class Netty implements TimerContender {
        private static final int BUCKETS = 8192;

        @Override
        public String name() {
            return "Netty `HashedWheelTimer`";
        }

        @Override
        public void with(Ledger ledger, Round round) throws Exception {
            var wheel = new HashedWheelTimer(daemons(), 1, TimeUnit.MILLISECONDS, BUCKETS, false);
            wheel.start();
            var timeouts = new Timeout[ledger.timers()];
            round.run(
                    new Handles() {
                        @Override
                        public void arm(int timer) {
                            timeouts[timer] =
                                    wheel.newTimeout(
                                            _ -> ledger.fired(timer),
                                            ledger.delayNanos[timer],
                                            TimeUnit.NANOSECONDS);
                        }

                        @Override
                        public boolean cancel(int timer) {
                            return timeouts[timer].cancel();
                        }

                        @Override
                        public void rest() throws Exception {
                            Thread.sleep(5);
                        }
                    });
            var _ = wheel.stop();
        }
    }

    private static ThreadFactory daemons() {
        return Thread.ofPlatform().daemon().factory();
    }
}
