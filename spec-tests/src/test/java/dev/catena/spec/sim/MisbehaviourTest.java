package dev.catena.spec.sim;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Accept;
import dev.catena.ops.Close;
import dev.catena.ops.Errno;
import dev.catena.ops.Nop;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Outcome;
import dev.catena.ops.Read;
import dev.catena.ops.Recv;
import dev.catena.ops.Write;
import dev.catena.proactor.sim.Decision;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.proactor.sim.Trail;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each way in which a schedule or a fault rule makes the simulated kernel misbehave, as a program sees it.
class MisbehaviourTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 7000);

    private static SimulatedKernel with(Decision decision) {
        return SimulatedKernel.with(Schedule.calm().odds(decision, 1));
    }

    private static List<String> completionsOfTenNops(Schedule schedule) throws IOException {
        try (var sim = SimulatedKernel.with(schedule)) {
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        for (int i = 0; i < 10; i++) {
                            scope.start(nop());
                        }
                    });
            return sim.trail().of(Nop.class).stream()
                    .filter(event -> event.kind() == Trail.Kind.COMPLETED)
                    .map(Trail.Event::what)
                    .toList();
        }
    }

    // ---------------------------------------------------------------- order and delay

    @Test
    void completionsShouldComeInAnotherOrderIfTheScheduleSaysSo() throws IOException {
        var calm = completionsOfTenNops(Schedule.calm());
        var shuffled = completionsOfTenNops(Schedule.calm().withSeed(3).odds(Decision.ORDER, 0.5));

        assertThat(calm)
                .isEqualTo(
                        IntStream.rangeClosed(1, 10)
                                .mapToObj(number -> "#" + number + " nop() = 0")
                                .toList());
        assertThat(shuffled).hasSize(10).containsExactlyInAnyOrderElementsOf(calm);
        assertThat(shuffled).isNotEqualTo(calm);
    }

    @Test
    void operationsShouldTakeTimeIfTheScheduleSaysSo() throws IOException {
        try (var sim = with(Decision.DELAY)) {
            Scope.run(sim.proactor(), scope -> scope.await(nop()));

            assertThat(sim.clock().elapsed()).isGreaterThan(Duration.ZERO);
        }
    }

    @Test
    void ruleShouldDelayOneOperation() throws IOException {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            sim.faults().onNth(Nop.class, 2).delay(Duration.ofSeconds(7));
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        scope.await(nop());
                        assertThat(sim.clock().elapsed()).isZero();
                        scope.await(nop());
                    });

            assertThat(sim.clock().elapsed()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    // ---------------------------------------------------------------- transfers and errors

    @Test
    void pipesShouldMoveFewerBytesIfTheScheduleSaysSo() throws IOException {
        try (var sim = with(Decision.SHORT_TRANSFER)) {
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var ends = scope.await(pipe());
                        scope.await(write(ends.writing(), scope.lease(64).fill((byte) 1)));
                        assertThat(scope.await(read(ends.reading(), scope.lease(64))))
                                .isBetween(1, 63);
                    });
        }
    }

    @Test
    void filesShouldMoveFewerBytesIfTheScheduleSaysSo() throws IOException {
        try (var sim = with(Decision.SHORT_FILE_TRANSFER)) {
            sim.file("/f").write(new byte[64]);
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var file = scope.await(open(Path.of("/f"), OpenFlag.READ));
                        assertThat(scope.await(read(file, scope.lease(64)).at(0))).isBetween(1, 63);
                    });
        }
    }

    @Test
    @Tag("C2")
    void ruleShouldMakeATransferShortAndSoBreakItsChain() throws IOException {
        try (var sim = SimulatedKernel.withSeed(1)) {
            sim.file("/f").write(new byte[64]);
            sim.faults().onNth(Read.class, 1).most(5);
            var outcomes =
                    Scope.open(
                            sim.proactor(),
                            scope -> {
                                var file = scope.await(open(Path.of("/f"), OpenFlag.READ));
                                var block = scope.lease(64);
                                return scope.await(link(read(file, block).at(0), nop()).each());
                            });

            assertThat(outcomes.get(0))
                    .isInstanceOfSatisfying(
                            Outcome.Short.class, cut -> assertThat(cut.moved()).isEqualTo(5));
            assertThat(outcomes.get(1)).isInstanceOf(Outcome.Skipped.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNKNOWN", "ECANCELED"})
    void anyErrorShouldBeWhatTheProgramSees(Errno errno) throws IOException {
        try (var sim = SimulatedKernel.withSeed(1)) {
            sim.file("/f").write(new byte[64]);
            sim.faults().onNth(Read.class, 1).fail(errno);
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var file = scope.await(open(Path.of("/f"), OpenFlag.READ));
                        assertThat(scope.attempt(read(file, scope.lease(64)).at(0)))
                                .isInstanceOfSatisfying(
                                        Outcome.Failed.class,
                                        failed -> assertThat(failed.errno()).isEqualTo(errno));
                    });
        }
    }

    @Test
    void scheduleShouldChooseAmongItsErrors() throws IOException {
        var schedule = Schedule.calm().odds(Decision.FAILURE, 1).errors(Errno.ENOSPC);
        try (var sim = SimulatedKernel.with(schedule)) {
            Scope.run(
                    sim.proactor(),
                    scope ->
                            assertThat(scope.attempt(open(Path.of("/f"), OpenFlag.READ)))
                                    .isInstanceOfSatisfying(
                                            Outcome.Failed.class,
                                            failed ->
                                                    assertThat(failed.errno())
                                                            .isEqualTo(Errno.ENOSPC)));
        }
    }

    @Test
    @Tag("X5")
    void closeThatFailsShouldCloseAllTheSame() throws IOException {
        try (var sim = SimulatedKernel.withSeed(1)) {
            sim.file("/f").write("x");
            sim.faults().onNth(Close.class, 1).fail(Errno.EIO);
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var file = scope.await(open(Path.of("/f"), OpenFlag.READ));
                        assertThat(scope.attempt(dev.catena.ops.Ops.close(file)))
                                .isInstanceOf(Outcome.Failed.class);
                        assertThat(file.isOpen()).isFalse();
                    });
            sim.proactor().close();

            assertThat(sim.openDescriptors()).isEmpty();
        }
    }

    @Test
    void peerShouldResetTheConnectionWhenItsScriptSaysSo() throws IOException {
        try (var sim = SimulatedKernel.withSeed(1)) {
            sim.peer().listen(ADDRESS).accept().after(Duration.ofMillis(5)).reset();
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var socket = scope.await(connect(ADDRESS));
                        assertThat(failure(scope.attempt(recv(socket, scope.lease(8)))))
                                .isEqualTo(Errno.ECONNRESET);
                    });
        }
    }

    @Test
    void connectionShouldBeResetWhenTheScheduleSaysSo() throws IOException {
        try (var sim = with(Decision.RESET)) {
            var server = sim.peer().listen(ADDRESS).accept().receive(1);
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var socket = scope.await(connect(ADDRESS));
                        assertThat(failure(scope.attempt(recv(socket, scope.lease(8)))))
                                .isEqualTo(Errno.ECONNRESET);
                    });

            assertThat(server.failure()).as("the other end is told, too").contains("ECONNRESET");
        }
    }

    @Test
    void bytesShouldBeOnTheirWayForAWhileAndArriveInOrderIfTheScheduleSaysSo() throws IOException {
        try (var sim = with(Decision.ARRIVAL)) {
            sim.peer().listen(ADDRESS).accept().send("first").send("second").close();
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var socket = scope.await(connect(ADDRESS));
                        var buffer = scope.lease(64);
                        var received = new StringBuilder();
                        for (int n; (n = scope.await(recv(socket, buffer))) > 0; ) {
                            received.append(new String(buffer.copy(0, n), UTF_8));
                        }
                        assertThat(received.toString()).isEqualTo("firstsecond");
                    });

            assertThat(sim.clock().elapsed()).isGreaterThan(Duration.ZERO);
        }
    }

    @Test
    void datagramsShouldBeLostWhenTheScheduleSaysSo() throws IOException {
        assertThat(receivesADatagram(Schedule.calm())).isTrue();
        assertThat(receivesADatagram(Schedule.calm().odds(Decision.DATAGRAM_LOSS, 1))).isFalse();
    }

    private static boolean receivesADatagram(Schedule schedule) throws IOException {
        try (var sim = SimulatedKernel.with(schedule)) {
            return Scope.open(
                    sim.proactor(),
                    scope -> {
                        var socket =
                                scope.await(
                                        dev.catena.ops.Ops.socket(
                                                dev.catena.ops.AddressFamily.INET,
                                                dev.catena.ops.SocketType.DATAGRAM));
                        scope.await(dev.catena.ops.Ops.bind(socket, ADDRESS));
                        sim.peer()
                                .sendDatagram(
                                        new InetSocketAddress("127.0.0.1", 7001),
                                        ADDRESS,
                                        new byte[3]);
                        return scope.attempt(
                                        recv(socket, scope.lease(8)).within(Duration.ofSeconds(1)))
                                .isCompleted();
                    });
        }
    }

    // ---------------------------------------------------------------- what a test can ask

    @Test
    void trailShouldTellWhatHappenedInOrder() throws IOException {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            sim.file("/f").write("abc");
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var file = scope.await(open(Path.of("/f"), OpenFlag.READ_WRITE));
                        scope.await(read(file, scope.lease(3)).at(0));
                        scope.await(write(file, scope.lease(2).fill((byte) 'x')).at(1));
                    });

            assertThat(sim.file("/f").text()).isEqualTo("axx");
            assertThat(sim.trail().results(Read.class)).containsExactly(3);
            assertThat(sim.trail().results(Write.class)).containsExactly(2);
            assertThat(sim.trail().of(Trail.Kind.OPENED)).isNotEmpty();
            assertThat(sim.trail().lines().getLast()).contains("close");
        }
    }

    @Test
    void brokenContractShouldBeSaidWhenTheKernelIsClosed() {
        var sim = SimulatedKernel.with(Schedule.calm());
        try (var driver = sim.openDriver()) {
            driver.discard(4711);
        }

        assertThat(sim.violations()).hasSize(1);
        assertThatThrownBy(sim::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("fd(4711)")
                .hasMessageContaining("seed=");
    }

    @Test
    @Tag("X3")
    void connectionAcceptedInTheMomentOfItsCancelShouldNotLeak() throws IOException {
        try (var sim = with(Decision.CANCEL_LOST)) {
            sim.faults().on(Accept.class).delay(Duration.ofSeconds(1));
            sim.peer().connect(ADDRESS);
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var listener = scope.await(listen(ADDRESS));
                        scope.start(accept(listener)).cancel("at once");
                    });
            sim.proactor().close();

            assertThat(sim.trail().results(Accept.class)).singleElement().matches(fd -> fd >= 0);
            assertThat(sim.openDescriptors()).isEmpty();
        }
    }

    @Test
    void receiveThatIsCancelledShouldLeaveTheBytesToTheNext() throws IOException {
        try (var sim = SimulatedKernel.with(Schedule.calm())) {
            sim.peer().listen(ADDRESS).accept().after(Duration.ofSeconds(2)).send("late");
            Scope.run(
                    sim.proactor(),
                    scope -> {
                        var socket = scope.await(connect(ADDRESS));
                        assertThat(
                                        scope.attempt(
                                                recv(socket, scope.lease(8))
                                                        .within(Duration.ofSeconds(1))))
                                .isInstanceOf(Outcome.TimedOut.class);
                        assertThat(scope.await(recv(socket, scope.lease(8)))).isEqualTo(4);
                    });

            assertThat(sim.trail().results(Recv.class))
                    .containsExactly(-Errno.ECANCELED.number(), 4);
        }
    }

    private static Errno failure(Outcome<?> outcome) {
        return ((Outcome.Failed<?>) outcome).errno();
    }
}
