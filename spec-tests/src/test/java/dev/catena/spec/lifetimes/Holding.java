package dev.catena.spec.lifetimes;

import dev.catena.ops.Op;
import dev.catena.spec.TamperedDriver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// A kernel that does not answer for some operations, until it is told to: they cannot be cancelled.
class Holding extends TamperedDriver {
    private record Held(long token, int result, int flags) {}

    private final Predicate<Op<?>> which;
    private final Set<Long> tokens = new HashSet<>();
    private final List<Held> held = new ArrayList<>();
    private volatile boolean released;

    Holding(Predicate<Op<?>> which) {
        this.which = which;
    }

    /// Lets everything end; the loop may have to be woken.
    void release() {
        released = true;
        wake();
    }

    @Override
    public void push(Op<?> op, int flags, long token, long nowNanos) {
        if (which.test(op)) {
            tokens.add(token);
        }
        super.push(op, flags, token, nowNanos);
    }

    @Override
    public int reap(Completions sink) {
        int count = 0;
        if (released) {
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
                            if (!released && tokens.contains(token)) {
                                held.add(new Held(token, result, flags));
                            } else {
                                sink.completed(token, result, flags);
                            }
                        });
    }
}
