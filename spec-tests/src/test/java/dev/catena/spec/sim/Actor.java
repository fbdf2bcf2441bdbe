package dev.catena.spec.sim;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.poll;
import static dev.catena.ops.Ops.race;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.sleep;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.write;

import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipe;
import dev.catena.ops.PollEvent;
import dev.catena.scope.Pending;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.sim.Workload.Sight;
import dev.catena.spec.sim.Workload.Stage;
import dev.catena.timers.MissedTicks;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;

/// The parts of a [Workload], and what each of them checks.
enum Actor {
    /// Bytes through a pipe, with reads and writes that are cut short: none is lost, doubled or out of order (X2, X4).
    PLUMBER {
        @Override
        void act(Stage stage) throws IOException {
            Streams.throughAPipe(stage);
        }
    },

    /// Bytes over TCP, the same.
    CALLER {
        @Override
        void act(Stage stage) throws IOException {
            Streams.overTcp(stage);
        }
    },

    /// Bytes over TCP without copies: the buffer is changed as soon as the send is over (L2).
    COPYLESS {
        @Override
        void act(Stage stage) throws IOException {
            Streams.withoutCopies(stage);
        }
    },

    /// Bytes into buffers that the kernel picks (L7).
    COLLECTOR {
        @Override
        void act(Stage stage) throws IOException {
            Streams.intoProvidedBuffers(stage);
        }
    },

    /// Chains of any shape that write into a file (C1, C2).
    CHAINER {
        @Override
        void act(Stage stage) throws IOException {
            for (int i = 0; i < 4; i++) {
                ChainsOfWrites.act(stage, i);
            }
        }
    },

    /// Chains whose time is up: not early, and not late although the links restart (D1, D2, D3).
    LATECOMER {
        @Override
        void act(Stage stage) throws IOException {
            var ends = stage.scope().await(pipe());
            for (int i = 0; i < 3; i++) {
                Deadlines.chainInAScope(stage, ends);
                Deadlines.boundedOperation(stage, ends);
                Deadlines.expiredScope(stage);
            }
        }
    },

    /// Times: sleeps that are not early, intervals that do not drift (T1, T2).
    SLEEPER {
        @Override
        void act(Stage stage) throws IOException {
            for (int i = 0; i < 5; i++) {
                var duration = stage.millis(300);
                long began = stage.now();
                var slept =
                        stage.chance(50)
                                ? stage.attempt(sleep(duration))
                                : stage.attempt(timeout(duration));
                long took = stage.now() - began;
                if (slept.isCompleted()) {
                    stage.check(took >= duration.toNanos(), "T1: woke early: " + took);
                    stage.check(
                            took <= duration.plus(stage.workload().slack).toNanos(),
                            "T1: woke late: " + took);
                }
            }
            var period = stage.millis(50);
            long first = -1;
            for (var tick : Timers.interval(stage.scope(), period, MissedTicks.BURST)) {
                first = first < 0 ? tick.due().nanos() : first;
                stage.check(
                        tick.due().nanos() - first == period.toNanos() * tick.number(),
                        "T2: drifted: " + tick);
                stage.check(stage.now() >= tick.due().nanos(), "T2: ticked early: " + tick);
                if (tick.number() == 10) {
                    return;
                }
            }
        }
    },

    /// Operations that never end by themselves, all cancelled at once or one by one (X1, X2).
    CANCELLER {
        @Override
        void act(Stage stage) throws IOException {
            var ends = stage.scope().await(pipe());
            var reason = "it was time";
            var pending = new ArrayList<Pending<?>>();
            try {
                stage.scope()
                        .child(
                                ScopeOptions.of("to cancel"),
                                inner -> {
                                    for (int i = 0; i < 1 + stage.random().nextInt(12); i++) {
                                        pending.add(
                                                switch (stage.random().nextInt(5)) {
                                                    case 0 -> inner.start(nop());
                                                    case 1 ->
                                                            inner.start(
                                                                    poll(
                                                                            ends.reading(),
                                                                            PollEvent.READABLE));
                                                    case 2 ->
                                                            inner.start(
                                                                    read(
                                                                            ends.reading(),
                                                                            inner.lease(8)));
                                                    case 3 ->
                                                            inner.start(
                                                                    timeout(Duration.ofDays(1)));
                                                    default ->
                                                            inner.start(sleep(Duration.ofDays(1)));
                                                });
                                    }
                                    if (stage.chance(50)) {
                                        inner.attempt(sleep(stage.millis(20)));
                                    }
                                    if (stage.chance(50)) {
                                        pending.forEach(each -> each.cancel(reason));
                                    }
                                    inner.cancel(reason);
                                    return 0;
                                });
            } catch (dev.catena.ops.OperationCancelledException expected) {
                stage.workload().see(Sight.CANCELLED);
            }
            for (var each : pending) {
                stage.check(each.isDone(), "L1: not terminal when its scope had ended: " + each);
                if (stage.workload().seen(each.outcome())
                        instanceof Outcome.Cancelled<?>(_, var why)) {
                    stage.check(why.equals(reason), "X1: another reason: " + why);
                }
            }
            var left = read(ends.reading(), stage.scope().lease(4));
            stage.scope().await(write(ends.writing(), stage.scope().lease(3)));
            stage.check(stage.scope().await(left) >= 1, "X4: the pipe was harmed");
        }
    },

