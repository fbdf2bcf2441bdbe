package dev.catena.proactor.portable;

import dev.catena.ops.Bound;
import dev.catena.ops.Cancel;
import dev.catena.ops.Clock;
import dev.catena.ops.Errno;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Multishot;
import dev.catena.ops.Op;
import dev.catena.ops.SendZeroCopy;
import dev.catena.ops.Splice;
import dev.catena.ops.Sqe;
import dev.catena.ops.Tee;
import dev.catena.ops.Timeout;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.Payload;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The rules of links, as `KERNEL.md` has them.
///
/// A chain waits while the ring drains. Its links start one after the other, each when the one before has ended; a link
/// that failed or was short fails those behind it, unless it is tied hard. A link timeout starts with the link it bounds and
/// asks for its end; what becomes of that link decides. A link that skips its completion posts one only if it fails, and
/// then those behind it post none.
///
/// Nothing recurses: links that can start wait in a queue until [#run]. Loop thread only.
final class Chains {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int ECANCELED = -Errno.ECANCELED.number();
    private static final int EINVAL = -Errno.EINVAL.number();
    private static final int ENOENT = -Errno.ENOENT.number();
    private static final int EALREADY = -Errno.EALREADY.number();
    private static final int ETIME = -Errno.ETIME.number();

    private final Consumer<Entry> starter;
    private final Alarms alarms;
    private final LongSupplier clock;

    private final ArrayDeque<Completion> completions = new ArrayDeque<>();
    private final Running running = new Running();
    private final ArrayDeque<Entry> startable = new ArrayDeque<>();

    // heads of chains that wait for a drain, and the number of entries that are let in and have not
    // ended
    private final ArrayDeque<Entry> deferred = new ArrayDeque<>();
    private final List<Counting> counting = new ArrayList<>();
    private int active;
    private boolean draining;

    /// A timeout that also ends after a number of completions.
    private static final class Counting {
        private final Entry timeout;
        private int left;

        Counting(Entry timeout, int left) {
            this.timeout = timeout;
            this.left = left;
        }
    }

    /// With nothing on its way.
    ///
    /// @param starter starts an operation, and may end it at once
    /// @param clock tells the time in nanoseconds
    Chains(Consumer<Entry> starter, Alarms alarms, LongSupplier clock) {
        this.starter = starter;
        this.alarms = alarms;
        this.clock = clock;
    }

    // ---------------------------------------------------------------- in

    /// Takes an entry that is a chain by itself.
    void submit(Entry alone) {
        if (alone.op instanceof LinkTimeout) {
            post(alone.token, EINVAL, 0); // it bounds nothing
        } else {
            take(alone);
        }
    }

    /// Takes a chain: its entries in order, link timeouts among them.
    void submit(List<Entry> chain) {
        int refused = firstInvalid(chain);
        if (refused >= 0) {
            for (int i = 0; i < chain.size(); i++) {
                post(chain.get(i).token, i == refused ? EINVAL : ECANCELED, 0);
            }
            return;
        }
        take(join(chain));
    }

    private void take(Entry head) {
        if (head.op instanceof Cancel && head.next == null && head.bound == null) {
            // not held up by a drain, which might wait for what is to be cancelled
            active++;
            startable.add(head);
        } else {
            deferred.add(head);
            letIn(); // so that a cancel behind it finds it
        }
    }

    /// Starts what can start, until nothing can.
    void run() {
        do {
            letIn();
            for (var entry = startable.poll(); entry != null; entry = startable.poll()) {
                begin(entry);
            }
        } while (mayLetIn());
    }

    /// A link timeout bounds the link before it, which must be there and have no other.
    private static int firstInvalid(List<Entry> chain) {
        for (int i = 0; i < chain.size(); i++) {
            if (chain.get(i).op instanceof LinkTimeout
                    && (i == 0 || chain.get(i - 1).op instanceof LinkTimeout)) {
                return i;
            }
        }
        return -1;
    }

    private static Entry join(List<Entry> chain) {
        var last = chain.getFirst();
        for (var entry : chain.subList(1, chain.size())) {
            if (entry.op instanceof LinkTimeout) {
                last.bound = entry;
            } else {
                last.next = entry;
                last = entry;
            }
        }
        return chain.getFirst();
    }

    private boolean mayLetIn() {
        var head = deferred.peek();
        return head != null && (active == 0 || (!draining && !head.has(Sqe.DRAIN)));
    }

    private void letIn() {
        while (mayLetIn()) {
            var head = deferred.remove();
            draining = head.has(Sqe.DRAIN);
            for (var entry = head; entry != null; entry = entry.next) {
                active += entry.bound == null ? 1 : 2;
            }
            startable.add(head);
        }
    }

    private void begin(Entry entry) {
        entry.state = Entry.State.RUNNING;
        running.add(entry);
        starter.accept(entry);
        var timeout = entry.bound;
        if (timeout != null && entry.state == Entry.State.RUNNING) {
            long deadlineNanos = deadlineNanos(((LinkTimeout) timeout.op).bound(), timeout);
            timeout.alarm = alarms.set(deadlineNanos, () -> boundPassed(entry, timeout));
        }
    }

    private long deadlineNanos(Bound bound, Entry entry) {
        return bound.from(bound instanceof Bound.OfChain ? entry.nowNanos : clock.getAsLong())
                .nanos();
    }

    // ---------------------------------------------------------------- timeouts

    /// Starts a timeout.
    void startTimeout(Entry entry, Timeout timeout) {
        arm(entry, timeout.until(), timeout.clock());
        if (timeout.completions() > 0) {
            counting.add(new Counting(entry, timeout.completions()));
        }
        entry.place =
                () -> {
                    disarm(entry);
                    return true;
                };
    }

