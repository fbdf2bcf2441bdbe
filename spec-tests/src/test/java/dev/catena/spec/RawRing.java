package dev.catena.spec;

import dev.catena.ops.Accept;
import dev.catena.ops.AddressFamily;
import dev.catena.ops.Bind;
import dev.catena.ops.Buffer;
import dev.catena.ops.Connect;
import dev.catena.ops.Fd;
import dev.catena.ops.Listen;
import dev.catena.ops.Op;
import dev.catena.ops.Socket;
import dev.catena.ops.SocketType;
import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.RingUnavailableException;
import dev.catena.proactor.uring.UringDriver;
import java.lang.foreign.Arena;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/// A ring without a loop around it, to ask the kernel what it does. Belongs to the thread that opened it.
public final class RawRing implements AutoCloseable {

    /// One completion queue entry.
    record Cqe(long token, int result) {}

    private final SortedMap<Integer, String> before = Descriptors.open();
    private final List<Descriptor> sockets = new ArrayList<>();
    private final UringDriver driver;
    private long setupToken = 1L << 40;

    public RawRing() {
        this(64, 128);
    }

    RawRing(int submissionEntries, int completionEntries) {
        UringDriver opened;
        try {
            opened = UringDriver.open(submissionEntries, completionEntries);
        } catch (RingUnavailableException why) {
            opened = Assumptions.abort("io_uring is not available: " + why.getMessage());
        }
        driver = opened;
    }

    UringDriver driver() {
        return driver;
    }

    public RawRing push(long token, Op<?> op, int... flags) {
        int all = 0;
        for (int flag : flags) {
            all |= flag;
        }
        driver.push(op, all, token, driver.nanoTime());
        return this;
    }

    RawRing submit() {
        driver.submit();
        return this;
    }

    /// The next completions, in the order in which the kernel posts them.
    List<Cqe> take(int count) {
        var taken = new ArrayList<Cqe>();
        while (taken.size() < count) {
            driver.await(Long.MAX_VALUE);
            driver.reap((token, result, _) -> taken.add(new Cqe(token, result)));
        }
        return taken;
    }

    /// The first result of each token among the next completions.
    public SortedMap<Long, Integer> results(int count) {
        var results = new TreeMap<Long, Integer>();
        take(count).forEach(cqe -> results.putIfAbsent(cqe.token(), cqe.result()));
        return results;
    }

    /// The tokens of the next completions, in their order.
    List<Long> order(int count) {
        return take(count).stream().map(Cqe::token).toList();
    }

    static Buffer buffer(int size) {
        return Buffer.of(Arena.ofAuto().allocate(size));
    }

    /// Two connected stream sockets.
    Pair pair(Path folder) {
        var address = UnixDomainSocketAddress.of(folder.resolve("s" + setupToken));
        var listener = socket(one(new Socket(AddressFamily.UNIX, SocketType.STREAM)));
        one(new Bind(listener, address));
        one(new Listen(listener, 1));
        var near = socket(one(new Socket(AddressFamily.UNIX, SocketType.STREAM)));
        one(new Connect(near, address));
        return new Pair(near, socket(one(new Accept(listener))));
    }

    Fd socket(int number) {
        var fd = new Descriptor(number, driver.table());
        sockets.add(fd);
        return fd;
    }

    /// It was closed by the test.
    void forget(Fd fd) {
        sockets.removeIf(socket -> socket == fd);
    }

    private int one(Op<?> op) {
        int result = push(++setupToken, op).take(1).getFirst().result();
        if (result < 0) {
            throw new IllegalStateException(op + ": " + result);
        }
        return result;
    }

    @Override
    public void close() {
        sockets.forEach(fd -> driver.discard(fd.number()));
        driver.close();
        var left = Descriptors.since(before);
        if (!left.isEmpty()) {
            throw new AssertionError("descriptors left: " + left);
        }
    }
}
