package dev.catena.spec.runtime;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.listenShared;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.socket;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.SocketType;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorGroup;
import dev.catena.proactor.RingUnavailableException;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.uring.Affinity;
import dev.catena.scope.Scope;
import dev.catena.spec.TamperedDriver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Several loops side by side.
@Timeout(60)
class UringGroupTest {
    private ProactorGroup group;

    @BeforeEach
    void open() {
        try {
            group = ProactorGroup.open(2, number -> Proactor.builder().name("loop-" + number));
        } catch (RingUnavailableException why) {
            Assumptions.abort("io_uring is not available: " + why.getMessage());
        }
    }

    @AfterEach
    void close() {
        if (group != null) {
            group.close();
        }
    }

    @Test
    void workShouldRunOnEachLoopAtTheSameTime() throws Exception {
        var met = new CyclicBarrier(2);
        Set<Proactor> seen = ConcurrentHashMap.newKeySet();
        Scope.onEach(
                group,
                scope -> {
                    seen.add(scope.proactor());
                    scope.<Integer>blocking(met::await); // they are there together
                });
        assertThat(seen).containsExactlyInAnyOrderElementsOf(group.proactors());
        assertThat(group.next()).isNotSameAs(group.next());
    }

    @Test
    void failureOnOneLoopShouldCancelTheOthersAndBeThrown() {
        var failure =
                catchThrowable(
                        () ->
                                Scope.onEach(
                                        group,
                                        scope -> {
                                            if (scope.proactor() == group.proactors().get(0)) {
                                                throw new IOException("this one");
                                            }
                                            scope.await(timeout(Duration.ofHours(1)));
                                        }));
        assertThat(failure).isInstanceOf(IOException.class).hasMessage("this one");
        assertThat(failure.getSuppressed())
                .as("cancelled because of it, which is no failure")
                .noneMatch(OperationCancelledException.class::isInstance);
    }

    @Test
    void connectionsShouldBeSpreadOverListenersOnOneAddress() throws Exception {
        int connections = 128;
        var address = new AtomicReference<SocketAddress>();
        var listening = new CountDownLatch(2);
        Set<String> served = ConcurrentHashMap.newKeySet();
        var first = group.proactors().get(0);
        var server =
                Thread.ofPlatform()
                        .start(
                                () ->
                                        assertThatThrownBy(
                                                        () ->
                                                                Scope.onEach(
                                                                        group,
                                                                        scope ->
                                                                                serve(
                                                                                        scope,
                                                                                        first,
                                                                                        address,
                                                                                        listening,
                                                                                        served)))
                                                .isInstanceOf(OperationCancelledException.class));
        listening.await();
        Scope.run(
                first,
                scope -> {
                    for (int i = 0; i < connections; i++) {
                        var socket = scope.await(socket(AddressFamily.INET, SocketType.STREAM));
                        scope.await(connect(socket, address.get()));
                        var buffer = scope.lease(8);
                        buffer.set(0, (byte) i);
                        scope.await(sendAll(socket, buffer));
                        buffer.fill((byte) 0);
                        scope.await(recvAll(socket, buffer));
                        assertThat(buffer.get(0)).isEqualTo((byte) i);
                    }
                });
        group.close();
        server.join();
        assertThat(served).containsExactlyInAnyOrder("loop-0", "loop-1");
    }

    private static void serve(
            Scope scope,
            Proactor first,
            AtomicReference<SocketAddress> address,
            CountDownLatch listening,
            Set<String> served)
            throws IOException {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (scope.proactor() != first) {
            while (address.get() == null) {
                Thread.yield();
            }
        }
        var listener = scope.await(listenShared(address.get() == null ? any : address.get()));
        if (address.get() == null) {
            address.set(scope.await(localAddress(listener)));
        }
        listening.countDown();
        while (true) {
            var connection = scope.await(accept(listener));
            served.add(scope.proactor() == first ? "loop-0" : "loop-1");
            scope.fork(
                    () -> {
                        var buffer = scope.lease(8);
                        scope.await(recvAll(connection, buffer));
                        scope.await(sendAll(connection, buffer));
                    });
        }
    }

