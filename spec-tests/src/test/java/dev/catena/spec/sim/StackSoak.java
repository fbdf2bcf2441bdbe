package dev.catena.spec.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The properties of [StackProperties] for a long time, on all cores: `mvn -Psoak verify -Dsoak.minutes=10`. Not a part of
/// the usual build.
///
/// It prints the seeds; one that fails is written into `StackProperties.seedsThatOnceFailedShouldPass`.
class StackSoak {
    private static final double MINUTES =
            Double.parseDouble(System.getProperty("soak.minutes", "1"));
    private static final int THREADS =
            Integer.getInteger("soak.threads", Runtime.getRuntime().availableProcessors());

    @Test
    @Timeout(value = 24, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingShouldBeLostForALongTime() throws InterruptedException {
        long from = Long.getLong("soak.from", System.currentTimeMillis() << 20);
        var duration = Duration.ofMillis((long) (MINUTES * 60_000));

        var result = Hunt.run(from, THREADS, duration, Hunt.patience());

        System.out.printf(
                "soak: %s on %d threads, seeds %d to %d: %,d operations in %,d programs, each with a schedule of its own"
                        + " that deviated %,d times in all; %s%n",
                duration,
                THREADS,
                from,
                from + result.seeds() - 1,
                result.operations(),
                result.seeds(),
                result.deviations(),
                result.failure() == null ? "no violation" : result.failure());
        assertThat(result.failure()).isNull();
    }
}
