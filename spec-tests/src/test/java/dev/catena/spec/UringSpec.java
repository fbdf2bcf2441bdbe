package dev.catena.spec;

import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A specification that needs a proactor over a real ring, a fresh one for each test; see [RingUnderTest] for what is
/// asserted at the end of each.
public abstract class UringSpec {
    private @Nullable RingUnderTest ring;

    @BeforeEach
    void openRing() {
        ring = RingUnderTest.open(this::settings);
    }

    @AfterEach
    void closeRing() {
        if (ring != null) {
            ring.close();
        }
    }

    /// The settings of the proactor; a specification may have its own.
    protected ProactorBuilder settings(ProactorBuilder builder) {
        return builder;
    }

    protected final RingUnderTest ring() {
        return Objects.requireNonNull(ring);
    }

    protected final Proactor proactor() {
        return ring().proactor();
    }
}
