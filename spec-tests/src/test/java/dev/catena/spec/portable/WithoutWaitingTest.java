package dev.catena.spec.portable;

import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Fd;
import dev.catena.ops.OperationCancelledException;
import dev.catena.proactor.DriverKind;
import dev.catena.scope.Scope;
import dev.catena.spec.LoopThreads;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Trail;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the portable driver can do at once does not cost the thread that awaits it a turn; and nobody else theirs.
class WithoutWaitingTest {

    @Test
    @LoopThreads(why = "its threads run at the same time")
    void threadShouldGoOnAfterWhatNeedsNoWaiting() throws Exception {
        var trail = new Trail();
        inScope(
                scope -> {
                    var to = scope.await(pipe()).writing();
                    scope.fork(() -> takeSteps("one", scope, to, trail));
                    scope.fork(() -> takeSteps("other", scope, to, trail));
                });
        assertThat(trail.events())
                .isIn(
                        List.of("one 0", "one 1", "one 2", "other 0", "other 1", "other 2"),
                        List.of("other 0", "other 1", "other 2", "one 0", "one 1", "one 2"));
    }

    private static void takeSteps(String name, Scope scope, Fd to, Trail trail) throws IOException {
        for (int i = 0; i < 3; i++) {
            trail.add(name + " " + i);
            scope.await(write(to, scope.lease(1)));
        }
    }

    @Test
    void loopShouldGoRoundForWhoAwaitsNothing() throws Exception {
        var trail = new Trail();
        inScope(
                scope -> {
                    scope.fork(() -> trail.add("the other"));
                    scope.await(nop());
                    trail.add("who has waited");
                });
        assertThat(trail.events()).containsExactly("the other", "who has waited");
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void threadThatNeverHasToWaitShouldLetTheOthersRun() throws Exception {
        inScope(
                scope -> {
                    boolean[] told = new boolean[1]; // all run on the loop
                    var ends = scope.await(pipe());
                    var buffer = scope.lease(1);
                    scope.fork(
                            () -> {
                                scope.fork(() -> told[0] = true); // runs when this one waits
                                while (!told[0]) {
                                    scope.await(write(ends.writing(), buffer));
                                    scope.await(read(ends.reading(), buffer));
                                }
                            });
                });
    }

    @Test
    @Tag("X6")
    void interruptShouldBeNoticedAlthoughThereIsNothingToWaitFor() throws Exception {
        assertThatThrownBy(
                        () ->
                                inScope(
                                        scope -> {
                                            var to = scope.await(pipe()).writing();
                                            var buffer = scope.lease(1);
                                            Thread.currentThread().interrupt();
                                            scope.await(write(to, buffer));
                                            scope.await(write(to, buffer));
                                        }))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("interrupted");
    }

    /// Bytes that are there are read at once, and then it is waited for more.
    @Test
    void whatMustBeWaitedForShouldBeWaitedFor() throws Exception {
        var trail = new Trail();
        inScope(
                scope -> {
                    var ends = scope.await(pipe());
                    scope.fork(
                            () -> {
                                trail.add("read " + readByte(scope, ends.reading()));
                                trail.add("read " + readByte(scope, ends.reading()));
                            });
                    scope.fork(
                            () -> {
                                for (int i = 1; i <= 2; i++) {
                                    scope.await(
                                            write(ends.writing(), scope.lease(1).set(0, (byte) i)));
                                    trail.add("wrote " + i);
                                }
                            });
                });
        assertThat(trail.events()).containsSubsequence("read 1", "read 2");
        assertThat(trail.events()).containsSubsequence("wrote 1", "wrote 2");
        assertThat(trail.events()).hasSize(4);
    }

    private static byte readByte(Scope scope, Fd from) throws IOException {
        var buffer = scope.lease(1);
        assertThat(scope.await(read(from, buffer))).isEqualTo(1);
        return buffer.get(0);
    }

    private interface Work {
        void run(Scope scope) throws IOException;
    }

    private static void inScope(Work work) throws Exception {
        try (var ring = RingUnderTest.of(DriverKind.PORTABLE)) {
            Scope.run(ring.proactor(), scope -> work.run(scope));
        }
    }
}
