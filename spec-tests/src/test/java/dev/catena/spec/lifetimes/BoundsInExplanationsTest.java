package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What bounds an operation is seen before it runs.
class BoundsInExplanationsTest {

    @Test
    @Tag("C5")
    @Tag("D2")
    void explanationShouldShowTheLinkTimeoutBehindEachBoundedLink() {
        var chain = link(nop().within(Duration.ofSeconds(1)), timeout(Duration.ofMillis(5)), nop());
        var lines = chain.explain().lines().filter(line -> line.contains("LINK_TIMEOUT")).toList();
        assertThat(chain.explain()).contains("NOP").contains("TIMEOUT");
        assertThat(lines).hasSize(1);
        var all = chain.within(Duration.ofSeconds(1)).explain();
        assertThat(all.lines().filter(line -> line.contains("LINK_TIMEOUT"))).hasSize(3);
        assertThat(chain.toMermaid()).contains("flowchart");
    }
}
