package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.sendAll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.ops.spi.Region;
import dev.catena.proactor.FastPath;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.Descriptors;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Scheduling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The race between an operation that makes something and its cancel: whoever wins, nothing is lost.
///
/// Each round starts the operation, lets what completes it happen about then, and cancels it, in an order drawn at random and
/// with a few turns of the loop in between. How often the operation won although it had been cancelled is printed, and has
/// to be often enough for the test to mean something.
@Tag("X3")
@Timeout(120)
class UringRacesTest {
    private static final double LEAST_SHARE = 0.01;

    /// What became of the operations of a test.
    private static final class Tally {
        private final String what;
        private int completed;
        private int cancelled;

        Tally(String what) {
            this.what = what;
        }

        void add(Outcome<?> outcome) {
            switch (outcome) {
                case Outcome.Completed<?> _ -> completed++;
                case Outcome.Cancelled<?> _ -> cancelled++;
                default -> throw new AssertionError(what + ": " + outcome);
            }
        }

        void check(long completedAfterCancel) {
            int rounds = completed + cancelled;
            System.out.printf(
                    "%s: %d rounds, %d completed, of which %d (%.1f %%) after their cancel, %d cancelled%n",
                    what,
                    rounds,
                    completed,
                    completedAfterCancel,
                    100.0 * completedAfterCancel / rounds,
                    cancelled);
            if (!Scheduling.isTheLoops()) {
                return; // what wins is up to how long a call takes to be handed over
            }
            assertThat(completedAfterCancel)
                    .as(what + ": completed after their cancel")
                    .isGreaterThan((long) (LEAST_SHARE * rounds));
            assertThat(cancelled).as(what + ": cancelled").isGreaterThan(rounds / 100);
        }
    }

