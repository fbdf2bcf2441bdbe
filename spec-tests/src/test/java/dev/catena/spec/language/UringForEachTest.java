package dev.catena.spec.language;

import static dev.catena.ops.Ops.acceptEach;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.poll;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.spec.language.UringFilesTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.AcceptEach;
import dev.catena.ops.Cancel;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.Op;
import dev.catena.ops.PollEvent;
import dev.catena.ops.RecvEach;
import dev.catena.proactor.driver.Driver;
import dev.catena.scope.Scope;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Said;
import dev.catena.spec.TamperedDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What `forEach` does while its body is slow, fails, or is to end.
class UringForEachTest {
    private static final int CLIENTS = 300;

    /// Counts how often the multishot is submitted, and cancelled.
    private static final class Counting extends TamperedDriver {
        private final AtomicInteger submitted;
        private final AtomicInteger cancelled;

        Counting(AtomicInteger submitted, AtomicInteger cancelled) {
            this.submitted = submitted;
            this.cancelled = cancelled;
        }

        @Override
        public void push(Op<?> op, int flags, long token, long nowNanos) {
            if (op instanceof AcceptEach) {
                submitted.incrementAndGet();
            }
            if (op instanceof Cancel(Cancel.Target.One _)) {
                cancelled.incrementAndGet();
            }
            super.push(op, flags, token, nowNanos);
        }
    }