    /// Memory while the kernel has it: access, release and a second use are refused, until its operation has ended (L5).
    BORROWER {
        @Override
        void act(Stage stage) throws IOException {
            var ends = stage.scope().await(pipe());
            for (int i = 0; i < 4; i++) {
                borrow(stage, ends);
            }
        }
    },

    /// Connections accepted, or about to be when the accept is cancelled: each belongs to somebody (X3).
    DOORKEEPER {
        @Override
        void act(Stage stage) throws IOException {
            var scope = stage.scope();
            var listener =
                    scope.await(listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            var address = scope.await(localAddress(listener));
            for (int i = 0; i < 4; i++) {
                var accepting = scope.start(accept(listener));
                var connecting = scope.start(connect(address));
                if (stage.chance(50)) {
                    stage.attempt(timeout(Duration.ofMillis(stage.random().nextInt(3))));
                }
                accepting.cancel("the door is shut");
                var outcome = stage.workload().seen(accepting.outcome());
                if (outcome instanceof Outcome.Completed<Fd>(var fd)) {
                    stage.check(fd.isOpen(), "X3: an accepted connection is closed");
                    if (stage.chance(50)) {
                        stage.attempt(close(fd));
                    }
                }
                stage.workload().seen(connecting.outcome());
            }
            stage.attempt(
                    race(
                            accept(listener).within(stage.millis(30)),
                            accept(listener).within(stage.millis(30))));
        }
    },

    /// Descriptors: closed while they are in use, moved, used after their close (X5).
    MOVER {
        @Override
        void act(Stage stage) throws IOException {
            var scope = stage.scope();
            var kept =
                    scope.child(
                            ScopeOptions.of("short-lived"),
                            inner -> {
                                var ends = inner.await(pipe());
                                scope.adopt(ends.reading());
                                return ends;
                            });
            stage.check(
                    kept.reading().isOpen(), "S5: what was moved was closed with its old scope");
            stage.check(!kept.writing().isOpen(), "X3: what was not moved is still open");
            var end = stage.attempt(read(kept.reading(), scope.lease(4)));
            stage.check(
                    !(end instanceof Outcome.Completed<Integer>(var count)) || count == 0,
                    "X5: something was read from a pipe that nobody has written to");

            var ends = scope.await(pipe());
            var reading = scope.start(read(ends.reading(), scope.lease(4)));
            var closing = scope.start(close(ends.reading()));
            stage.workload().seen(closing.outcome());
            stage.check(reading.isDone(), "X5: closed while a read of it was in flight");
            stage.check(!reading.outcome().isCompleted(), "X5: read from nothing");
            var late = scope.attempt(read(ends.reading(), scope.lease(4)));
            stage.check(!late.isCompleted(), "X5: a closed descriptor was used");
        }
    };

    abstract void act(Stage stage) throws IOException;

    private static void borrow(Stage stage, Pipe.Ends ends) {
        var scope = stage.scope();
        var buffer = scope.lease(32).fill((byte) 7);
        var reading = scope.start(read(ends.reading(), buffer.first(16)));
        while (!reading.isDone()) {
            refuses(stage, "a read", () -> buffer.get(3));
            refuses(stage, "a release", () -> scope.release(buffer));
            refuses(
                    stage,
                    "a second use",
                    () -> scope.start(write(ends.writing(), buffer.first(4))));
            stage.check(buffer.get(20) == 7, "L5: the part that is not lent has changed");
            if (stage.chance(30)) {
                reading.cancel("enough");
                stage.attempt(timeout(Duration.ofMillis(1)));
            } else if (stage.chance(50)) {
                stage.attempt(write(ends.writing(), scope.lease(1 + stage.random().nextInt(8))));
            } else {
                stage.attempt(sleep(stage.millis(10)));
            }
        }
        Buffer again = buffer.set(3, (byte) 9);
        stage.check(again.get(3) == 9, "L5: the buffer is not the program's again");
        stage.workload().seen(reading.outcome());
        scope.release(buffer);
        refuses(stage, "a use after the release", () -> buffer.get(3));
    }

    private static void refuses(Stage stage, String what, Runnable use) {
        try {
            use.run();
            stage.check(false, "L5: " + what + " was let through");
        } catch (IllegalStateException refused) {
            stage.workload().see(Sight.REFUSED_ACCESS);
        }
    }
}
