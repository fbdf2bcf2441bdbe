package dev.catena.proactor.portable;

import dev.catena.ops.PollEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The selector, and what waits for it.
///
/// An operation is tried at once unless others wait for the same; if it would have to wait it stands in a queue of its
/// [Endpoint], one for reading and one for writing, and is tried again, first come first served, when the selector says so.
/// The interest in reading stays registered after it was served, since the next read mostly comes soon. Loop thread only.
final class Readiness {
    /// What an attempt answers that has to be repeated.
    static final int WOULD_WAIT = Integer.MIN_VALUE;

    /// What an attempt answers that has let the operation go on elsewhere.
    static final int MOVED = Integer.MIN_VALUE + 1;

    private static final int READABLE = PollEvent.READABLE.bit();
    private static final int WRITABLE = PollEvent.WRITABLE.bit();
    private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int WRITE_OPS = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private record Closing(Endpoint endpoint, Runnable then) {}

    private final Selector selector;
    private final Chains chains;
    private final List<SelectionKey> ready = new ArrayList<>();

    // what is closed when the selector has let go of it
    private final List<Closing> closing = new ArrayList<>();
    private long selects;

    Readiness(Selector selector, Chains chains) {
        this.selector = selector;
        this.chains = chains;
    }

    /// How often the selector was asked.
    long selects() {
        return selects;
    }

    /// Does something that reads: at once, or when it can.
    void read(Entry entry, Endpoint endpoint, Endpoint.Attempt attempt) {
        perform(entry, endpoint, endpoint.reading, attempt);
    }

    /// Does something that writes: at once, or when it can.
    void write(Entry entry, Endpoint endpoint, Endpoint.Attempt attempt) {
        perform(entry, endpoint, endpoint.writing, attempt);
    }

    private void perform(
            Entry entry,
            Endpoint endpoint,
            ArrayDeque<Endpoint.Waiter> queue,
            Endpoint.Attempt attempt) {
        boolean inVain = queue == endpoint.reading && endpoint.drained && endpoint.stash.isEmpty();
        if (queue.isEmpty() && !inVain) {
            int result = attempt(attempt);
            acted(endpoint, queue == endpoint.reading ? READABLE : WRITABLE);
            if (result != WOULD_WAIT) {
                end(entry, result);
                return;
            }
        }
        var waiter = new Endpoint.Waiter(entry, attempt);
        queue.add(waiter);
        entry.place = () -> leave(endpoint, queue, waiter, inVain);
        watch(endpoint);
    }

    private boolean leave(
            Endpoint endpoint,
            ArrayDeque<Endpoint.Waiter> queue,
            Endpoint.Waiter waiter,
            boolean untried) {
        if (untried && triedAtLast(endpoint, queue, waiter)) {
            return false;
        }
        return left(endpoint, queue.remove(waiter));
    }

    /// Something that was not tried since it would have been in vain is to be cancelled. It may not have been in vain: what
    /// could have been done before the cancel came is done.
    private boolean triedAtLast(
            Endpoint endpoint, ArrayDeque<Endpoint.Waiter> queue, Endpoint.Waiter waiter) {
        if (queue.peek() != waiter || !endpoint.drained) {
            return false;
        }
        int result = attempt(waiter.attempt());
        if (result == WOULD_WAIT) {
            return false;
        }
        queue.remove();
        acted(endpoint, READABLE);
        end(waiter.entry(), result);
        return true;
    }

    private void end(Entry entry, int result) {
        if (result != MOVED) {
            chains.end(entry, result);
        }
    }

    private static int attempt(Endpoint.Attempt attempt) {
        try {
            return attempt.run();
        } catch (IOException | RuntimeException e) {
            return ErrorNumbers.of(e);
        }
    }

    /// Waits until an endpoint is ready for one of `events`, once or each time.
    void poll(Entry entry, Endpoint endpoint, int events, boolean each) {
        if (!endpoint.channel.isOpen()) {
            chains.end(entry, PollEvent.HANG_UP.bit());
            return;
        }
        var watcher = new Endpoint.Watcher(entry, events, each);
        endpoint.watchers.add(watcher);
        entry.place = () -> left(endpoint, endpoint.watchers.remove(watcher));
        if (!endpoint.stash.isEmpty()) {
            tell(endpoint, READABLE);
        }
        watch(endpoint);
    }

    /// Somebody has read or written: what was told of may come true anew.
    void acted(Endpoint endpoint, int events) {
        if (!endpoint.watchers.isEmpty()) {
            endpoint.watchers.forEach(watcher -> watcher.told &= ~events);
            watch(endpoint);
        }
    }

    /// Bytes have been put back: whoever waits for some gets them.
    void putBack(Endpoint endpoint) {
        serve(endpoint, endpoint.reading, READABLE);
        if (!endpoint.stash.isEmpty()) {
            tell(endpoint, READABLE);
        }
    }

