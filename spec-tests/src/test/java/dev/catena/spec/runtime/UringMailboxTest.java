package dev.catena.spec.runtime;

import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorGroup;
import dev.catena.proactor.RingUnavailableException;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.scope.Mailbox;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.lifetimes.Loop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Messages between two loops.
@Timeout(60)
class UringMailboxTest {
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

    /// Runs one side on each loop; the receiver opens the mailbox.
    private <M> void between(int capacity, Side<M> sender, Side<M> receiver) throws IOException {
        var opened = new CompletableFuture<Mailbox<M>>();
        Scope.onEach(
                group,
                scope -> {
                    if (scope.proactor() == group.proactors().get(0)) {
                        Mailbox<M> mailbox = Mailbox.open(scope, capacity);
                        opened.complete(mailbox);
                        receiver.run(scope, mailbox);
                    } else {
                        sender.run(scope, opened.join());
                    }
                });
    }

    private interface Side<M> {
        void run(Scope scope, Mailbox<M> mailbox) throws IOException;
    }

    @Test
    void messagesShouldArriveOnceAndInOrderThroughASmallMailbox() throws Exception {
        int count = 20_000;
        this.<Integer>between(
                16,
                (scope, mailbox) -> {
                    for (int i = 0; i < count; i++) {
                        mailbox.send(scope, i);
                    }
                },
                (scope, mailbox) -> {
                    for (int i = 0; i < count; i++) {
                        assertThat(mailbox.receive(scope)).isEqualTo(i);
                    }
                });
    }

    @Test
    void manySendersShouldAllGetThroughAMailboxForOne() throws Exception {
        int each = 200;
        var sum = new AtomicInteger();
        this.<Integer>between(
                1,
                (scope, mailbox) -> {
                    for (int fork = 0; fork < 10; fork++) {
                        scope.fork(
                                () -> {
                                    for (int i = 1; i <= each; i++) {
                                        mailbox.send(scope, i);
                                    }
                                });
                    }
                },
                (scope, mailbox) -> {
                    for (int i = 0; i < 10 * each; i++) {
                        sum.addAndGet(mailbox.receive(scope));
                    }
                });
        assertThat(sum).hasValue(10 * each * (each + 1) / 2);
    }

    @Test
    void fullMailboxShouldRefuseAndLetSendersWait() throws Exception {
        var full = new AtomicBoolean();
        var third = new AtomicBoolean();
        this.<String>between(
                2,
                (scope, mailbox) -> {
                    assertThat(mailbox.offer("first")).isTrue();
                    assertThat(mailbox.offer("second")).isTrue();
                    assertThat(mailbox.offer("no")).isFalse();
                    var failure =
                            catchThrowable(
                                    () ->
                                            scope.child(
                                                    ScopeOptions.DEFAULT.within(
                                                            Duration.ofMillis(20)),
                                                    inner -> {
                                                        mailbox.send(inner, "too late");
                                                        return 1;
                                                    }));
                    assertThat(failure).isInstanceOf(DeadlineExceededException.class);
                    full.set(true);
                    mailbox.send(scope, "third");
                    third.set(true);
                },
                (scope, mailbox) -> {
                    Loop.until(full::get);
                    scope.await(nop());
                    assertThat(third).isFalse();
                    assertThat(mailbox.receive(scope)).isEqualTo("first");
                    assertThat(mailbox.receive(scope)).isEqualTo("second");
                    assertThat(mailbox.receive(scope)).isEqualTo("third");
                });
    }

    @Test
    void receiverShouldEndWithItsScopeAndLoseNothing() throws Exception {
        var cut = new AtomicBoolean();
        this.<String>between(
                8,
                (scope, mailbox) -> {
                    Loop.until(cut::get);
                    mailbox.send(scope, "after");
                },
                (scope, mailbox) -> {
                    var failure =
                            catchThrowable(
                                    () ->
                                            scope.child(
                                                    ScopeOptions.DEFAULT,
                                                    inner -> {
                                                        inner.fork(() -> inner.cancel("enough"));
                                                        return mailbox.receive(inner);
                                                    }));
                    assertThat(failure)
                            .isInstanceOf(OperationCancelledException.class)
                            .hasMessageContaining("enough");
                    cut.set(true);
                    assertThat(mailbox.receive(scope)).isEqualTo("after");
                });
    }

    @Test
    void mailboxShouldEndWithItsScopeAndTellThoseThatWaitForRoom() throws Exception {
        var waits = new AtomicBoolean();
        var failure = new AtomicReference<Throwable>();
        this.<String>between(
                1,
                (scope, mailbox) -> {
                    mailbox.send(scope, "first");
                    waits.set(true);
                    failure.set(catchThrowable(() -> mailbox.send(scope, "second")));
                },
                (scope, mailbox) -> Loop.until(waits::get));
        assertThat(failure.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void senderThatIsRefusedShouldNotKeepTheRoomOfThoseBehindIt() throws Exception {
        Scope.run(
                group.proactors().get(0),
                scope -> {
                    Mailbox<Integer> mailbox = Mailbox.open(scope, 1);
                    mailbox.send(scope, 1);
                    var refused = new CompletableFuture<Throwable>();
                    ((EventLoop) scope.proactor())
                            .execute( // on the loop's own thread, which must not wait
                                    () ->
                                            refused.complete(
                                                    catchThrowable(() -> mailbox.send(scope, 2))));
                    assertThat(refused.join()).isInstanceOf(IllegalStateException.class);
                    scope.fork(() -> mailbox.send(scope, 3));
                    scope.await(nop()); // it stands in line by then
                    assertThat(mailbox.receive(scope)).isEqualTo(1);
                    assertThat(mailbox.receive(scope)).isEqualTo(3);
                });
    }

    @Test
    void mailboxShouldBeReceivedInItsOwnScopesOnly() throws Exception {
        this.<String>between(
                1,
                (scope, mailbox) ->
                        assertThatThrownBy(() -> mailbox.receive(scope))
                                .isInstanceOf(IllegalArgumentException.class),
                (scope, mailbox) -> assertThat(mailbox).isNotNull());
        assertThatThrownBy(() -> Mailbox.open(null, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }
}
