package dev.catena.spec.lifetimes;

import dev.catena.ops.Cancel;
import dev.catena.ops.Op;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.TamperedDriver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// A kernel that answers cancels, and holds all other completions back while it is told to.
final class CancelsFirst extends TamperedDriver {
    private record Held(long token, int result, int flags) {}

    private final Set<Long> cancels = new HashSet<>();
    private final List<Held> held = new ArrayList<>();
    private volatile boolean holds;
    private final AtomicInteger cancelsSeen = new AtomicInteger();

    /// A ring over one.
    static RingUnderTest ring(AtomicReference<CancelsFirst> driver) {
        return RingUnderTest.over(
                () -> {
                    driver.set(new CancelsFirst());
                    return driver.get();
                });
    }

    void hold() {
        holds = true;
    }

    void release() {
        holds = false;
    }

    int cancelsSeen() {
        return cancelsSeen.get();
    }

    @Override
    public void push(Op<?> op, int flags, long token, long nowNanos) {
        if (op instanceof Cancel) {
            cancels.add(token);
        }
        super.push(op, flags, token, nowNanos);
    }

    @Override
    public void await(long timeoutNanos) {
        super.await(!holds && !held.isEmpty() ? 0 : timeoutNanos);
    }

    @Override
    public int reap(Completions sink) {
        int count = 0;
        if (!holds) {
            var before = List.copyOf(held);
            held.clear();
            for (var one : before) {
                sink.completed(one.token(), one.result(), one.flags());
                count++;
            }
        }
        return count
                + super.reap(
                        (token, result, flags) -> {
                            boolean isCancel = cancels.remove(token);
                            if (holds && !isCancel) {
                                held.add(new Held(token, result, flags));
                            } else {
                                sink.completed(token, result, flags);
                            }
                            if (isCancel) {
                                cancelsSeen.incrementAndGet();
                            }
                        });
    }
}
