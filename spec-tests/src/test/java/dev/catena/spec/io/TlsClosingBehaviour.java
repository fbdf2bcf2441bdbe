package dev.catena.spec.io;

import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.TlsConnection;
import dev.catena.proactor.DriverKind;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.scope.Task;
import dev.catena.spec.io.TcpBehaviour.Ends;
import dev.catena.spec.io.TlsBehaviour.Tls;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What becomes of threads that wait at a TLS connection, and of their memory, when somebody else closes it, its feed or a lease.
abstract class TlsClosingBehaviour extends IoSpec {
    TlsClosingBehaviour(DriverKind kind) {
        super(kind);
    }

    private static Tls open(Scope scope) throws Exception {
        return Tls.open(scope, TlsBehaviour.CLIENT, TlsBehaviour.SERVER);
    }

    /// Starts something that is going to wait, and comes back when it does: threads of the loop run until they wait.
    private static <T> Task<T> waiting(Scope scope, Callable<T> body) throws IOException {
        var begun = new AtomicBoolean();
        var task =
                scope.fork(
                        () -> {
                            begun.set(true);
                            return body.call();
                        });
        while (!begun.get()) {
            scope.await(nop());
        }
        return task;
    }

    @Test
    @Tag("L5")
    void leaseThatEndsUnderAReadShouldNotBeWritten() throws Exception {
        run(
                scope -> {
                    var tls = open(scope);
                    var into = scope.lease(16384);
                    var reading =
                            waiting(
                                    scope,
                                    () -> {
                                        try {
                                            return "read " + tls.client().read(into);
                                        } catch (IllegalStateException refused) {
                                            return refused.getMessage();
                                        }
                                    });
                    scope.release(into);
                    var another = scope.lease(16384).fill((byte) 'o');
                    tls.server().writeAll("x".repeat(100));
                    assertThat(reading.await()).contains("released");
                    assertThat(another.toArray()).containsOnly('o');
                });
    }

    @Test
    @SuppressWarnings("try") // what a feed gives when it has been closed
    void feedShouldBeTheOnlyReaderWhileItIsOpen() throws Exception {
        run(
                scope -> {
                    var tls = open(scope);
                    var word = scope.lease(4);
                    try (var feed = tls.client().feed()) {
                        assertThatThrownBy(() -> tls.client().read(word))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("feed");
                        assertThatThrownBy(() -> tls.client().feed())
                                .isInstanceOf(IllegalStateException.class);
                        tls.server().writeAll("feed");
                        assertThat(feed.take()).isNotNull();
                        feed.close();
                        assertThat(feed.take()).isNull();
                    }
                    tls.server().writeAll("word");
                    tls.client().readFully(word);
                    assertThat(new String(word.toArray())).isEqualTo("word");
                });
    }

    @Test
    void closeOfAFeedShouldEndATakeThatWaitsAndLeaveTheConnectionUsable() throws Exception {
        run(
                scope -> {
                    var tls = open(scope);
                    var feed = tls.client().feed();
                    var taking = waiting(scope, () -> feed.take() == null);
                    assertThatThrownBy(feed::take).isInstanceOf(IllegalStateException.class);
                    feed.close();
                    tls.server().writeAll("word");
                    var word = scope.lease(4);
                    tls.client().readFully(word);
                    assertThat(new String(word.toArray())).isEqualTo("word");
                    assertThat(taking.await()).as("the end").isTrue();
                });
    }

    @Test
    void closeShouldNotWaitForAWriterWhosePeerDoesNotRead() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    var tls =
                            Tls.over(
                                    scope,
                                    ends.near(),
                                    ends.far(),
                                    TlsBehaviour.CLIENT,
                                    TlsBehaviour.SERVER);
                    var much = scope.lease(32 << 20);
                    var writing =
                            waiting(
                                    scope,
                                    () -> {
                                        try {
                                            tls.client().writeAll(much);
                                            return "written";
                                        } catch (IOException | IllegalStateException stopped) {
                                            return "stopped";
                                        }
                                    });
                    tls.client().close();
                    assertThat(ends.near().isOpen()).isFalse();
                    assertThat(writing.await()).isEqualTo("stopped");
                });
    }

    @Test
    void closeInACancelledScopeShouldLeaveToItWhatTheKernelStillHolds() throws Exception {
        run(
                scope -> {
                    var closed = new AtomicBoolean();
                    try {
                        scope.child(
                                ScopeOptions.of("cancelled"),
                                inner -> {
                                    var client = open(inner).client();
                                    waiting(inner, () -> client.read(inner.lease(1)));
                                    inner.cancel("over");
                                    assertClosesQuietly(client);
                                    closed.set(true);
                                    return client;
                                });
                    } catch (IllegalStateException cancelled) {
                        assertThat(cancelled).hasMessageContaining("over");
                    }
                    assertThat(closed).isTrue();
                    assertThat(ring().metrics().descriptors()).isZero();
                });
    }

    private static void assertClosesQuietly(TlsConnection connection) {
        assertThatCode(connection::close).doesNotThrowAnyException();
        assertThat(connection.isOpen()).isFalse();
    }
}
