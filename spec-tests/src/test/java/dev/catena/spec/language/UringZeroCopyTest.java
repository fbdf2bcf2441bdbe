package dev.catena.spec.language;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.sendZeroCopy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Op;
import dev.catena.ops.SendZeroCopy;
import dev.catena.proactor.driver.Driver;
import dev.catena.scope.Scope;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.TamperedDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Sending without copying, on a real ring whose notifications the test can hold back.
class UringZeroCopyTest {

    /// A completion that is held back.
    private record Held(long token, int result, int flags) {}

    /// Holds back notifications until it is told not to, and counts what the kernel posts.
    private static final class Holding extends TamperedDriver {
        private final AtomicBoolean hold;
        private final List<Held> held = new ArrayList<>();
        private final List<String> posted;
        private long token;

        Holding(AtomicBoolean hold, List<String> posted) {
            this.hold = hold;
            this.posted = posted;
        }

        @Override
        public void push(Op<?> op, int flags, long pushed, long nowNanos) {
            if (op instanceof SendZeroCopy) {
                token = pushed;
            }
            super.push(op, flags, pushed, nowNanos);
        }

        @Override
        public int reap(Completions sink) {
            int count =
                    super.reap(
                            (completed, result, flags) -> {
                                boolean isNotification = (flags & Driver.NOTIFICATION) != 0;
                                if (completed == token) {
                                    posted.add(
                                            (isNotification ? "notification" : "result")
                                                    + ((flags & Driver.MORE) != 0 ? ", more" : ""));
                                }
                                if (isNotification && hold.get()) {
                                    held.add(new Held(completed, result, flags));
                                } else {
                                    sink.completed(completed, result, flags);
                                }
                            });
            if (!hold.get()) {
                held.forEach(late -> sink.completed(late.token(), late.result(), late.flags()));
                held.clear();
            }
            return count;
        }
    }

    @Test
    @Shows(SendZeroCopy.class)
    @Tag("L2")
    @Tag("L5")
    void bufferOfAZeroCopySendShouldBeHeldUntilTheNotification() throws Exception {
        int size = 100_000;
        var hold = new AtomicBoolean(true);
        var posted = new ArrayList<String>();
        var bytes = new byte[size];
        new Random(4).nextBytes(bytes);
        try (var ring = RingUnderTest.over(() -> new Holding(hold, posted))) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var buffer = scope.lease(size).put(0, bytes);
                        var received = scope.lease(size);
                        var sending = scope.start(sendZeroCopy(pair.near(), buffer));
                        assertThat(scope.await(recvAll(pair.far(), received))).isEqualTo(size);
                        assertThat(received.toArray()).isEqualTo(bytes);
                        for (int i = 0; i < 50; i++) {
                            scope.await(nop());
                        }
                        assertThat(sending.isDone()).as("before the notification").isFalse();
                        assertThatThrownBy(() -> buffer.set(0, (byte) 0))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("sendZeroCopy");
                        assertThat(buffer.get(0)).as("reading is allowed").isEqualTo(bytes[0]);
                        assertThatThrownBy(() -> scope.release(buffer))
                                .isInstanceOf(IllegalStateException.class);
                        hold.set(false);
                        scope.await(nop()); // the loop looks again
                        assertThat(sending.await()).isEqualTo(size);
                        buffer.set(0, (byte) 0);
                        scope.release(buffer);
                    });
            assertThat(posted).containsExactly("result, more", "notification");
        }
    }

    @Test
    @Shows(SendZeroCopy.class)
    void zeroCopySendShouldBeALinkLikeOthers() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var buffer = scope.lease(4096).fill((byte) 1);
                        var received = scope.lease(4096);
                        for (int i = 0; i < 100; i++) {
                            var sent =
                                    scope.start(
                                            link(nop(), sendZeroCopy(pair.near(), buffer), nop()));
                            assertThat(scope.await(recvAll(pair.far(), received))).isEqualTo(4096);
                            assertThat(sent.await()._2()).isEqualTo(4096);
                        }
                    });
        }
    }
}
