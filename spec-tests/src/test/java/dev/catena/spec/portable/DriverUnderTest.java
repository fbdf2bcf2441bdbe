package dev.catena.spec.portable;

import dev.catena.proactor.DriverKind;
import dev.catena.proactor.FastPath;
import dev.catena.proactor.RingUnavailableException;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.portable.PortableDriver;
import dev.catena.proactor.uring.RingOptions;
import dev.catena.proactor.uring.UringDriver;
import dev.catena.spec.RingUnderTest;
import org.junit.jupiter.api.Assumptions;

/// The drivers that a specification is tried on.
enum DriverUnderTest {
    /// The kernel itself.
    URING(DriverKind.URING) {
        @Override
        Driver open(int submissionEntries) {
            try {
                var options = RingOptions.of(submissionEntries, 2 * submissionEntries);
                return UringDriver.open( // one receive a buffer, as on the others
                        options.without(FastPath.INCREMENTAL_BUFFERS));
            } catch (RingUnavailableException why) {
                return Assumptions.abort("io_uring is not available: " + why.getMessage());
            }
        }
    },

    /// The JDK's channels.
    PORTABLE(DriverKind.PORTABLE) {
        @Override
        Driver open(int submissionEntries) {
            return PortableDriver.open(submissionEntries, "");
        }
    };

    private final DriverKind kind;

    DriverUnderTest(DriverKind kind) {
        this.kind = kind;
    }

    /// The driver alone, for the calling thread.
    abstract Driver open(int submissionEntries);

    /// A proactor on it.
    RingUnderTest proactor() {
        return RingUnderTest.of(kind);
    }
}