    private void tell(Endpoint endpoint, int events) {
        if (endpoint.watchers.isEmpty()) {
            return;
        }
        for (var watcher : List.copyOf(endpoint.watchers)) {
            int news = watcher.events & events & ~watcher.told;
            if (news != 0 && watcher.each) {
                watcher.told |= news;
                chains.shot(watcher.entry, news, 0);
            } else if (news != 0) {
                endpoint.watchers.remove(watcher);
                chains.end(watcher.entry, news);
            }
        }
    }

    /// Tells the selector what is waited for.
    private void watch(Endpoint endpoint) {
        int wanted = wanted(endpoint);
        var key = endpoint.key;
        try {
            if (key == null && wanted != 0) {
                endpoint.key = endpoint.channel.register(selector, wanted, endpoint);
            } else if (key != null && key.isValid() && (key.interestOps() & wanted) != wanted) {
                key.interestOps(key.interestOps() | wanted);
            }
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    private static int wanted(Endpoint endpoint) {
        boolean reads = !endpoint.reading.isEmpty();
        boolean writes = !endpoint.writing.isEmpty();
        for (int i = 0; i < endpoint.watchers.size(); i++) {
            var watcher = endpoint.watchers.get(i);
            int news = watcher.events & ~watcher.told;
            reads |= (news & READABLE) != 0;
            writes |= (news & WRITABLE) != 0;
        }
        return (reads ? endpoint.readOps() : 0) | (writes ? endpoint.writeOps() : 0);
    }

    /// Waits until something is ready, a wake-up comes, or the time has passed, and lets go on what can.
    ///
    /// @param timeoutNanos 0 to look only, [Long#MAX_VALUE] to wait without limit; rounded up to milliseconds
    void select(long timeoutNanos) {
        if (timeoutNanos == 0 && selector.keys().isEmpty() && closing.isEmpty()) {
            return;
        }
        selects++;
        try {
            if (timeoutNanos == 0 || !closing.isEmpty()) {
                selector.selectNow(ready::add);
            } else if (timeoutNanos > Long.MAX_VALUE - NANOS_PER_MILLI) {
                selector.select(ready::add);
            } else {
                long millis = (timeoutNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
                selector.select(ready::add, millis);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the selector of a portable driver failed", e);
        }
        for (var key : ready) {
            serve(key);
        }
        ready.clear();
        if (!closing.isEmpty()) {
            closeWhatWasLetGo();
        }
    }

    private void serve(SelectionKey key) {
        if (!key.isValid()) {
            return; // closed by what was served before it
        }
        var endpoint = (Endpoint) key.attachment();
        int ops = key.readyOps();
        int kept = 0;
        int events = 0;
        if ((ops & READ_OPS) != 0) {
            events |= READABLE;
            endpoint.drained = false;
            kept = serve(endpoint, endpoint.reading, READABLE) ? endpoint.readOps() : 0;
        }
        if ((ops & WRITE_OPS) != 0) {
            events |= WRITABLE;
            serve(endpoint, endpoint.writing, WRITABLE);
        }
        tell(endpoint, events);
        left(endpoint, true);
        if (key.isValid()) {
            key.interestOps(wanted(endpoint) | kept);
        }
    }

    /// Lets those that wait go on.
    ///
    /// @return whether something was done
    private boolean serve(Endpoint endpoint, ArrayDeque<Endpoint.Waiter> queue, int event) {
        boolean served = false;
        for (var first = queue.peek(); first != null; first = queue.peek()) {
            int result = attempt(first.attempt());
            if (result == WOULD_WAIT) {
                break;
            }
            queue.remove();
            served = true;
            end(first.entry(), result);
        }
        if (served) {
            acted(endpoint, event);
        }
        return served;
    }

    /// Something has left an endpoint.
    private boolean left(Endpoint endpoint, boolean was) {
        if (endpoint.doomed && endpoint.isIdle()) {
            try {
                endpoint.doomed = false;
                close(endpoint, () -> {});
            } catch (IOException lost) {
                ErrorNumbers.of(lost);
            }
        }
        return was;
    }

    /// Closes an endpoint: as in the kernel, when nothing is in flight on it any more. The selector has to let go of it before it is
    /// really closed, so that takes until the next look.
    ///
    /// @param then when it is closed, or will be by itself
    void close(Endpoint endpoint, Runnable then) throws IOException {
        if (!endpoint.isIdle()) {
            endpoint.doomed = true;
            then.run();
            return;
        }
        var key = endpoint.key;
        if (key == null) {
            endpoint.channel.close();
            then.run();
        } else {
            // a channel that the selector has not let go of would be shut down before it is closed,
            // and its peer would see the
            // end of the stream where it should see a reset
            key.cancel();
            closing.add(new Closing(endpoint, then));
        }
    }

    /// Closes what the selector has let go of.
    void closeWhatWasLetGo() {
        var closed = List.copyOf(closing);
        closing.clear();
        for (var one : closed) {
            try {
                one.endpoint().channel.close();
            } catch (IOException lost) {
                ErrorNumbers.of(lost);
            }
            one.then().run();
        }
    }
}