    @Test
    void slowBodyShouldStopTheKernelAndLoseNoConnection() throws Exception {
        var submitted = new AtomicInteger();
        var cancelled = new AtomicInteger();
        try (var ring = RingUnderTest.over(() -> new Counting(submitted, cancelled))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        var address = scope.await(localAddress(listener));
                        var gate = scope.await(dev.catena.ops.Ops.pipe());
                        var accepted = new ArrayList<Fd>();
                        var accepting =
                                scope.start(
                                        forEach(
                                                acceptEach(listener),
                                                connection ->
                                                        poll(gate.reading(), PollEvent.READABLE)
                                                                .map(
                                                                        _ ->
                                                                                accepted.add(
                                                                                        connection))));
                        var clients = new HashSet<Object>();
                        for (int i = 0; i < CLIENTS; i++) {
                            clients.add(scope.await(localAddress(scope.await(connect(address)))));
                        }
                        for (int i = 0; i < 200; i++) {
                            scope.await(nop());
                        }
                        assertThat(accepted).isEmpty();
                        assertThat(cancelled).as("the kernel was stopped").hasPositiveValue();
                        long taken = ring.metrics().descriptors() - CLIENTS;
                        assertThat(taken).as("connections taken meanwhile").isLessThan(100);
                        scope.await(dev.catena.ops.Ops.write(gate.writing(), text(scope, "x")));
                        while (accepted.size() < CLIENTS) {
                            scope.await(nop());
                        }
                        assertThat(submitted).as("taken up again").hasValueGreaterThan(1);
                        var peers = new HashSet<Object>();
                        for (var connection : accepted) {
                            peers.add(scope.await(dev.catena.ops.Ops.peerAddress(connection)));
                        }
                        assertThat(peers).isEqualTo(clients);
                        accepting.cancel("all seen");
                        assertThat(Said.of(accepting.outcome())).isEqualTo("cancelled");
                    });
        }
    }

    @Test
    @Tag("L7")
    void elementsThatWaitShouldBeGivenBackWhenItIsCancelled() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        var address = scope.await(localAddress(listener));
                        var accepting =
                                scope.start(
                                        forEach(
                                                acceptEach(listener),
                                                connection ->
                                                        read(connection, scope.lease(1))
                                                                .ensuring(close(connection))));
                        for (int i = 0; i < 20; i++) {
                            scope.await(connect(address));
                        }
                        for (int i = 0; i < 50; i++) {
                            scope.await(nop());
                        }
                        accepting.cancel("enough");
                        assertThat(Said.of(accepting.outcome())).isEqualTo("cancelled");
                        // closes of connections that waited may still be on their way
                        while (ring.metrics().descriptors() > 21) {
                            scope.await(nop());
                        }
                        assertThat(ring.metrics().descriptors()).isEqualTo(21);
                    });
        }
    }

    @Test
    @Tag("L7")
    void providedBuffersShouldGoBackHoweverItEnds() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        // more rounds than there are provided buffers: one lost in each would show
                        for (int i = 0; i < 300; i++) {
                            boolean throwing = i % 2 == 0;
                            var pair = Pair.open(scope);
                            var receiving =
                                    scope.start(
                                            forEach(
                                                    recvEach(pair.far()),
                                                    buffer -> {
                                                        scope.release(buffer);
                                                        if (throwing) {
                                                            throw new IllegalStateException("x");
                                                        }
                                                        return timeout(Duration.ofHours(1));
                                                    }));
                            for (int part = 0; part < 3; part++) {
                                scope.await(sendAll(pair.near(), text(scope, "some")));
                                scope.await(nop());
                            }
                            receiving.cancel("enough");
                            if (throwing) {
                                assertThatThrownBy(receiving::outcome).hasMessage("x");
                            } else {
                                assertThat(Said.of(receiving.outcome())).isEqualTo("cancelled");
                            }
                            scope.await(close(pair.near()));
                            scope.await(close(pair.far()));
                        }
                        var pair = Pair.open(scope);
                        var receiving =
                                scope.start(
                                        forEach(
                                                recvEach(pair.far()),
                                                buffer -> {
                                                    scope.release(buffer);
                                                    return done(1);
                                                }));
                        scope.await(sendAll(pair.near(), text(scope, "last")));
                        scope.await(close(pair.near()));
                        assertThat(receiving.await()).isEqualTo(1);
                    });
        }
    }

    /// A kernel whose multishot receives fail although they have picked a buffer.
    private static final class Failing extends TamperedDriver {
        private final AtomicInteger picked;
        private final AtomicInteger givenBack;
        private final HashSet<Long> receives = new HashSet<>();

        Failing(AtomicInteger picked, AtomicInteger givenBack) {
            this.picked = picked;
            this.givenBack = givenBack;
        }

        @Override
        public void push(Op<?> op, int flags, long token, long nowNanos) {
            if (op instanceof RecvEach) {
                receives.add(token);
            }
            super.push(op, flags, token, nowNanos);
        }

        @Override
        public int reap(Completions sink) {
            return super.reap(
                    (token, result, flags) -> {
                        boolean fails = receives.contains(token) && (flags & Driver.BUFFER) != 0;
                        if (fails) {
                            picked.incrementAndGet();
                        }
                        sink.completed(token, fails ? -Errno.ECONNRESET.number() : result, flags);
                    });
        }

        @Override
        public void provide(int flags) {
            givenBack.incrementAndGet();
            super.provide(flags);
        }
    }

    @Test
    @Tag("L7")
    void bufferOfAReceiveThatFailedShouldGoBack() throws Exception {
        var picked = new AtomicInteger();
        var givenBack = new AtomicInteger();
        var elements = new AtomicInteger();
        try (var ring = RingUnderTest.over(() -> new Failing(picked, givenBack))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var receiving =
                                scope.start(
                                        forEach(
                                                recvEach(pair.far()),
                                                _ -> done(elements.incrementAndGet())));
                        scope.await(sendAll(pair.near(), text(scope, "some")));
                        scope.await(close(pair.near()));
                        receiving.outcome();
                    });
        }
        assertThat(picked).hasPositiveValue();
        assertThat(elements).hasValue(0);
        assertThat(givenBack).hasValue(picked.get());
    }

    @Test
    void failureOfTheBodyShouldStartNothingMore() throws Exception {
        var started = new AtomicInteger();
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var listener = scope.await(listen(Pair.ANY_PORT));
                        var address = scope.await(localAddress(listener));
                        var buffer = scope.lease(1);
                        var broken = read(scope.await(dev.catena.ops.Ops.pipe()).writing(), buffer);
                        var accepting =
                                scope.start(
                                        forEach(
                                                acceptEach(listener),
                                                _ -> {
                                                    started.incrementAndGet();
                                                    return broken;
                                                }));
                        for (int i = 0; i < 5; i++) {
                            scope.await(connect(address));
                        }
                        assertThat(Said.of(accepting.outcome())).isEqualTo("EBADF");
                    });
        }
        assertThat(started).hasValue(1);
    }
}
