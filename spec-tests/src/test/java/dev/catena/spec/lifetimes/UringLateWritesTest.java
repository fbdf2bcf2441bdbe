package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Buffer;
import dev.catena.ops.OpenFlag;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.RingUnderTest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/// Nothing is written after a scope has ended: not into memory that somebody else may own by then.
///
/// The buffers lie over memory of the test's own, so that it can go on looking when the scope is gone. A round begins with
/// memory full of a pattern that is not in the file, so that every byte the kernel writes is seen; what is there as `close`
/// returns is remembered, and compared when all rounds are over and again a second later.
@Tag("L1")
@Tag("L6")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UringLateWritesTest {
    private static final int READS = 64;
    private static final int BYTES = 256 * 1024;
    private static final int ROUNDS = 157; // more than 10,000 buffers
    private static final long WATCH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final byte IN_MEMORY = 0x5A;
    private static final byte IN_FILE = (byte) 0xC3;

    private final Arena arena = Arena.ofAuto();

    /// The buffers of one round, and what was in the last word of each page as the scope's close returned.
    private static final class Round {
        private final List<MemorySegment> buffers = new ArrayList<>();
        private final List<long[]> asItEnded = new ArrayList<>();
        private long inFlight;

        Round(MemorySegment memory) {
            memory.fill(IN_MEMORY);
            for (int i = 0; i < READS; i++) {
                buffers.add(memory.asSlice((long) i * BYTES, BYTES));
            }
        }

        void ended() {
            for (var buffer : buffers) {
                asItEnded.add(sample(buffer));
            }
        }

        /// The buffers that have changed since.
        int changed() {
            int changed = 0;
            for (int i = 0; i < READS; i++) {
                if (!Arrays.equals(asItEnded.get(i), sample(buffers.get(i)))) {
                    changed++;
                }
            }
            return changed;
        }

        private static long[] sample(MemorySegment buffer) {
            var words = new long[BYTES / 512];
            for (int i = 0; i < words.length; i++) {
                words[i] = buffer.get(ValueLayout.JAVA_LONG, i * 512L + 504);
            }
            return words;
        }
    }

    // not @TempDir: that may be memory, which takes no O_DIRECT
    private Path file;

    @BeforeAll
    void writeFile() throws IOException {
        var folder = Path.of("target").toAbsolutePath();
        Files.createDirectories(folder);
        FileStore store = Files.getFileStore(folder);
        Assumptions.assumeFalse(store.type().equals("tmpfs"), "no disk under " + folder);
        file = Files.createTempFile(folder, "late-writes", ".data");
        var chunk = ByteBuffer.allocate(BYTES);
        while (chunk.hasRemaining()) {
            chunk.put(IN_FILE);
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < READS; i++) {
                channel.write(chunk.rewind());
            }
            channel.force(true);
        }
    }

    @AfterAll
    void deleteFile() throws IOException {
        Files.deleteIfExists(file);
    }

    @Test
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void memoryShouldNotChangeAnyMoreWhenItsScopeHasEnded() throws Exception {
        int changed = 0;
        int watched = 0;
        long inFlight = 0;
        try (var ring = RingUnderTest.open()) {
            var random = new Random(2);
            // a set of rounds has memory for each, which is left alone while all of it is watched
            var memories = memories(8);
            for (int round = 0; round < ROUNDS; ) {
                var rounds = new ArrayList<Round>();
                for (var memory : memories) {
                    rounds.add(closeWhileReading(ring, memory, random.nextInt(2_000_000)));
                    round++;
                }
                watched += rounds.size() * READS;
                inFlight += rounds.stream().mapToLong(one -> one.inFlight).sum();
                changed += watch(rounds, WATCH_NANOS);
            }
            System.out.printf(
                    "%d of %d buffers were written after close, %d reads were in flight when it began%n",
                    changed, watched, inFlight);
            assertThat(watched).isGreaterThanOrEqualTo(10_000);
            assertThat(inFlight)
                    .as("reads that were in flight when a close began")
                    .isGreaterThan(watched / 4);
            assertThat(changed).as("written after close, of " + watched).isZero();
        }
    }

    @Test
    @NotOn(
            value = {DriverOfTests.PORTABLE, DriverOfTests.SIM},
            why = "nothing is written there after a cancel")
    void memoryShouldBeSeenToChangeWhenNothingIsDrained() throws Exception {
        int changed = 0;
        try (var ring = RingUnderTest.over(Undrained::new)) {
            var random = new Random(2);
            for (int set = 0; set < 10 && changed == 0; set++) {
                var rounds = new ArrayList<Round>();
                for (var memory : memories(4)) {
                    rounds.add(closeWhileReading(ring, memory, random.nextInt(200_000)));
                }
                changed += watch(rounds, WATCH_NANOS / 10);
            }
            System.out.printf("without the drain, %d buffers were written after close%n", changed);
            assertThat(changed).isPositive();
        }
    }

    private List<MemorySegment> memories(int count) {
        var memories = new ArrayList<MemorySegment>();
        for (int i = 0; i < count; i++) {
            memories.add(arena.allocate((long) READS * BYTES, 4096));
        }
        return memories;
    }

    private Round closeWhileReading(RingUnderTest ring, MemorySegment memory, int nanos)
            throws IOException {
        var round = new Round(memory);
        try (var scope = Scope.open(ring.proactor())) {
            var fd = scope.await(open(file, OpenFlag.READ, OpenFlag.DIRECT));
            for (int i = 0; i < READS; i++) {
                scope.start(read(fd, Buffer.of(round.buffers.get(i))).at((long) i * BYTES));
            }
            spin(nanos);
            round.inFlight = ring.metrics().inFlight();
        }
        round.ended();
        return round;
    }

    private static int watch(List<Round> rounds, long nanos) {
        long end = System.nanoTime() + nanos;
        int changed;
        do {
            changed = rounds.stream().mapToInt(Round::changed).sum();
        } while (changed == 0 && end - System.nanoTime() > 0);
        return changed;
    }

    private static void spin(int nanos) {
        long end = System.nanoTime() + nanos;
        while (end - System.nanoTime() > 0) {
            Thread.onSpinWait();
        }
    }
}
