package dev.catena.spec;

import dev.catena.proactor.DriverKind;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorBuilder;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.portable.PortableDriver;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.proactor.uring.UringDriver;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// The driver that the specifications run on, which the build says: `-Dcatena.spec.driver=uring`, `portable` or `sim`. Unless it
/// does, the ring.
public enum DriverOfTests {
    /// The kernel itself.
    URING,
    /// The JDK's channels.
    PORTABLE,
    /// The simulated kernel, calm.
    SIM;

    /// What the build says.
    public static DriverOfTests current() {
        var name = System.getProperty("catena.spec.driver", "uring");
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /// A proactor, and what has to be closed after it.
    record Opened(Proactor proactor, Runnable afterwards) {}

    /// Opens it alone, on the thread that it will belong to.
    Driver openDriver(int submissionEntries, int completionEntries) {
        return switch (this) {
            case URING -> UringDriver.open(submissionEntries, completionEntries);
            case PORTABLE -> PortableDriver.open(submissionEntries, "");
            case SIM -> SimulatedKernel.with(Schedule.calm()).openDriver();
        };
    }

    /// Opens a proactor on it.
    Opened open(UnaryOperator<ProactorBuilder> settings) {
        var builder = settings.apply(Proactor.builder());
        return switch (this) {
            case URING -> new Opened(builder.driver(DriverKind.URING).open(), () -> {});
            case PORTABLE -> new Opened(builder.driver(DriverKind.PORTABLE).open(), () -> {});
            case SIM -> {
                var kernel = SimulatedKernel.with(Schedule.calm());
                yield new Opened(kernel.proactor(builder), kernel::close);
            }
        };
    }
}
