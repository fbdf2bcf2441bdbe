package dev.catena.spec.lifetimes;

import dev.catena.ops.Cancel;
import dev.catena.ops.Errno;
import dev.catena.ops.Op;
import dev.catena.ops.Read;
import dev.catena.spec.TamperedDriver;
import java.util.LinkedHashSet;
import java.util.Set;

/// A ring without the drain, as other libraries do it: a cancel is answered at once with an invented `ECANCELED` for every
/// read in flight, and what the kernel says of them later is not listened to.
final class Undrained extends TamperedDriver {
    private final Set<Long> reads = new LinkedHashSet<>();
    private final Set<Long> invented = new LinkedHashSet<>();
    private boolean cancelled;

    @Override
    public void push(Op<?> op, int flags, long token, long nowNanos) {
        if (op instanceof Read) {
            reads.add(token);
        }
        cancelled |= op instanceof Cancel;
        super.push(op, flags, token, nowNanos);
    }

    @Override
    public void await(long timeoutNanos) {
        super.await(cancelled ? 0 : timeoutNanos);
    }

    @Override
    public int reap(Completions sink) {
        int count =
                super.reap(
                        (token, result, flags) -> {
                            if (!invented.remove(token)) {
                                reads.remove(token);
                                sink.completed(token, result, flags);
                            }
                        });
        if (cancelled) {
            cancelled = false;
            for (long token : Set.copyOf(reads)) {
                reads.remove(token);
                invented.add(token);
                sink.completed(token, -Errno.ECANCELED.number(), 0);
                count++;
            }
        }
        return count;
    }
}
