package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Buffer;
import dev.catena.ops.Recv;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.driver.Driver;
import dev.catena.scope.Execution;
import dev.catena.scope.Scope;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Trail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The end of a proactor: scopes, cancels, drain, and only then its memory.
@Tag("L6")
@Timeout(120)
class UringEndOfAProactorTest {

    @Test
    void ringShouldBeGivenBackOnlyWhenNothingIsInFlight() throws Exception {
        var trail = new Trail();
        var driver = new AtomicReference<Holding>();
        Supplier<Driver> opener =
                () -> {
                    driver.set(
                            new Holding(op -> op instanceof Recv) {
                                @Override
                                public void close() {
                                    trail.add("the ring is given back");
                                    super.close();
                                }
                            });
                    return driver.get();
                };
        var proactor = Proactor.builder().driver(opener).open();
        var scope = Scope.open(proactor);
        var pair = Pair.open(scope);
        scope.start(recv(pair.near(), scope.lease(8)));
        var closer = Thread.ofPlatform().start(proactor::close);
        Loop.until(scope::isCancelled);
        assertThat(proactor.metrics().inFlight()).isPositive();
        assertThat(trail.events()).isEmpty();
        trail.add("the kernel answers");
        driver.get().release();
        closer.join();
        assertThat(trail.events()).containsExactly("the kernel answers", "the ring is given back");
        assertThat(proactor.metrics().inFlight()).isZero();
    }

    @Test
    @Tag("S8")
    void whatCannotBeCancelledShouldBeQuarantinedAfterTheLimitAndKeepItsMemory() throws Exception {
        var driver = new AtomicReference<Holding>();
        var limit = Duration.ofMillis(300);
        var proactor =
                Proactor.builder()
                        .name("stubborn")
                        .closeLimit(limit)
                        .driver(
                                () -> {
                                    driver.set(new Holding(op -> op instanceof Recv));
                                    return driver.get();
                                })
                        .open();
        var scope = Scope.open(proactor);
        var pair = Pair.open(scope);
        Buffer buffer = scope.lease(8);
        scope.start(recv(pair.near(), buffer));
        try (var log = Log.open()) {
            long start = System.nanoTime();
            proactor.close();
            assertThat(System.nanoTime() - start)
                    .isBetween(limit.toNanos(), Duration.ofSeconds(20).toNanos());
            Loop.until(() -> log.text().contains("cancel requested, in the kernel"));
            assertThat(log.text())
                    .contains("stubborn could not be closed within PT0.3S")
                    .contains("1 entries in flight")
                    .containsPattern("recv\\(.*: cancel requested, in the kernel for ");
        }
        var metrics = proactor.metrics();
        assertThat(metrics.quarantined()).isEqualTo(1);
        assertThat(metrics.inFlight()).isEqualTo(1);
        assertThat(metrics.leases()).isEqualTo(1);
        assertThatThrownBy(() -> buffer.get(0)).hasMessageContaining("may be writing");
        driver.get().release();
        Loop.until(proactor, now -> now.inFlight() == 0 && now.leases() == 0 && now.scopes() == 0);
        assertThatThrownBy(() -> buffer.get(0)).hasMessageContaining("has ended");
        proactor.close();
    }

    @Test
    @Tag("S8")
    void limitOfZeroShouldQuarantineAtOnceAndOnlyWhatDoesNotEnd() throws Exception {
        try (var log = Log.open()) {
            Proactor.builder().name("idle").closeLimit(Duration.ZERO).open().close();
            assertThat(log.text()).doesNotContain("idle could not be closed");
        }
        var driver = new AtomicReference<Holding>();
        var proactor =
                Proactor.builder()
                        .name("hasty")
                        .closeLimit(Duration.ZERO)
                        .driver(
                                () -> {
                                    driver.set(new Holding(op -> op instanceof Recv));
                                    return driver.get();
                                })
                        .open();
        var scope = Scope.open(proactor);
        scope.start(recv(Pair.open(scope).near(), scope.lease(8)));
        try (var log = Log.open()) {
            proactor.close();
            assertThat(log.text()).contains("hasty could not be closed within PT0S");
        }
        Loop.until(proactor, now -> now.quarantined() == 1);
        driver.get().release();
        Loop.until(proactor, now -> now.inFlight() == 0 && now.scopes() == 0);
        proactor.close();
    }

    @Test
    void closedProactorShouldTakeNothingAndCloseAgainWithoutAWord() throws Exception {
        var ring = RingUnderTest.open();
        var proactor = ring.proactor();
        ring.close();
        proactor.close();
        assertThatThrownBy(() -> Scope.open(proactor))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(() -> Scope.open(proactor, _ -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void proactorShouldRefuseToBeClosedByItsOwnLoop() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        assertThatThrownBy(ring.proactor()::close)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("its own loop");
                        scope.await(timeout(Duration.ZERO));
                    });
        }
    }

    @Test
    void proactorShouldRefuseToBeClosedByWorkThatStealsFromItsOwnScope() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope ->
                            scope.fork(
                                            Execution.STEALING,
                                            () ->
                                                    assertThatThrownBy(ring.proactor()::close)
                                                            .isInstanceOf(
                                                                    IllegalStateException.class)
                                                            .hasMessageContaining("its own loop"))
                                    .await());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"outside", "inside", "halt", "stubborn"})
    void exitOfTheJvmInTheMiddleOfTenThousandOperationsShouldNeitherHangNorCrash(
            String from, @TempDir Path folder) throws Exception {
        var output = folder.resolve("output");
        var child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:ErrorFile=" + folder.resolve("crash"),
                                "--add-opens",
                                "java.base/java.lang=ALL-UNNAMED",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath(),
                                ExitInFlight.class.getName(),
                                from,
                                folder.resolve("data").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            child.destroyForcibly();
        }
        var said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(child.exitValue()).as(said).isEqualTo(7);
        assertThat(said).contains("in flight: 10000");
        assertThat(folder.resolve("crash")).doesNotExist();
        long millis = Long.parseLong(said.replaceAll("(?s).*exit at (\\d+).*", "$1"));
        long took = Files.getLastModifiedTime(output).toMillis() - millis;
        if (from.equals("outside") || from.equals("inside")) {
            assertThat(said).doesNotContain("could not be closed");
        } else if (from.equals("stubborn")) {
            assertThat(said).contains("could not be closed within PT1S");
        }
        assertThat(took).as("last word after the exit, ms").isLessThan(10_000);
    }

    /// Surefire hides it behind a jar of its own.
    private static String classPath() throws IOException {
        var ofTests = System.getProperty("surefire.test.class.path");
        return ofTests != null ? ofTests : System.getProperty("java.class.path");
    }
}
