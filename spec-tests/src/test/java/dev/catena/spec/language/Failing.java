package dev.catena.spec.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Errno;
import dev.catena.ops.Outcome;

/// For outcomes that must be failures.
final class Failing {
    private Failing() {}

    /// Asserts that the kernel refused it for this reason.
    static void assertFails(Errno errno, Outcome<?> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed<?>) outcome).errno()).as(outcome.toString()).isEqualTo(errno);
    }
}
