package dev.catena.proactor.portable;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.FutexWait;
import dev.catena.ops.spi.Region;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Words of memory that operations wait for: of all portable drivers of this JVM, and of nobody else.
final class Futexes {
    private static final VarHandle WORD = JAVA_INT.varHandle();
    private static final int EINVAL = -Errno.EINVAL.number();
    private static final int EAGAIN = -Errno.EAGAIN.number();

    /// Those that wait, by the address of the word. Guarded by itself.
    private static final Map<Long, ArrayDeque<Waiter>> WAITING = new HashMap<>();

    /// An operation that waits in a driver of which only its loop's thread may touch anything but the arrivals.
    private record Waiter(Entry entry, Chains chains, Arrivals arrivals) {
        void wake() {
            arrivals.offer(() -> chains.end(entry, 0));
        }
    }

    private Futexes() {}

    /// Waits if the word has the expected value, else ends the operation.
    static void await(Entry entry, FutexWait op, Chains chains, Arrivals arrivals) {
        long address = ((Region) op.word()).address();
        if (address % Integer.BYTES != 0) {
            chains.end(entry, EINVAL);
            return;
        }
        var waiter = new Waiter(entry, chains, arrivals);
        synchronized (WAITING) {
            if (value(op.word()) == op.expected()) {
                WAITING.computeIfAbsent(address, _ -> new ArrayDeque<>()).add(waiter);
                entry.place = () -> leave(address, waiter);
                return;
            }
        }
        chains.end(entry, EAGAIN);
    }

    /// Wakes those that wait, the first ones first, and gives how many.
    static int wake(Buffer word, int most) {
        long address = ((Region) word).address();
        if (address % Integer.BYTES != 0) {
            return EINVAL;
        }
        int woken = 0;
        synchronized (WAITING) {
            var waiters = WAITING.get(address);
            while (waiters != null && woken < most && !waiters.isEmpty()) {
                waiters.remove().wake();
                woken++;
            }
            forget(address);
        }
        return woken;
    }

    private static boolean leave(long address, Waiter waiter) {
        synchronized (WAITING) {
            var waiters = WAITING.get(address);
            boolean waited = waiters != null && waiters.remove(waiter);
            forget(address);
            return waited; // else somebody has woken it, and its end is on the way
        }
    }

    private static void forget(long address) {
        WAITING.computeIfPresent(address, (_, waiters) -> waiters.isEmpty() ? null : waiters);
    }

    private static int value(Buffer word) {
        var region = (Region) word;
        MemorySegment memory = region.memory().segment();
        return memory.isAccessibleBy(Thread.currentThread())
                ? (int) WORD.getVolatile(memory, (long) region.offset())
                : Views.of(word).order(java.nio.ByteOrder.nativeOrder()).getInt(0);
    }
}