    /// Gives a timeout another time; it no longer counts completions then.
    int updateTimeout(long token, Bound until) {
        var entry = running.find(token);
        if (entry == null || !(entry.op instanceof Timeout timeout)) {
            return ENOENT;
        }
        disarm(entry);
        arm(entry, until, timeout.clock());
        return 0;
    }

    private void arm(Entry entry, Bound until, Clock by) {
        if (by == Clock.REALTIME && until instanceof Bound.At(var time)) {
            armByTimeOfDay(entry, time.nanos());
        } else {
            entry.alarm = alarms.set(deadlineNanos(until, entry), () -> expired(entry));
        }
    }

    /// The time of day may be set meanwhile: it is looked at again and again.
    private void armByTimeOfDay(Entry entry, long epochNanos) {
        var now = Instant.now();
        long leftNanos = epochNanos - (now.getEpochSecond() * NANOS_PER_SECOND + now.getNano());
        long soonNanos = clock.getAsLong() + Math.clamp(leftNanos, 0, NANOS_PER_SECOND);
        entry.alarm =
                leftNanos <= 0
                        ? alarms.set(soonNanos, () -> expired(entry))
                        : alarms.set(soonNanos, () -> armByTimeOfDay(entry, epochNanos));
    }

    private void expired(Entry entry) {
        disarm(entry);
        end(entry, ETIME);
    }

    private void disarm(Entry entry) {
        if (entry.alarm != null) {
            alarms.cancel(entry.alarm);
            entry.alarm = null;
        }
        counting.removeIf(count -> count.timeout == entry);
    }

    private void boundPassed(Entry entry, Entry timeout) {
        entry.bound = null;
        active--;
        int result = cancel(entry);
        post(timeout.token, result == 0 ? ETIME : result, 0);
    }

    // ---------------------------------------------------------------- out

    /// An element of a multishot operation.
    void shot(Entry entry, int result, int flags) {
        post(entry.token, result, flags | Driver.MORE);
    }

    /// An operation has ended.
    void end(Entry entry, int result) {
        entry.state = Entry.State.ENDED;
        entry.place = null;
        running.remove(entry);
        active--;
        boolean failed = breaks(entry, result);
        if (entry.op instanceof SendZeroCopy && result >= 0) {
            post(entry.token, result, Driver.MORE);
            post(entry.token, 0, Driver.NOTIFICATION);
        } else if (failed || !entry.has(Sqe.SKIP_SUCCESS)) {
            post(entry.token, result, 0, entry.payload);
        }
        endBound(entry, true);
        var next = entry.next;
        if (next == null) {
            return;
        }
        if (entry.op instanceof Multishot || (failed && !entry.has(Sqe.HARDLINK))) {
            skip(next, !entry.has(Sqe.SKIP_SUCCESS));
        } else {
            startable.add(next);
        }
    }

    /// Links that will not start.
    ///
    /// @param posts whether they say so
    private void skip(Entry first, boolean posts) {
        for (var entry = first; entry != null; entry = entry.next) {
            entry.state = Entry.State.ENDED;
            active--;
            if (posts) {
                post(entry.token, ECANCELED, 0);
            }
            endBound(entry, posts);
        }
    }

    private void endBound(Entry entry, boolean posts) {
        var timeout = entry.bound;
        if (timeout == null) {
            return;
        }
        entry.bound = null;
        if (timeout.alarm != null) {
            alarms.cancel(timeout.alarm);
        }
        active--;
        if (posts) {
            post(timeout.token, ECANCELED, 0);
        }
    }

    /// Whether a result ends a soft link. `KERNEL.md`, "Links": short transfers do where the operation says so.
    private static boolean breaks(Entry entry, int result) {
        return switch (entry.op) {
            case Op.Transfer transfer ->
                    result < 0 || (transfer.shortBreaksLink() && result < transfer.sizeBytes());
            case Splice(_, _, _, _, var length) -> result != length;
            case Tee(_, _, var length) -> result != length;
            case Timeout _ -> result < 0 && result != ETIME;
            default -> result < 0;
        };
    }

    private void post(long token, int result, int flags) {
        post(token, result, flags, null);
    }

    private void post(long token, int result, int flags, @Nullable Payload payload) {
        completions.add(new Completion(token, result, flags, payload));
        for (int i = 0; i < counting.size(); i++) {
            var count = counting.get(i);
            if (count.left > 0 && --count.left == 0) {
                alarms.set(Long.MIN_VALUE, () -> countReached(count.timeout));
            }
        }
    }

    private void countReached(Entry timeout) {
        if (timeout.state == Entry.State.RUNNING) {
            disarm(timeout);
            end(timeout, 0);
        }
    }

    /// The completions that have been posted.
    ArrayDeque<Completion> completions() {
        return completions;
    }

    // ---------------------------------------------------------------- cancelling

    /// Cancels one operation that runs.
    ///
    /// @return 0, or what the kernel says if it is not found or cannot be interrupted
    int cancel(long token) {
        var entry = running.find(token);
        return entry == null ? ENOENT : cancel(entry);
    }

    /// Cancels all operations that run and match.
    ///
    /// @return how many
    int cancelAll(@Nullable Entry but, Predicate<Entry> matching) {
        int count = 0;
        for (var entry : running.all()) {
            if (entry != but && matching.test(entry) && cancel(entry) == 0) {
                count++;
            }
        }
        return count;
    }

    private int cancel(Entry entry) {
        var place = entry.place;
        if (entry.state != Entry.State.RUNNING || place == null || !place.leave()) {
            return EALREADY;
        }
        end(entry, entry.moved > 0 ? entry.moved : ECANCELED);
        return 0;
    }

    /// Whether nothing is on its way.
    boolean isIdle() {
        return active == 0 && deferred.isEmpty() && completions.isEmpty();
    }
}
