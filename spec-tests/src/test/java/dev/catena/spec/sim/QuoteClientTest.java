package dev.catena.spec.sim;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Close;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Errno;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Read;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.proactor.sim.Trail;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The unit test of a user's program ([QuoteClient]): the example of `docs/guide/testing.md`.
class QuoteClientTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.7", 7000);

    @Test
    void shouldPutTheAnswerTogetherFromItsPieces() throws IOException {
        try (var sim = SimulatedKernel.withSeed(42)) {
            var server =
                    sim.peer()
                            .listen(SERVER)
                            .accept()
                            .receiveUntil("\n")
                            .send("ACME 1")
                            .after(ofMillis(300))
                            .send("7.50\n");

            assertThat(QuoteClient.ask(sim.proactor(), SERVER, "ACME")).isEqualTo("ACME 17.50");

            assertThat(server.receivedText()).isEqualTo("ACME\n");
            assertThat(sim.clock().elapsed()).isGreaterThanOrEqualTo(ofMillis(300));
        }
    }

    @Test
    @Tag("D1")
    @Tag("T3")
    void shouldGiveUpOnASlowServer() throws IOException {
        try (var sim = SimulatedKernel.withSeed(42)) {
            sim.peer().listen(SERVER).accept().after(ofMinutes(5)).send("too late\n");

            assertThatThrownBy(() -> QuoteClient.ask(sim.proactor(), SERVER, "ACME"))
                    .isInstanceOf(DeadlineExceededException.class);

            assertThat(sim.clock().elapsed()) // and no second of it was waited
                    .isBetween(QuoteClient.PATIENCE, QuoteClient.PATIENCE.plusSeconds(1));
            sim.proactor().close();
            assertThat(sim.openDescriptors()).isEmpty();
        }
    }

    @Test
    void shouldSayThatTheServerHungUp() throws IOException {
        try (var sim = SimulatedKernel.withSeed(42)) {
            sim.peer().listen(SERVER).accept().receiveUntil("\n").send("ACM").close();

            assertThatThrownBy(() -> QuoteClient.ask(sim.proactor(), SERVER, "ACME"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("hung up");
        }
    }

    @Test
    void shouldReportABadBlockAndCloseTheFile() throws IOException {
        try (var sim = SimulatedKernel.withSeed(42)) {
            sim.file("/data/quotes").write("0123456789");
            sim.faults().onNth(Read.class, 3).fail(Errno.EIO);

            assertThatThrownBy(() -> QuoteClient.load(sim.proactor(), Path.of("/data/quotes"), 4))
                    .isInstanceOfSatisfying(
                            OperationFailedException.class,
                            failed -> assertThat(failed.errno()).isEqualTo(Errno.EIO));

            assertThat(sim.trail().results(Read.class)).containsExactly(4, 4, -Errno.EIO.number());
            assertThat(sim.trail().submitted(Close.class)).isEqualTo(1);
            assertThat(sim.trail().of(Trail.Kind.FAULT)).hasSize(1);
        }
    }

    @Test
    void shouldStillWaitWhileTheClockStandsStill() throws Exception {
        try (var sim = SimulatedKernel.withSeed(42)) {
            sim.clock().manual();
            var server = sim.peer().listen(SERVER).accept().after(ofSeconds(20)).send("ACME 1\n");
            var answer = new CompletableFuture<String>();
            var asking =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            answer.complete(
                                                    QuoteClient.ask(
                                                            sim.proactor(), SERVER, "ACME"));
                                        } catch (IOException failed) {
                                            answer.completeExceptionally(failed);
                                        }
                                    });
            while (sim.trail().submitted(dev.catena.ops.Recv.class) == 0) {
                sim.clock().advance(ofMillis(100));
            }

            sim.clock().advance(ofSeconds(10));
            assertThat(server.isDone()).isFalse();
            assertThat(answer).isNotDone();

            sim.clock().advance(ofSeconds(11));
            assertThat(server.isDone()).isTrue();
            asking.join();
            assertThat(answer).isCompletedWithValue("ACME 1");
            sim.clock().automatic();
        }
    }
}
