package dev.catena.proactor;

import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.portable.PortableDriver;
import dev.catena.proactor.uring.RingOptions;
import dev.catena.proactor.uring.UringDriver;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the driver of a kind, on the thread that it will belong to.
final class DriverChoice {
    private static final Logger LOG = LoggerFactory.getLogger(DriverChoice.class);
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    private DriverChoice() {}

    static Driver open(DriverKind kind, RingOptions options) {
        return switch (kind) {
            case URING -> UringDriver.open(options);
            case PORTABLE -> PortableDriver.open(options.submissionEntries(), "");
            case BEST -> {
                try {
                    yield UringDriver.open(options);
                } catch (RingUnavailableException e) {
                    var portable = portableInstead(e, options.submissionEntries());
                    sayOnce(e);
                    yield portable;
                }
            }
        };
    }

    /// What keeps a ring from being made may keep everything else from it too: a limit of descriptors that is reached.
    private static Driver portableInstead(RingUnavailableException why, int submissionEntries) {
        try {
            return PortableDriver.open(submissionEntries, why.reason());
        } catch (UncheckedIOException alike) {
            why.addSuppressed(alike);
            throw why;
        }
    }

    /// Says each reason once in the life of the JVM.
    private static void sayOnce(RingUnavailableException why) {
        if (SAID.add(why.reason())) {
            LOG.warn(
                    "running on the portable driver, which is slower: {} (-D{}=portable says that this is meant,"
                            + " -D{}=uring makes it an error)",
                    why.getMessage(),
                    DriverKind.PROPERTY,
                    DriverKind.PROPERTY);
        }
    }
}
