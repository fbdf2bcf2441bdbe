package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.OpenFlag;
import dev.catena.proactor.FastPath;
import dev.catena.proactor.uring.RingOptions;
import dev.catena.proactor.uring.UringDriver;
import dev.catena.scope.Scope;
import dev.catena.spec.RingUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Slabs are registered when files use them, and transfers are the same with them and without.
class UringRegisteredTest {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 600; // more than two slabs of a MiB

    @TempDir private Path folder;
    private final AtomicReference<UringDriver> driver = new AtomicReference<>();

    private RingUnderTest ring(boolean registers) {
        return RingUnderTest.over(
                () -> {
                    driver.set(
                            UringDriver.open(
                                    new RingOptions(
                                            256,
                                            4096,
                                            true,
                                            Duration.ZERO,
                                            Duration.ZERO,
                                            0,
                                            0,
                                            16,
                                            registers
                                                    ? Set.of()
                                                    : Set.of(FastPath.REGISTERED_BUFFERS))));
                    return driver.get();
                });
    }

    private int slabs(RingUnderTest ring) throws Exception {
        return Scope.open(ring.proactor(), _ -> driver.get().registeredSlabs());
    }

    @Test
    @Tag("L5")
    void fileShouldBeCopiedThroughRegisteredSlabs() throws Exception {
        var bytes = new byte[BLOCK * BLOCKS];
        new Random(7).nextBytes(bytes);
        var source = Files.write(folder.resolve("source"), bytes);
        for (boolean registers : new boolean[] {true, false}) {
            var target = folder.resolve("target-" + registers);
            try (var ring = ring(registers)) {
                Scope.run(
                        ring.proactor(),
                        scope -> {
                            var from = scope.await(open(source, OpenFlag.READ));
                            var to = scope.await(open(target, OpenFlag.WRITE, OpenFlag.CREATE));
                            var copies = new ArrayList<dev.catena.scope.Pending<?>>();
                            for (int i = 0; i < BLOCKS; i++) {
                                var block = scope.lease(BLOCK);
                                long at = (long) i * BLOCK;
                                copies.add(
                                        scope.start(
                                                link(
                                                        read(from, block).at(at),
                                                        write(to, block).at(at))));
                            }
                            for (var copy : copies) {
                                copy.await();
                            }
                        });
                assertThat(slabs(ring)).isEqualTo(registers ? 3 : 0);
            }
            assertThat(Files.readAllBytes(target)).isEqualTo(bytes);
        }
    }

    @Test
    @Tag("L5")
    void slabThatNoFileUsesShouldNotBeRegistered() throws Exception {
        try (var ring = ring(true)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var ends = scope.await(pipe());
                        var block = scope.lease(8).put(0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
                        scope.await(write(ends.writing(), block));
                        var copy = scope.lease(8);
                        assertThat(scope.await(read(ends.reading(), copy))).isEqualTo(8);
                        assertThat(copy.toArray()).isEqualTo(block.toArray());
                    });
            assertThat(slabs(ring)).isZero();
        }
    }
}
