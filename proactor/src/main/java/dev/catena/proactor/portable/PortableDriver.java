package dev.catena.proactor.portable;

import dev.catena.ops.Op;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.DriverCounts;
import dev.catena.proactor.driver.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The driver over the JDK's channels, for where there is no ring. It keeps io_uring's contract, so that everything above it is
/// the same code: entries are pushed and submitted, chains are run in order, completions are reaped.
///
/// One thread, the loop's, does all that does not block: sockets and pipes by a selector, timers, links. Files block, and are
/// left to a [bounded pool][FilePool]. Loop thread only, but for [#wake] and [#nanoTime].
public final class PortableDriver implements Driver {
    /// After how many rounds the selector is asked although there is something to do: what it closes waits for that, too.
    private static final int BUSY_ROUNDS = 4;

    private final int capacity;
    private final String why;
    private final Selector selector;
    private final Arrivals arrivals;
    private final Alarms alarms = new Alarms();
    private final DescriptorTable table = new DescriptorTable();
    private final ProvidedBuffers buffers = new ProvidedBuffers();
    private final Chains chains;
    private final Readiness readiness;
    private final FilePool pool;
    private final FileStarter files;
    private final Starter starter;

    // what was pushed and not submitted
    private final List<Entry> pushed = new ArrayList<>();

    // what operations gave besides a number
    private final Map<Long, Payload> given = new HashMap<>();
    private long submitted;

    // how often the selector has not been asked since there was something to do without
    private int busy;

    /// Makes one that belongs to the calling thread.
    ///
    /// @param submissionEntries the length of the longest chain, rounded up to a power of two
    /// @param why it was chosen, for its description; may be empty
    public static PortableDriver open(int submissionEntries, String why) {
        try {
            int capacity = Integer.highestOneBit(Math.max(1, submissionEntries * 2 - 1));
            return new PortableDriver(capacity, why, Selector.open());
        } catch (IOException e) {
            throw new UncheckedIOException("the JDK could not make a selector", e);
        }
    }

    @SuppressWarnings("this-escape") // nothing starts before it is made
    private PortableDriver(int capacity, String why, Selector selector) {
        this.capacity = capacity;
        this.why = why;
        this.selector = selector;
        arrivals = new Arrivals(selector);
        chains = new Chains(this::start, alarms, this::nanoTime);
        readiness = new Readiness(selector, chains);
        pool = new FilePool(chains, arrivals);
        files = new FileStarter(table, chains, readiness, pool);
        var sockets = new SocketStarter(table, chains, readiness, buffers);
        starter = new Starter(table, chains, readiness, pool, arrivals, sockets, files);
    }

    private void start(Entry entry) {
        starter.start(entry);
    }

    @Override
    public String description() {
        return "portable, over JDK NIO, "
                + capacity
                + " submission entries"
                + (why.isEmpty() ? "" : ", since " + why);
    }

    @Override
    public Object table() {
        return table;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int room() {
        return capacity - pushed.size();
    }

    @Override
    public @Nullable String lacks(Op<?> op) {
        return Lacks.of(op);
    }

    /// What every driver of this kind [lacks][#lacks] for an operation; null if nothing.
    public static @Nullable String lacking(Op<?> op) {
        return Lacks.of(op);
    }

    @Override
    public void push(Op<?> op, int flags, long token, long nowNanos) {
        if (room() == 0) {
            throw new IllegalStateException("the submission queue is full");
        }
        pushed.add(new Entry(op, flags, token, nowNanos));
    }

    @Override
    public void submit() {
        int first = 0;
        for (int i = 0; i < pushed.size(); i++) {
            // a chain ends at the first entry without a link, or where the submission ends
            var entry = pushed.get(i);
            if (entry.isLinked() && i + 1 < pushed.size()) {
                continue;
            }
            if (first == i) {
                chains.submit(entry);
            } else {
                chains.submit(List.copyOf(pushed.subList(first, i + 1)));
            }
            first = i + 1;
        }
        submitted += pushed.size();
        pushed.clear();
        chains.run();
    }

    @Override
    public void await(long timeoutNanos) {
        submit();
        if (!chains.completions().isEmpty() && ++busy < BUSY_ROUNDS) {
            // there is something to do; whatever else is ready will still be
        } else if (chains.completions().isEmpty() && timeoutNanos > 0 && arrivals.prepareSleep()) {
            busy = 0;
            readiness.select(Math.min(timeoutNanos, alarms.delayNanos(nanoTime())));
        } else {
            busy = 0;
            readiness.select(0);
        }
        arrivals.run();
        if (!alarms.isEmpty()) {
            alarms.ring(nanoTime());
        }
        chains.run();
    }

    @Override
    public int reap(Completions sink) {
        var completions = chains.completions();
        int count = completions.size(); // those that come meanwhile are for the next time
        for (int i = 0; i < count; i++) {
            give(completions.remove(), sink);
        }
        return count;
    }

    @Override
    public boolean settles() {
        return true;
    }

    @Override
    public boolean settle(long token, Completions sink) {
        submit();
        var last = chains.completions().peekLast();
        if (last == null || last.token() != token) {
            return false;
        }
        // what was moved may have made something ready, and no round has passed over it
        busy = BUSY_ROUNDS;
        give(chains.completions().removeLast(), sink);
        return true;
    }

    private void give(Completion completion, Completions sink) {
        if (completion.payload() != null) {
            given.put(completion.token(), completion.payload());
        }
        sink.completed(completion.token(), completion.result(), completion.flags());
    }

    @Override
    public Payload payload(long token) {
        var payload = given.get(token);
        if (payload == null) {
            throw new IllegalStateException(
                    "nothing was given for token 0x" + Long.toHexString(token));
        }
        return payload;
    }

    @Override
    public void ended(long token) {
        if (!given.isEmpty()) {
            given.remove(token);
        }
    }

    @Override
    public void discard(int descriptor) {
        var file = table.remove(descriptor);
        if (file != null) {
            files.discard(file);
        }
    }

    @Override
    public int slots() {
        return DescriptorTable.SLOTS;
    }

    @Override
    public MemorySegment provided(int flags, int size) {
        return buffers.filled(flags, size);
    }

    @Override
    public void provide(int flags) {
        buffers.giveBack(flags);
    }

    @Override
    public int ring() {
        return -1;
    }

    @Override
    public void wake() {
        arrivals.wake();
    }

    @Override
    public boolean keepsMachineTime() {
        return true;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public DriverCounts counts() {
        return new DriverCounts(readiness.selects(), submitted, 0);
    }

    @Override
    public void close() {
        table.all().forEach(files::discard);
        arrivals.close();
        pool.close();
        try {
            selector.close(); // lets go of everything
            readiness.closeWhatWasLetGo();
        } catch (IOException e) {
            throw new UncheckedIOException("the selector of a portable driver did not close", e);
        }
    }
}
