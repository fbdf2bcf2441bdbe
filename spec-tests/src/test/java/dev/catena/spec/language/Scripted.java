package dev.catena.spec.language;

import dev.catena.ops.Errno;
import dev.catena.ops.Multishot;
import dev.catena.ops.Op;
import dev.catena.proactor.driver.Driver;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.TamperedDriver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/// A kernel whose multishot operations give what the test says, when it says so, and whose clock goes on when the test says so. Its tests
/// run on the loop.
final class Scripted extends TamperedDriver {
    private record Said(long token, int result, int flags) {}

    private final ArrayDeque<Said> script = new ArrayDeque<>();
    private final List<Long> sources = new ArrayList<>();
    private final Set<Long> live = new HashSet<>();
    private final long startNanos = super.nanoTime();
    private long passedNanos;
    private int most;
    private boolean starves;
    private Predicate<Op<?>> lacking = _ -> false;

    /// A ring over one.
    static RingUnderTest ring(AtomicReference<Scripted> driver) {
        return RingUnderTest.over(
                () -> {
                    driver.set(new Scripted());
                    return driver.get();
                });
    }

    /// How many multishot operations there were.
    int submitted() {
        return sources.size();
    }

    /// How many there were at once, at most.
    int mostAtOnce() {
        return most;
    }

    /// The latest gives elements, of one byte if they are bytes.
    void give(int elements, int flags) {
        for (int i = 0; i < elements; i++) {
            script.add(new Said(sources.getLast(), 1, flags | Driver.MORE));
        }
    }

    /// The latest ends.
    void end(int result) {
        script.add(new Said(sources.getLast(), result, 0));
    }

    void end(Errno errno) {
        end(-errno.number());
    }

    /// There is no provided buffer any more.
    void starve() {
        starves = true;
        end(Errno.ENOBUFS);
    }

    /// Time goes by.
    void pass(long nanos) {
        passedNanos += nanos;
    }

    /// Some operations cannot be done any more.
    void lack(Predicate<Op<?>> which) {
        lacking = which;
    }

    @Override
    public String lacks(Op<?> op) {
        return lacking.test(op) ? "the test says so" : super.lacks(op);
    }

    @Override
    public long nanoTime() {
        return startNanos + passedNanos;
    }

    @Override
    public void push(Op<?> op, int flags, long token, long nowNanos) {
        if (!(op instanceof Multishot)) {
            super.push(op, flags, token, nowNanos);
            return;
        }
        sources.add(token);
        live.add(token);
        most = Math.max(most, live.size());
        if (starves) {
            end(Errno.ENOBUFS);
        }
    }

    @Override
    public void await(long timeoutNanos) {
        super.await(script.isEmpty() ? timeoutNanos : 0);
    }

    @Override
    public int reap(Completions sink) {
        int count = script.size();
        for (int i = 0; i < count; i++) {
            var said = script.remove();
            if ((said.flags() & Driver.MORE) == 0) {
                live.remove(said.token());
            }
            sink.completed(said.token(), said.result(), said.flags());
        }
        return count + super.reap(sink);
    }

    @Override
    public void ended(long token) {
        if (!sources.contains(token)) {
            super.ended(token);
        }
    }

    @Override
    public MemorySegment provided(int flags, int size) {
        return Arena.ofAuto().allocate(size);
    }

    @Override
    public void provide(int flags) {}
}
