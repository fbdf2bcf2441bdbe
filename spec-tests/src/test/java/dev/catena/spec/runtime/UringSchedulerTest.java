package dev.catena.spec.runtime;

import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.Pipeline;
import dev.catena.proactor.ProactorBuilder;
import dev.catena.scope.Scope;
import dev.catena.spec.LoopThreads;
import dev.catena.spec.UringSpec;
import io.vavr.Tuple0;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nobody starves on a real ring, whose completions may come while others are taken.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UringSchedulerTest extends UringSpec {

    @Override
    protected ProactorBuilder settings(ProactorBuilder builder) {
        return builder.submissionEntries(8);
    }

    /// More pipelines than the queue has entries: the kernel is entered while completions are taken, and each gives another.
    @Test
    void ringThatCompletesWhatItIsGivenAtOnceShouldNotKeepTheLoop() {
        var steps = new AtomicLong();
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        scope -> {
                                            for (int i = 0; i < 64; i++) {
                                                scope.start(endless(steps));
                                            }
                                            for (int i = 0; i < 1_000; i++) {
                                                Thread.yield();
                                            }
                                            scope.cancel("that will do");
                                        }))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("that will do");
        assertThat(steps).hasPositiveValue();
    }

    @Test
    @LoopThreads(why = "it is the scheduler of the loop that is fair")
    void threadsThatYieldForeverShouldLeaveRoomForOthersAndTheRing() throws Exception {
        var over = new AtomicBoolean();
        Scope.run(
                proactor(),
                scope -> {
                    for (int i = 0; i < 3; i++) {
                        scope.fork(
                                () -> {
                                    while (!over.get()) {
                                        Thread.yield();
                                    }
                                });
                    }
                    for (int i = 0; i < 1_000; i++) {
                        scope.await(nop());
                    }
                    var outside = Thread.ofPlatform().start(() -> ring().metrics());
                    while (outside.isAlive()) {
                        Thread.yield();
                    }
                    over.set(true);
                });
    }

    private static Pipeline<Tuple0> endless(AtomicLong steps) {
        return nop().then(
                        _ -> {
                            steps.incrementAndGet();
                            return endless(steps);
                        });
    }
}
