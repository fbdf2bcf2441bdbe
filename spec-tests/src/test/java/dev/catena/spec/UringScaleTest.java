package dev.catena.spec;

import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Op;
import dev.catena.ops.Sqe;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.Task;
import dev.catena.timers.Timers;
import io.vavr.Tuple0;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Numbers that are large enough to find what is quadratic, or has a limit that nobody thought of.
class UringScaleTest {

    @Test
    @Tag("S7")
    @NotOn(value = DriverOfTests.SIM, why = "it has fewer descriptors")
    void twoThousandConnectionsOnOneLoopShouldEchoOnce() throws Exception {
        int connections = 2_000;
        int bytes = 64;
        try (var ring = RingUnderTest.open();
                var server = new EchoServer(ring.proactor(), bytes)) {
            var address = server.address();
            var echoed = new AtomicInteger();
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var clients = new ArrayList<Task<Tuple0>>();
                        for (int i = 0; i < connections; i++) {
                            var fill = (byte) i;
                            clients.add(
                                    scope.fork(
                                            () -> {
                                                var socket = scope.await(connect(address));
                                                var out = scope.lease(bytes).fill(fill);
                                                var back = scope.lease(bytes);
                                                scope.await(sendAll(socket, out));
                                                scope.await(recvAll(socket, back));
                                                if (back.get(0) == fill
                                                        && back.get(bytes - 1) == fill) {
                                                    echoed.incrementAndGet();
                                                }
                                            }));
                        }
                        for (var client : clients) {
                            client.await();
                        }
                        assertThat(ring.metrics().descriptors())
                                .isGreaterThanOrEqualTo(2L * connections);
                    });
            assertThat(echoed).hasValue(connections);
        }
    }

    @Test
    @Tag("T1")
    void aHundredThousandTimersShouldBeInFlightAtOnce() throws Exception {
        int timers = 100_000;
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pending = new ArrayList<Pending<Tuple0>>(timers);
                        for (int i = 0; i < timers; i++) {
                            pending.add(scope.start(timeout(Duration.ofSeconds(3))));
                        }
                        assertThat(ring.metrics().inFlight()).isEqualTo(timers);
                        int done = 0;
                        for (var timer : pending) {
                            timer.await();
                            done++;
                        }
                        assertThat(done).isEqualTo(timers);
                    });
            assertThat(ring.metrics().terminal()).isGreaterThanOrEqualTo(timers);
        }
    }

    @Test
    @Tag("T1")
    @Tag("X1")
    @NotOn(value = DriverOfTests.SIM, why = "it is slow with so many timers at once")
    void twentyThousandSleepersShouldBeCancelledTogether() throws Exception {
        int sleepers = 20_000;
        try (var ring = RingUnderTest.open()) {
            var scope = Scope.open(ring.proactor());
            var ended = new AtomicInteger();
            scope.fork(
                    () -> {
                        for (int i = 0; i < sleepers; i++) {
                            scope.fork(
                                    () -> {
                                        try {
                                            Timers.sleep(scope, Duration.ofMinutes(5));
                                        } finally {
                                            ended.incrementAndGet();
                                        }
                                    });
                        }
                    });
            while (ring.metrics().timers() < sleepers) {
                Thread.onSpinWait();
            }
            scope.close();
            assertThat(ended).hasValue(sleepers);
            assertThat(ring.metrics().timers()).isZero();
        }
    }

    @Test
    @Tag("T1")
    @Tag("X1")
    @Timeout(20) // where each cancel walks the list of all timeouts it is minutes
    @NotOn(
            value = DriverOfTests.SIM,
            why = "its time passes at once when all wait, which somebody outside does here")
    void cancellingFiftyThousandKernelTimeoutsShouldNotTakeTheSquareOfIt() throws Exception {
        int timers = 50_000;
        try (var ring = RingUnderTest.open()) {
            var scope = Scope.open(ring.proactor());
            scope.fork(
                            () -> {
                                for (int i = 0; i < timers; i++) {
                                    scope.start(timeout(Duration.ofMinutes(5)));
                                }
                            })
                    .await();
            assertThat(ring.metrics().inFlight()).isEqualTo(timers);
            scope.close();
            assertThat(ring.metrics().cancelled()).isEqualTo(timers);
        }
    }

    @Test
    @Tag("C1")
    void chainsAsLongAsTheRingShouldBePushedWithoutASubmissionInBetween() throws Exception {
        var trail = new Trail();
        try (var ring =
                RingUnderTest.over(
                        () ->
                                new TamperedDriver() {
                                    @Override
                                    public void push(
                                            Op<?> op, int flags, long token, long nowNanos) {
                                        trail.add(flags == Sqe.LINK ? "l" : "e");
                                        super.push(op, flags, token, nowNanos);
                                    }

                                    @Override
                                    public void submit() {
                                        trail.add(" ");
                                        super.submit();
                                    }

                                    @Override
                                    public void await(long timeoutNanos) {
                                        trail.add(" ");
                                        super.await(timeoutNanos);
                                    }
                                })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var chain = linkAll(Collections.nCopies(256, nop()));
                        var pending = new ArrayList<Pending<?>>();
                        for (int i = 0; i < 100; i++) {
                            scope.start(nop());
                            pending.add(scope.start(chain));
                        }
                        for (var one : pending) {
                            one.await();
                        }
                    });
            assertThat(ring.metrics().terminal()).isEqualTo(100L * 257);
        }
        var chains =
                Arrays.stream(String.join("", trail.events()).split(" +"))
                        .filter(pushed -> pushed.contains("l"));
        assertThat(chains).hasSize(100).allMatch(pushed -> pushed.matches("e*l{255}e+"));
    }

    @Test
    @Tag("C1")
    @Tag("X1")
    void cancellingAChainAsLongAsTheRingShouldEndItOnce() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        for (int i = 0; i < 20; i++) {
                            var chain =
                                    scope.start(
                                            linkAll(
                                                    Collections.nCopies(
                                                            256, timeout(Duration.ofMinutes(5)))));
                            scope.await(nop());
                            chain.cancel("round " + i);
                            assertThat(chain.outcome().toString()).contains("round " + i);
                        }
                    });
        }
    }
}
