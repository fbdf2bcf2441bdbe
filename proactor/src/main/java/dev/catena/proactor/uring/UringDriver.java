package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.Abi.SOL_SOCKET;
import static dev.catena.proactor.uring.IoUring.*;
import static dev.catena.proactor.uring.Mapped.MEMORY;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.catena.ops.*;
import dev.catena.proactor.FastPath;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.DriverCounts;
import dev.catena.proactor.driver.Payload;
import dev.catena.proactor.driver.Spawn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The driver over a real ring. Loop thread only, but for [#wake] and [#nanoTime].
public final class UringDriver implements Driver {
    /// Descriptors of all rings count in the process's one table.
    private static final Object PROCESS_TABLE =
            new Object() {
                @Override
                public String toString() {
                    return "the process's descriptors";
                }
            };

    /// The most memory that [#largestRegistrable] tries.
    public static final long REGISTRABLE_BYTES = 16L << 20;

    // the completion of a wake-up that we sent to another ring; the rest of the token is that ring
    private static final long SENT_WAKE = 3L << 62;
    private static final int PROVIDED_BUFFERS = 256;
    private static final int PROVIDED_BYTES = 16384;
    private static final long RETRY_NANOS = 1_000_000;

    /// What answers without the ring: a token and its result.
    private record Answer(long token, int result) {}

    private final Syscalls syscalls;
    private final RingOptions options;
    private final Ring ring;
    private final SqeWriter writer;
    private final Wakeup wakeup;
    private final Drains drains;
    private final Supported supported;
    private final FastPaths fastPaths;
    private final @Nullable RegisteredBuffers registered;
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final Map<Long, Payload> names = new HashMap<>();
    private final OpMemory memory = new OpMemory();
    private final MemorySegment name = Arena.ofAuto().allocate(SocketAddresses.BYTES + 16L, 8);
    private @Nullable ProvidedBuffers provided;
    private int slots = -1;
    private boolean wakeStands;

    // rings of loops that are to be woken, and to which nothing could be sent
    private final Set<Integer> owedWakes = new HashSet<>();

    /// Makes a ring that belongs to the calling thread.
    ///
    /// @throws dev.catena.proactor.RingUnavailableException with what to do about it
    public static UringDriver open(int submissionEntries, int completionEntries) {
        return open(RingOptions.of(submissionEntries, completionEntries));
    }

    /// Makes a ring that belongs to the calling thread.
    ///
    /// @throws dev.catena.proactor.RingUnavailableException with what to do about it
    public static UringDriver open(RingOptions options) {
        var syscalls = RingAdvice.syscalls();
        var ring = Ring.open(syscalls, options);
        try {
            return new UringDriver(syscalls, ring, options);
        } catch (RuntimeException | Error e) {
            ring.close();
            throw e;
        }
    }

    private UringDriver(Syscalls syscalls, Ring ring, RingOptions options) {
        this.syscalls = syscalls;
        this.options = options;
        this.ring = ring;
        writer = new SqeWriter(ring.sqes(), ring.capacity(), memory);
        supported = Supported.by(syscalls, ring.fd());
        fastPaths = new FastPaths(supported, options.without());
        registered =
                fastPaths.isOff(FastPath.REGISTERED_BUFFERS)
                        ? null
                        : new RegisteredBuffers(syscalls, ring.fd());
        writer.registered(registered);
        drains = new Drains(syscalls, ring.fd());
        writer.write(ring.next(), new Nop(), 0, Wakeup.TOKEN, 0);
        ring.tryOut();
        RingSettings.register(syscalls, ring.fd(), options);
        wakeup = new Wakeup(ring.fd());
        standWake();
    }

    @Override
    public String description() {
        return ring.description();
    }

    /// What its ring has of what Catena can do without.
    public List<String> features() {
        var features = new ArrayList<>(ring.features());
        if (!wakeup.needsRead()) {
            features.add("SEND_MSG_RING");
        }
        return features;
    }

    /// The most memory, up to [#REGISTRABLE_BYTES], that the kernel registers as a buffer of this ring: the limit of locked memory
    /// decides. Tries sizes four times smaller each. Before anything else is registered.
    public long largestRegistrable() {
        return RegisteredBuffers.largest(syscalls, ring.fd(), REGISTRABLE_BYTES);
    }

    /// What keeps each fast path from being taken, having tried it; null for what is taken.
    public Map<FastPath, @Nullable String> fastPaths() {
        var found = new EnumMap<FastPath, @Nullable String>(FastPath.class);
        for (var path : FastPath.values()) {
            var lacking = fastPaths.lacks(path);
            found.put(path, lacking != null ? lacking : tried(path));
        }
        return found;
    }

    private @Nullable String tried(FastPath path) {
        return switch (path) {
            case BUFFER_RINGS, MULTISHOT_RECEIVE -> provideBuffers();
            case INCREMENTAL_BUFFERS -> {
                var lacking = provideBuffers();
                yield lacking != null || buffers().isIncremental()
                        ? lacking
                        : "this kernel does not have it; Linux " + path.kernel() + " does";
            }
            case REGISTERED_FILES -> slots() > 0 ? null : "this ring has no slots for files";
            case REGISTERED_BUFFERS ->
                    largestRegistrable() > 0 ? null : "the kernel locks no memory for this ring";
            case MULTISHOT_ACCEPT, ZERO_COPY_SEND, SPLICE -> null;
        };
    }

    @Override
    public Object table() {
        return PROCESS_TABLE;
    }

    @Override
    public void slab(MemorySegment slab) {
        if (registered != null) {
            registered.add(slab);
        }
    }

    /// How many slabs are registered with the ring.
    public int registeredSlabs() {
        return registered == null ? 0 : registered.registered();
    }

    @Override
    public boolean hasProcessTable() {
        return true;
    }

    @Override
    public int spawn(Spawn program) {
        return Spawning.start(program);
    }

    @Override
    public int capacity() {
        return ring.capacity();
    }

    @Override
    public int room() {
        return ring.room();
    }

    @Override
    public @Nullable String lacks(Op<?> op) {
        return switch (op) {
            case SocketName _ -> null;
            case Accept _ -> supported.unless(IORING_OP_ACCEPT, "5.5");
            case AcceptEach _ -> fastPaths.lacks(FastPath.MULTISHOT_ACCEPT);
            case Socket _ -> supported.unless(IORING_OP_SOCKET, "5.19");
            case Advise _ -> supported.unless(IORING_OP_FADVISE, "5.6");
            case Bind _ -> supported.unless(IORING_OP_BIND, "6.11");
            case Cancel _ -> supported.unless(IORING_OP_ASYNC_CANCEL, "5.5");
            case Close _ -> supported.unless(IORING_OP_CLOSE, "5.6");
            case Connect _ -> supported.unless(IORING_OP_CONNECT, "5.5");
            case Fallocate _ -> supported.unless(IORING_OP_FALLOCATE, "5.6");
            case Fsync _ -> supported.unless(IORING_OP_FSYNC, "5.1");
            case FutexWait _, FutexWake _ -> supported.unless(IORING_OP_FUTEX_WAIT, "6.7");
            case SetSocketOption _ -> supported.unless(IORING_OP_URING_CMD, "6.7");
            case GetSocketOption(_, var option) ->
                    Numbers.level(option) == SOL_SOCKET
                            ? supported.unless(IORING_OP_URING_CMD, "6.7")
                            : "Linux gives options of sockets through a ring, but not those of protocols";
            case HardLink _, MakeDirectory _, SymbolicLink _ ->
                    supported.unless(IORING_OP_LINKAT, "5.15");
            case LinkTimeout _ -> supported.unless(IORING_OP_LINK_TIMEOUT, "5.5");
            case Listen _ -> supported.unless(IORING_OP_LISTEN, "6.11");
            case MessageRing _ -> supported.unless(IORING_OP_MSG_RING, "5.18");
            case Nop _ -> supported.unless(IORING_OP_NOP, "5.1");
            case Open _, OpenInto _ -> supported.unless(IORING_OP_OPENAT2, "5.6");
            case Pipe _ -> supported.unless(IORING_OP_PIPE, "6.16");
            case Poll _, PollEach _ -> supported.unless(IORING_OP_POLL_ADD, "5.13");
            case Read _, ReadVector _, Write _, WriteVector _ ->
                    supported.unless(IORING_OP_READ, "5.6");
            case Recv _, Send _ -> supported.unless(IORING_OP_RECV, "5.6");
            case RecvEach _ -> {
                var lacking = fastPaths.lacks(FastPath.MULTISHOT_RECEIVE);
                yield lacking == null ? provideBuffers() : lacking;
            }
            case SendZeroCopy _ -> fastPaths.lacks(FastPath.ZERO_COPY_SEND);
            case RecvMsg _, SendMsg _ -> supported.unless(IORING_OP_RECVMSG, "5.3");
            case Rename _, Shutdown _, Unlink _ -> supported.unless(IORING_OP_RENAMEAT, "5.11");
            case Splice _ -> fastPaths.lacks(FastPath.SPLICE);
            case Tee _ -> supported.unless(IORING_OP_TEE, "5.8");
            case Status _ -> supported.unless(IORING_OP_STATX, "5.6");
            case Timeout _ -> supported.unless(IORING_OP_TIMEOUT, "5.4");
            case Truncate _ -> supported.unless(IORING_OP_FTRUNCATE, "6.9");
            case UpdateTimeout _ -> supported.unless(IORING_OP_TIMEOUT_REMOVE, "5.11");
            case WaitProcess _ -> supported.unless(IORING_OP_WAITID, "6.7");
        };
    }

    @Override
    public void push(Op<?> op, int flags, long token, long nowNanos) {
        if (op instanceof SocketName socketName) {
            answers.add(new Answer(token, name(socketName, token)));
        } else if (drains.holdsUp(op, flags) && op instanceof Cancel(var target)) {
            ring.submit(); // what is to be cancelled may not be the kernel's yet
            answers.add(new Answer(token, drains.cancel(target)));
        } else {
            drains.pushed(flags, token);
            writer.write(ring.next(), op, flags, token, nowNanos);
        }
    }

    @Override
    public void submit() {
        ring.submit();
    }

    @Override
    public void await(long timeoutNanos) {
        if (!wakeStands) {
            standWake();
        }
        owedWakes.removeIf(this::pushWake);
        // nothing may wake us, or we are to wake somebody, which needs room or the end of a drain
        long most = wakeStands && owedWakes.isEmpty() ? Long.MAX_VALUE : RETRY_NANOS;
        ring.await(answers.isEmpty() ? Math.min(timeoutNanos, most) : 0);
    }

    @Override
    public int reap(Completions sink) {
        int count = 0;
        for (var answer = answers.poll(); answer != null; answer = answers.poll()) {
            sink.completed(answer.token(), answer.result(), 0);
            count++;
        }
        // Those that are there now: the sink may make the kernel post more for as long as it likes.
        for (int left = ring.completions(); left > 0; left--) {
            long at = ring.completion();
            long token = MEMORY.get(JAVA_LONG, at);
            int result = MEMORY.get(JAVA_INT, at + 8);
            int flags = MEMORY.get(JAVA_INT, at + 12);
            ring.advance(); // before the sink, which may make the kernel post more
            if (token == Wakeup.TOKEN) {
                wakeStands = !wakeup.needsRead();
            } else if (token >>> 62 == SENT_WAKE >>> 62) {
                if (token != Wakeup.OF_OTHER && result < 0) {
                    notSent((int) token, result);
                }
            } else {
                sink.completed(token, result, flags);
                count++;
            }
        }
        return count;
    }

    @Override
    public Payload payload(long token) {
        var name = names.remove(token);
        return name != null ? name : memory.payload(token);
    }

    @Override
    public void ended(long token) {
        drains.ended(token);
        memory.release(token);
    }

    @Override
    public int slots() {
        if (slots < 0) {
            slots = registerSlots();
        }
        return slots;
    }

    @Override
    public MemorySegment provided(int flags, int size) {
        return buffers().filled(flags, size);
    }

    @Override
    public void provide(int flags) {
        buffers().giveBack(flags);
    }

    @Override
    public int ring() {
        return ring.fd();
    }

    @Override
    public void discard(int descriptor) {
        syscalls.close(descriptor);
    }

    @Override
    public void wake() {
        wakeup.wake();
    }

    @Override
    public boolean pushWake(int otherRing) {
        if (drains.isDraining() || !supported.has(IORING_OP_MSG_RING)) {
            return false; // it would wait behind the drain, or not be sent at all
        }
        if (ring.room() == 0) {
            ring.submit();
        }
        if (ring.room() == 0) {
            return false;
        }
        writer.writeWake(ring.next(), otherRing, SENT_WAKE | otherRing);
        return true;
    }

    /// A wake-up did not arrive: the other ring had no room, or the kernel no memory. Else, since this kernel knows the
    /// operation, the ring is closed, and nobody waits there any more.
    private void notSent(int otherRing, int result) {
        switch (Errno.of(result)) {
            case EOVERFLOW, ENOMEM, EAGAIN -> owedWakes.add(otherRing);
            default -> {}
        }
    }

    @Override
    public boolean keepsMachineTime() {
        return true;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime(); // CLOCK_MONOTONIC, as the kernel's timeouts are
    }

    @Override
    public DriverCounts counts() {
        return new DriverCounts(ring.enters(), ring.submitted(), ring.overflows());
    }

    @Override
    public void close() {
        owedWakes.removeIf(this::pushWake);
        if (ring.unsubmitted() > 0) {
            ring.submit(); // a wake-up for another loop
        }
        wakeup.close();
        ring.close();
    }

    private void standWake() {
        if (!wakeup.needsRead()) {
            wakeStands = true;
            return;
        }
        if (ring.room() == 0) {
            ring.submit();
        }
        wakeStands = ring.room() > 0;
        if (wakeStands) {
            writer.writeRead(ring.next(), wakeup.eventFd(), wakeup.counter(), Wakeup.TOKEN);
        }
    }

    /// Provides buffers when they are needed first.
    private @Nullable String provideBuffers() {
        if (provided == null) {
            try {
                provided =
                        new ProvidedBuffers(
                                syscalls,
                                ring.fd(),
                                PROVIDED_BUFFERS,
                                PROVIDED_BYTES,
                                !fastPaths.isOff(FastPath.INCREMENTAL_BUFFERS));
            } catch (UnsupportedOperationException e) {
                return e.getMessage();
            }
        }
        return null;
    }

    private ProvidedBuffers buffers() {
        if (provided == null) {
            throw new IllegalStateException("no buffers have been provided");
        }
        return provided;
    }

    /// Registers a table of empty slots for files (`IORING_REGISTER_FILES2`, Linux 5.19).
    private int registerSlots() {
        if (options.slots() == 0 || fastPaths.isOff(FastPath.REGISTERED_FILES)) {
            return 0;
        }
        try (var arena = Arena.ofConfined()) {
            var registration = arena.allocate(32, 8); // struct io_uring_rsrc_register
            registration.set(JAVA_INT, 0, options.slots());
            registration.set(JAVA_INT, 4, IORING_RSRC_REGISTER_SPARSE);
            return syscalls.register(ring.fd(), IORING_REGISTER_FILES2, registration, 32) < 0
                    ? 0
                    : options.slots();
        }
    }

    private int name(SocketName socketName, long token) {
        var length = name.asSlice(SocketAddresses.BYTES, Integer.BYTES);
        length.set(JAVA_INT, 0, SocketAddresses.BYTES);
        boolean peer = socketName.side() == SocketName.Side.PEER;
        int result = syscalls.socketName(peer, socketName.socket().number(), name, length);
        if (result == 0) {
            names.put(
                    token,
                    new Payload.Address(SocketAddresses.read(name, length.get(JAVA_INT, 0))));
        }
        return result;
    }
}