    @Test
    void gracefulCloseShouldLetWhatIsOpenEndByItselfAndTakeNothingNew() throws Exception {
        var release = new CountDownLatch(1);
        var opened = new CountDownLatch(2);
        var ended = new CountDownLatch(2);
        var visit =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        Scope.onEach(
                                                group,
                                                scope -> {
                                                    opened.countDown();
                                                    scope.blocking(
                                                            () -> {
                                                                release.await();
                                                                return true;
                                                            });
                                                    scope.await(timeout(Duration.ofMillis(1)));
                                                    ended.countDown();
                                                });
                                    } catch (IOException e) {
                                        throw new AssertionError(e);
                                    }
                                });
        opened.await();
        var closed = new AtomicReference<Boolean>();
        var closer = Thread.ofPlatform().start(() -> closed.set(group.close(Duration.ofHours(1))));
        var refused = new AtomicReference<Throwable>();
        while (refused.get() == null) {
            refused.set(catchThrowable(() -> Scope.open(group.proactors().get(1)).close()));
        }
        assertThat(refused.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        release.countDown();
        closer.join();
        visit.join();
        assertThat(closed.get()).as("by itself").isTrue();
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void closeShouldCancelWhatHasNotEndedInTime() throws Exception {
        var opened = new CountDownLatch(2);
        var failure = new AtomicReference<Throwable>();
        var visit =
                Thread.ofPlatform()
                        .start(
                                () ->
                                        failure.set(
                                                catchThrowable(
                                                        () ->
                                                                Scope.onEach(
                                                                        group,
                                                                        scope -> {
                                                                            opened.countDown();
                                                                            scope.await(
                                                                                    timeout(
                                                                                            Duration
                                                                                                    .ofHours(
                                                                                                            1)));
                                                                        }))));
        opened.await();
        assertThat(group.close(Duration.ofMillis(20))).isFalse();
        visit.join();
        assertThat(failure.get())
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("is being closed");
        for (var proactor : group.proactors()) {
            assertThat(proactor.metrics().inFlight()).isZero();
        }
    }

    @Test
    void closingFromOneOfItsLoopsShouldBeRefusedAndCloseNothing() throws Exception {
        Scope.run(
                group.proactors().get(1),
                _ ->
                        assertThatThrownBy(group::close)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("from one of its own loops"));
        Scope.onEach(group, scope -> scope.await(nop()));
    }

    /// A driver that says that it could not be closed, once it is.
    private static final class Stubborn extends TamperedDriver {
        @Override
        public void close() {
            super.close();
            throw new IllegalStateException("not closed");
        }
    }

    @Test
    void groupThatCannotBeOpenedShouldCloseAllThatWasAndSayWhy() {
        assertThatThrownBy(
                        () ->
                                ProactorGroup.open(
                                        3,
                                        number ->
                                                Proactor.builder()
                                                        .driver(
                                                                () -> {
                                                                    if (number == 2) {
                                                                        throw new UnsupportedOperationException(
                                                                                "the third");
                                                                    }
                                                                    return new Stubborn();
                                                                })))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the third")
                .satisfies(
                        failure ->
                                assertThat(failure.getSuppressed())
                                        .filteredOn(
                                                another ->
                                                        another.getMessage().endsWith("has died"))
                                        .hasSize(2));
    }

    @Test
    void taskThatIsPostedToALoopThatHasEndedShouldRun() throws Exception {
        var ended = (EventLoop) group.proactors().get(0);
        ended.close();
        var ran = new CountDownLatch(1);
        Scope.run(group.proactors().get(1), _ -> ended.post(ran::countDown));
        ran.await();
    }

    @Test
    void groupShouldBeClosedWithinAnyTime() {
        assertThat(group.close(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    }

    @Test
    void scopesShouldStartOnNoLoopIfTheCallerMayNotWait() throws Exception {
        var started = new AtomicReference<Proactor>();
        var refused = new CompletableFuture<Throwable>();
        var second = (EventLoop) group.proactors().get(1);
        second.execute( // on the loop's own thread, which must not wait
                () ->
                        refused.complete(
                                catchThrowable(
                                        () ->
                                                Scope.onEach(
                                                        group,
                                                        scope -> started.set(scope.proactor())))));
        assertThat(refused.join()).isInstanceOf(IllegalStateException.class);
        group.close();
        assertThat(started.get()).isNull();
    }

    @Test
    void groupOfAllProcessorsShouldBePinned() throws Exception {
        try (var all = ProactorGroup.open()) {
            assertThat(all.size()).isPositive();
            Set<Object> masks = ConcurrentHashMap.newKeySet();
            for (var proactor : all.proactors()) {
                masks.add(((EventLoop) proactor).call(Affinity::current));
            }
            assertThat(masks).hasSize(all.size());
        }
    }
}
