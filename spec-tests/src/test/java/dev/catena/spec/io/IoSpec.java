package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.spec.RingUnderTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/// A specification of `dev.catena.io` on one driver, a fresh proactor for each test; see [RingUnderTest] for what is asserted at the
/// end of each. One that hangs is interrupted, which cancels its scope.
@Timeout(300)
abstract class IoSpec {
    static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final DriverKind kind;
    private @Nullable RingUnderTest ring;

    IoSpec(DriverKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void openRing() {
        ring = RingUnderTest.open(builder -> builder.driver(kind));
    }

    @AfterEach
    void closeRing() {
        if (ring != null) {
            ring.close();
        }
    }

    final RingUnderTest ring() {
        return Objects.requireNonNull(ring);
    }

    final Proactor proactor() {
        return ring().proactor();
    }

    /// Runs a test's body in a scope on the loop.
    final void run(Scope.Work<Exception> body) throws Exception {
        Scope.run(proactor(), body);
    }
}
