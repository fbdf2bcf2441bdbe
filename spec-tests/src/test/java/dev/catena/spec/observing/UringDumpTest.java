package dev.catena.spec.observing;

import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.scope.Scope;
import dev.catena.spec.UringSpec;
import dev.catena.spec.lifetimes.Loop;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Dumps of a real ring, by a thread that has nothing to do with it.
@Tag("S8")
@Timeout(60)
class UringDumpTest extends UringSpec {
    private static final long CLOCK_GRAIN_MILLIS = 20;
    private static final Pattern AGE = Pattern.compile(": in the kernel for ([\\d.]+) (µs|ms|s)");

    @Test
    void ageShouldGrowWhileTheLoopSleepsAndOthersComeAndGo() throws Exception {
        try (var scope = Scope.open(proactor())) {
            var ends = scope.await(pipe());
            long start = System.nanoTime();
            var reading = scope.start(read(ends.reading(), scope.lease(8)));
            Loop.until(() -> ageMillis(scope) >= 100);
            long age = ageMillis(scope);
            long most = (System.nanoTime() - start) / 1_000_000 + CLOCK_GRAIN_MILLIS;
            assertThat(age).isBetween(100L, most);
            scope.await(nop());
            assertThat(Scope.dump(proactor())).contains("1 scopes open, 1 entries in flight");
            reading.cancel("seen");
            reading.outcome();
            assertThat(scope.dump()).doesNotContain("read(");
        }
    }

    private static long ageMillis(Scope scope) {
        var text = scope.dump();
        var age = AGE.matcher(text);
        assertThat(age.find()).as(text).isTrue();
        return switch (age.group(2)) {
            case "µs" -> 0;
            case "ms" -> Long.parseLong(age.group(1));
            default -> (long) (Double.parseDouble(age.group(1)) * 1_000) - 50; // rounded
        };
    }
}
