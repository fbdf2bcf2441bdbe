package dev.catena.spec;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.linkTimeout;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.shutdown;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Chain;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Errno;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Outcome;
import dev.catena.ops.Shutdown;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What scopes make of the kernel's answers: the outcomes of chains and of their links.
class UringOutcomesTest extends UringSpec {
    private static final Duration SHORTLY = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    private static List<String> each(Scope scope, Chain<?> chain) throws IOException {
        return scope.await(chain.each()).stream().map(Said::of).toList();
    }

    @Test
    @Tag("C2")
    void followersOfAShortTransferShouldBeSkippedAndNotCancelled() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    scope.await(send(pair.far(), scope.lease(5)));
                    var chain = link(read(pair.near(), scope.lease(64)), nop(), nop());
                    assertThat(each(scope, chain))
                            .containsExactly("short 5", "skipped (short 5)", "skipped (short 5)");
                });
    }

    @Test
    @Tag("C2")
    void linkTimeoutWrittenOutShouldNotHideWhyTheLinksBehindItWereSkipped() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    scope.await(send(pair.far(), scope.lease(5)));
                    var chain = link(read(pair.near(), scope.lease(64)), linkTimeout(LONG), nop());
                    assertThat(each(scope, chain).getLast()).isEqualTo("skipped (short 5)");
                });
    }

    @Test
    @Tag("C2")
    void linkTimeoutWrittenOutShouldTimeItsLinkOutAndSkipTheRest() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var chain =
                            link(recv(pair.near(), scope.lease(64)), linkTimeout(SHORTLY), nop());
                    var outcomes = each(scope, chain);
                    assertThat(outcomes.getFirst()).isEqualTo("timed out");
                    assertThat(outcomes.getLast()).isEqualTo("skipped (timed out)");
                });
    }

    @Test
    @Tag("C2")
    void chainShouldFailWithTheLinkThatBrokeIt() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    scope.await(shutdown(pair.far(), Shutdown.Direction.WRITE));
                    assertThatThrownBy(
                                    () ->
                                            scope.await(
                                                    link(
                                                            recvAll(pair.near(), scope.lease(8)),
                                                            nop())))
                            .isInstanceOf(OperationFailedException.class)
                            .hasMessageContaining("recvAll(")
                            .hasMessageContaining("moved 0 of 8 bytes");
                });
    }

    @Test
    @Tag("C2")
    void chainOnAClosedDescriptorShouldStillGiveTheOutcomeOfEachLink() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    scope.await(close(pair.near()));
                    var buffer = scope.lease(8);
                    var chain = link(nop(), recv(pair.near(), buffer), nop());
                    assertThat(each(scope, chain))
                            .containsExactly("skipped (EBADF)", "EBADF", "skipped (EBADF)");
                    var outcome = scope.attempt(chain);
                    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
                });
    }

    @Test
    @Tag("C2")
    void hardLinkShouldLetTheNextRunWhateverBecameOfIt() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var chain =
                            link(
                                    recv(pair.near(), scope.lease(8)).within(SHORTLY).hard(),
                                    send(pair.near(), scope.lease(8)),
                                    nop());
                    assertThat(each(scope, chain))
                            .containsExactly("timed out", "completed", "completed");
                });
    }

    @Test
    @Tag("C4")
    void timeoutAsALinkShouldMeanLater() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    long start = proactor().nanoTime();
                    var received = scope.start(recv(pair.near(), scope.lease(8)));
                    var chain = link(timeout(SHORTLY), send(pair.far(), scope.lease(8)));
                    assertThat(each(scope, chain)).containsExactly("completed", "completed");
                    assertThat(received.await()).isEqualTo(8);
                    assertThat(proactor().nanoTime() - start)
                            .isGreaterThanOrEqualTo(SHORTLY.toNanos());
                });
    }

    @Test
    @Tag("C1")
    void chainThatCanNeverFitShouldBeRefusedForThatRing() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    assertThat(scope.await(linkAll(Collections.nCopies(256, nop())))).hasSize(256);
                    assertThatThrownBy(
                                    () ->
                                            scope.await(
                                                    linkAll(
                                                            Collections.nCopies(
                                                                    129, nop().within(LONG)))))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("258 entries, link timeouts included");
                });
    }

    @Test
    @Tag("D2")
    void chainThatIsBoundedAsAWholeShouldEndAtOneInstant() throws Exception {
        // Again where the machine held the loop up for so long that the mark was overtaken.
        boolean inTime = false;
        for (int attempt = 0; attempt < 10 && !inTime; attempt++) {
            inTime = Scope.open(proactor(), UringOutcomesTest::endsBeforeTheMark);
        }
        assertThat(inTime).as("ended at 150 ms, before the mark at 200 ms").isTrue();
    }

    /// A bound that started anew at the second link would end at 250 ms.
    private static boolean endsBeforeTheMark(Scope scope) throws IOException {
        var pair = Pair.open(scope);
        var mark = scope.start(timeout(Duration.ofMillis(200)));
        var chain =
                link(timeout(Duration.ofMillis(100)), recv(pair.near(), scope.lease(8)), nop())
                        .within(Duration.ofMillis(150));
        assertThat(each(scope, chain))
                .containsExactly("completed", "timed out", "skipped (timed out)");
        boolean before = !mark.isDone();
        mark.cancel("it has served");
        var _ = mark.outcome();
        return before;
    }

    @Test
    @Tag("D2")
    void boundThatPassesShouldBeNamedInTheException() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var receive = recv(pair.near(), scope.lease(8)).within(SHORTLY);
                    assertThatThrownBy(() -> scope.await(receive))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("recv(")
                            .hasMessageContaining("PT0.02S");
                });
    }

    @Test
    @Tag("D2")
    void chainInAScopeWithADeadlineShouldNameThatScopeWhenItPasses() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var options = ScopeOptions.DEFAULT.named("brief").within(SHORTLY);
                    assertThatThrownBy(
                                    () ->
                                            scope.child(
                                                    options,
                                                    brief ->
                                                            brief.await(
                                                                    link(
                                                                            recv(
                                                                                    pair.near(),
                                                                                    brief.lease(8)),
                                                                            nop()))))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("scope 'brief'");
                });
    }

    @Test
    @Tag("C2")
    void errorsShouldKeepTheirNumberAndTheirOperation() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var missing = open(Path.of("/nowhere/at/all"), OpenFlag.READ);
                    assertThatThrownBy(() -> scope.await(missing))
                            .isInstanceOfSatisfying(
                                    OperationFailedException.class,
                                    failure -> {
                                        assertThat(failure.errno()).isEqualTo(Errno.ENOENT);
                                        assertThat(failure.operation()).isEqualTo(missing);
                                    });
                });
    }
}
