package dev.catena.spec;

import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Outcome;
import dev.catena.ops.Step;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;

/// Chains of any shape on a ring of eight entries: each link has the outcome that the rules give it, which it could not
/// have if a chain were ever torn in two.
class UringChainProperties {
    private static final int RING_ENTRIES = 8;
    private static final Duration SHORTLY = Duration.ofMillis(1);

    /// What a link does.
    enum Kind {
        /// Completes at once.
        NOP(1, "completed"),
        /// Completes later.
        TIMER(1, "completed"),
        /// Fills its buffer.
        READ(1, "completed"),
        /// Reads fewer bytes than there is room for: breaks a soft link.
        SHORT_READ(1, "short 8"),
        /// Reads from a file that is open for writing only.
        FAILING_READ(1, "EBADF"),
        /// Waits for bytes that never come, for a millisecond: two entries.
        BOUNDED_RECEIVE(2, "timed out");

        private final int entries;
        private final String outcome;

        Kind(int entries, String outcome) {
            this.entries = entries;
            this.outcome = outcome;
        }
    }

    /// A link, tied softly or hard to the next.
    record Link(Kind kind, boolean hard) {}

    @Provide
    Arbitrary<List<List<Link>>> batches() {
        var link =
                Combinators.combine(
                                Arbitraries.of(Kind.class),
                                Arbitraries.frequencyOf(
                                        net.jqwik.api.Tuple.of(3, Arbitraries.just(false)),
                                        net.jqwik.api.Tuple.of(1, Arbitraries.just(true))))
                        .as(Link::new);
        return link.list()
                .ofMinSize(1)
                .ofMaxSize(RING_ENTRIES)
                .filter(chain -> entries(chain) <= RING_ENTRIES)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    @Property(tries = 150)
    @Tag("C1")
    @Tag("C2")
    void everyLinkShouldHaveItsOwnOutcomeHoweverFullTheRingIs(
            @ForAll("batches") List<List<Link>> batch) throws Exception {
        int entries = batch.stream().mapToInt(UringChainProperties::entries).sum();
        Statistics.label("waits for room")
                .collect(entries > RING_ENTRIES)
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 30));
        Statistics.label("skips a hard link")
                .collect(batch.stream().anyMatch(UringChainProperties::skipsAHardLink))
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 5));

        var expected = batch.stream().map(UringChainProperties::expected).toList();
        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(30), () -> run(batch)))
                .isEqualTo(expected);
    }

    @Example
    @Tag("C2")
    void linkBehindASkippedHardLinkShouldBeSkippedForTheSameCause() throws Exception {
        var chain =
                List.of(
                        new Link(Kind.SHORT_READ, false),
                        new Link(Kind.NOP, true),
                        new Link(Kind.NOP, false));
        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(30), () -> run(List.of(chain))))
                .containsExactly(List.of("short 8", "skipped (short 8)", "skipped (short 8)"));
    }

    /// The oracle: a link that does not complete breaks a soft tie, and then everything behind it is skipped, hard ties
    /// or not, since none of that has started.
    private static List<String> expected(List<Link> chain) {
        var outcomes = new ArrayList<String>();
        String broken = "";
        for (int i = 0; i < chain.size(); i++) {
            var link = chain.get(i);
            boolean breaks = i + 1 < chain.size() && !link.hard();
            var outcome = link.kind().outcome;
            if (!broken.isEmpty()) {
                outcomes.add("skipped (" + broken + ")");
            } else if (link.kind() == Kind.SHORT_READ && !breaks) {
                outcomes.add("completed");
            } else {
                outcomes.add(outcome);
                broken = breaks && !outcome.equals("completed") ? outcome : "";
            }
        }
        return outcomes;
    }

    private static boolean skipsAHardLink(List<Link> chain) {
        var outcomes = expected(chain);
        for (int i = 0; i + 1 < chain.size(); i++) {
            if (chain.get(i).hard() && outcomes.get(i).startsWith("skipped")) {
                return true;
            }
        }
        return false;
    }

    private static int entries(List<Link> chain) {
        return chain.stream().mapToInt(link -> link.kind().entries).sum();
    }

    // ---------------------------------------------------------------- the same on the ring

    private static List<List<String>> run(List<List<Link>> batch) throws Exception {
        var eightBytes = Files.write(Files.createTempFile("eight", ""), new byte[8]);
        try (var ring =
                RingUnderTest.open(
                        builder ->
                                builder.submissionEntries(RING_ENTRIES)
                                        .completionEntries(2 * RING_ENTRIES))) {
            return Scope.open(ring.proactor(), scope -> outcomes(scope, batch, eightBytes));
        } finally {
            Files.delete(eightBytes);
        }
    }

    private static List<List<String>> outcomes(Scope scope, List<List<Link>> batch, Path eightBytes)
            throws IOException {
        var forReading = scope.await(open(eightBytes, OpenFlag.READ));
        var forWriting = scope.await(open(eightBytes, OpenFlag.WRITE));
        var silent = Pair.open(scope).near();
        // Nothing runs on the loop between two starts: the chains crowd into the queue.
        var pending = new ArrayList<Pending<List<Outcome<?>>>>();
        for (var chain : batch) {
            var steps = new ArrayList<Step<?>>();
            for (var link : chain) {
                var step = step(scope, link.kind(), forReading, forWriting, silent);
                steps.add(link.hard() ? step.hard() : step);
            }
            pending.add(scope.start(linkAll(steps).each()));
        }
        var outcomes = new ArrayList<List<String>>();
        for (var chain : pending) {
            outcomes.add(chain.await().stream().map(Said::of).toList());
        }
        return outcomes;
    }

    private static Step<?> step(Scope scope, Kind kind, Fd forReading, Fd forWriting, Fd silent) {
        return switch (kind) {
            case NOP -> nop();
            case TIMER -> timeout(SHORTLY);
            case READ -> read(forReading, scope.lease(64).first(8)).at(0);
            case SHORT_READ -> read(forReading, scope.lease(64)).at(0);
            case FAILING_READ -> read(forWriting, scope.lease(64)).at(0);
            case BOUNDED_RECEIVE -> recv(silent, scope.lease(64)).within(SHORTLY);
        };
    }
}
