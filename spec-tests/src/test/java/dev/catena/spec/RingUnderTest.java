package dev.catena.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.catena.proactor.DriverKind;
import dev.catena.proactor.Metrics;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorBuilder;
import dev.catena.proactor.RingUnavailableException;
import dev.catena.proactor.driver.Driver;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;

/// A proactor for one test, over a real ring unless the build names [another driver][DriverOfTests]. Closing it asserts what must hold after every test: everything published
/// is terminal, nothing stale was seen, no lease, scope or descriptor is left (S8, L1).
///
/// Where there is no io_uring the test is skipped, and says so.
public final class RingUnderTest implements AutoCloseable {
    private static final long CLOSE_SECONDS = 20;

    private final SortedMap<Integer, String> before = Descriptors.open();
    private final Proactor proactor;
    private final Runnable afterwards;
    private long staleExpected;

    private RingUnderTest(Supplier<DriverOfTests.Opened> opener) {
        var opened = open(opener);
        proactor = opened.proactor();
        afterwards = opened.afterwards();
    }

    public static RingUnderTest open() {
        return open(builder -> builder);
    }

    public static RingUnderTest open(UnaryOperator<ProactorBuilder> settings) {
        return new RingUnderTest(() -> DriverOfTests.current().open(settings));
    }

    /// Over a driver of that kind, whatever the build says.
    public static RingUnderTest of(DriverKind kind) {
        return new RingUnderTest(
                () -> new DriverOfTests.Opened(Proactor.builder().driver(kind).open(), () -> {}));
    }

    /// Over a driver that the test brings, opened on the loop's thread.
    public static RingUnderTest over(Supplier<Driver> driver) {
        return new RingUnderTest(
                () -> new DriverOfTests.Opened(Proactor.builder().driver(driver).open(), () -> {}));
    }

    private static DriverOfTests.Opened open(Supplier<DriverOfTests.Opened> opener) {
        try {
            return opener.get();
        } catch (RingUnavailableException why) {
            return Assumptions.abort("io_uring is not available: " + why.getMessage());
        }
    }

    public Proactor proactor() {
        return proactor;
    }

    public Metrics metrics() {
        return proactor.metrics();
    }

    /// That many stale completions are the point of this test.
    public void expectStale(long completions) {
        staleExpected = completions;
    }

    @Override
    public void close() {
        awaitIdle();
        var closer = Thread.ofPlatform().daemon().start(proactor::close);
        join(closer);
        assertThat(closer.isAlive())
                .as("the proactor did not close in " + CLOSE_SECONDS + " s: " + metrics())
                .isFalse();
        var last = metrics();
        afterwards.run();
        assertSoftly(
                softly -> {
                    softly.assertThat(last.terminal())
                            .as("S8: terminal = published")
                            .isEqualTo(last.published());
                    softly.assertThat(last.stale())
                            .as("L4: stale completions")
                            .isEqualTo(staleExpected);
                    softly.assertThat(last.leases()).as("leases out").isZero();
                    softly.assertThat(last.descriptors()).as("descriptors owned").isZero();
                    softly.assertThat(last.scopes()).as("scopes open").isZero();
                    softly.assertThat(Descriptors.since(before))
                            .as("descriptors that this process has gained")
                            .isEmpty();
                });
    }

    /// A scope that has ended leaves nothing: neither leases nor descriptors wait for the proactor's end.
    private void awaitIdle() {
        var now = metrics();
        assertThat(now.scopes()).as("scopes open at the test's end: " + now).isZero();
        assertThat(now.leases()).as("leases out at the test's end: " + now).isZero();
        assertThat(now.descriptors()).as("descriptors at the test's end: " + now).isZero();
    }

    private static void join(Thread closer) {
        try {
            closer.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