    @Test
    void connectionShouldBeDeliveredOrClosedWhenItsAcceptIsCancelled() throws Exception {
        int rounds = 100_000;
        int roundsAScope = 1_000;
        var random = new Random(1);
        var tally = new Tally("accept");
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    outer -> {
                        var listener = outer.await(listen(Pair.ANY_PORT));
                        var address = outer.await(localAddress(listener));
                        var before = Descriptors.open();
                        long descriptors = ring.metrics().descriptors();
                        for (int done = 0; done < rounds; done += roundsAScope) {
                            outer.child(
                                    ScopeOptions.of("accepts"),
                                    scope -> {
                                        for (int i = 0; i < roundsAScope; i++) {
                                            var race =
                                                    race(
                                                            scope,
                                                            random,
                                                            accept(listener),
                                                            connect(address));
                                            tally.add(race.outcome());
                                            if (race.outcome()
                                                    instanceof
                                                    Outcome.Completed<Fd>(var connection)) {
                                                if (random.nextBoolean()) {
                                                    scope.await(close(connection));
                                                } // else it is the scope's to close
                                            } else {
                                                // nobody has taken the connection: it is there
                                                scope.await(close(scope.await(accept(listener))));
                                            }
                                            scope.await(close(race.made()));
                                        }
                                        return 0;
                                    });
                            assertThat(ring.metrics().descriptors()).isEqualTo(descriptors);
                        }
                        assertThat(Descriptors.since(before)).isEmpty();
                        tally.check(ring.metrics().completedAfterCancel());
                    });
        }
    }

    /// The outcome of an operation that was cancelled, and what was made to complete it.
    private record Race<R, M>(Outcome<R> outcome, M made) {}

    private static <R, M> Race<R, M> race(
            Scope scope, Random random, Pipeline<R> raced, Pipeline<M> completes)
            throws IOException {
        int order = random.nextInt(3);
        Pending<M> making = order == 0 ? scope.start(completes) : null;
        turns(scope, random);
        var pending = scope.start(raced);
        if (order == 1) {
            making = scope.start(completes);
        }
        turns(scope, random);
        pending.cancel("the race");
        if (making == null) {
            making = scope.start(completes);
        }
        return new Race<>(pending.outcome(), making.await());
    }

    private static void turns(Scope scope, Random random) throws IOException {
        for (int turns = random.nextInt(3); turns > 0; turns--) {
            scope.await(nop());
        }
    }

    @Test
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void fileShouldBeDeliveredOrClosedWhenItsOpenIsCancelled(@TempDir Path folder)
            throws Exception {
        int rounds = 20_000;
        var file = Files.writeString(folder.resolve("file"), "text");
        var random = new Random(3);
        var tally = new Tally("open");
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    outer -> {
                        var before = Descriptors.open();
                        for (int done = 0; done < rounds; done += 100) {
                            outer.child(
                                    ScopeOptions.of("opens"),
                                    scope -> {
                                        var pending = new ArrayList<Pending<Fd>>();
                                        for (int i = 0; i < 100; i++) {
                                            // an open that creates cannot be done at once: it goes
                                            // to a worker
                                            var name = folder.resolve("new" + random.nextInt(50));
                                            pending.add(
                                                    scope.start(
                                                            random.nextBoolean()
                                                                    ? open(file, OpenFlag.READ)
                                                                    : open(
                                                                            name,
                                                                            OpenFlag.WRITE,
                                                                            OpenFlag.CREATE,
                                                                            OpenFlag.TRUNCATE)));
                                        }
                                        turns(scope, random);
                                        for (var one : pending) {
                                            one.cancel("the race");
                                        }
                                        for (var one : pending) {
                                            tally.add(one.outcome());
                                            if (random.nextBoolean()
                                                    && one.outcome()
                                                            instanceof
                                                            Outcome.Completed<Fd>(var fd)) {
                                                scope.await(close(fd));
                                            }
                                        }
                                        return 0;
                                    });
                            assertThat(ring.metrics().descriptors()).isZero();
                        }
                        assertThat(Descriptors.since(before)).isEmpty();
                        tally.check(ring.metrics().completedAfterCancel());
                    });
        }
    }

    @Test
    @Tag("L7")
    void providedBuffersShouldAllComeBackWhenAReceiveWithThemIsCancelled() throws Exception {
        int rounds = 20_000;
        var random = new Random(7);
        try (var ring = // one receive a buffer, so that they can be counted
                RingUnderTest.open(it -> it.without(FastPath.INCREMENTAL_BUFFERS))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        long leases = ring.metrics().leases();
                        var out = scope.lease(64);
                        long[] sums = new long[2]; // bytes sent, bytes received
                        int[] rest = new int[2]; // rounds in which elements came, rounds without
                        for (int round = 0; round < rounds; round++) {
                            long seen = sums[1];
                            var feed =
                                    forEach(
                                            recvEach(pair.near()),
                                            buffer -> {
                                                sums[1] += buffer.size();
                                                scope.release(buffer);
                                                return done(0);
                                            });
                            var receive = scope.start(feed);
                            turns(scope, random);
                            int bytes = 1 + random.nextInt(64);
                            var send = scope.start(sendAll(pair.far(), out.first(bytes)));
                            sums[0] += bytes;
                            turns(scope, random);
                            receive.cancel("the race");
                            send.await();
                            receive.outcome();
                            rest[sums[1] > seen ? 0 : 1]++;
                        }
                        System.out.printf(
                                "recvEach: %d rounds, %d with bytes, %d without; %d bytes sent, %d received%n",
                                rounds, rest[0], rest[1], sums[0], sums[1]);
                        while (sums[1] < sums[0]) {
                            sums[1] += scope.await(recv(pair.near(), out));
                        }
                        assertThat(sums[1]).as("bytes received").isEqualTo(sums[0]);
                        assertThat(rest[0]).isGreaterThan(rounds / 100);
                        assertThat(rest[1]).isGreaterThan(rounds / 100);
                        assertThat(ring.metrics().leases()).isEqualTo(leases + 1);
                        assertThat(buffersThere(scope)).isEqualTo(256);
                    });
        }
    }

    /// How many buffers the kernel can pick from: each of them is filled, and kept until there are no more.
    private static int buffersThere(Scope outer) throws IOException {
        return outer.child(
                ScopeOptions.of("counts"),
                scope -> {
                    var pair = Pair.open(scope);
                    var one = scope.lease(1);
                    int[] count = new int[1];
                    var receive =
                            scope.start(
                                    forEach(
                                            recvEach(pair.near()),
                                            buffer -> { // which is not given back
                                                count[0] += isProvided(buffer) ? 1 : 0;
                                                return done(0);
                                            }));
                    for (int sent = 1; sent <= 300 && count[0] == sent - 1; sent++) {
                        scope.await(sendAll(pair.far(), one));
                        for (int turn = 0; turn < 10_000 && count[0] < sent; turn++) {
                            scope.await(nop());
                        }
                    }
                    receive.cancel("counted");
                    return count[0];
                });
    }

    /// Whether a byte came in a buffer that the kernel has picked, and not, when there is none, in a lease.
    private static boolean isProvided(Buffer buffer) {
        return ((Region) buffer).memory().size() == 1;
    }
}
