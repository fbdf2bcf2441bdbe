package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.Abi.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.catena.ops.FileStatus;
import dev.catena.ops.Op;
import dev.catena.ops.RecvMsg;
import dev.catena.ops.SendMsg;
import dev.catena.ops.WaitProcess;
import dev.catena.ops.spi.Region;
import dev.catena.proactor.driver.Payload;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The structures that operations point to and that the kernel may read or write until they have ended: vectors, message
/// headers, results. Each belongs to a token, and is given back when that has ended.
///
/// Loop thread only.
final class OpMemory {
    // struct iovec
    private static final int IOVEC_BYTES = 16;

    // struct msghdr, and what it points to behind it
    private static final int MSG_NAMELEN = 8;
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;
    private static final int MSG_CONTROL = 32;
    private static final int MSG_CONTROLLEN = 40;
    private static final int MSG_FLAGS = 48;
    private static final int NAME_AT = 64;
    private static final int IOVECS_AT = NAME_AT + SocketAddresses.BYTES;

    // struct cmsghdr
    private static final int CMSG_LEVEL = 8;
    private static final int CMSG_TYPE = 12;
    private static final int CMSG_DATA = 16;

    // struct statx
    private static final int STATX_BYTES = 256;
    private static final int STATX_TIMES = 64;

    // siginfo_t
    private static final int SIGINFO_BYTES = 128;
    private static final int SI_CODE = 8;
    private static final int SI_STATUS = 24;

    private static final int S_IFMT = 0170000;

    /// What an operation in flight points to.
    private record Held(Op<?> op, MemorySegment memory) {}

    private final Map<Long, Held> held = new HashMap<>();

    /// The vector of an operation's regions; gives its address.
    long vector(Op<?> op, long token) {
        var memory = hold(op, token, (long) IOVEC_BYTES * op.regions());
        writeVector(op, memory, 0);
        return memory.address();
    }

    /// The header of a message to be sent; gives its address.
    long message(SendMsg op, long token) {
        return header(
                op,
                token,
                op.to(),
                op.descriptors().size(),
                op.descriptors().stream().mapToInt(fd -> fd.number()).toArray());
    }

    /// The header of a message to be received; gives its address.
    long message(RecvMsg op, long token) {
        return header(op, token, null, op.maxDescriptors(), new int[0]);
    }

    /// Room for what the kernel writes as it ends the operation; gives its address.
    long result(Op<?> op, long token) {
        return hold(op, token, STATX_BYTES).address();
    }

    /// What it gave.
    Payload payload(long token) {
        var of = held.get(token);
        if (of == null) {
            throw new IllegalStateException(
                    "nothing was given for token 0x" + Long.toHexString(token));
        }
        var memory = of.memory();
        return switch (of.op()) {
            case dev.catena.ops.Status _ -> new Payload.File(status(memory));
            case dev.catena.ops.Pipe _ ->
                    new Payload.Ends(memory.get(JAVA_INT, 0), memory.get(JAVA_INT, 4));
            case dev.catena.ops.GetSocketOption _ -> new Payload.Option(memory.get(JAVA_INT, 0));
            case WaitProcess _ -> new Payload.Exit(exit(memory));
            case RecvMsg message -> received(message, memory);
            default -> throw new IllegalStateException(of.op() + " gives nothing but a number");
        };
    }

    /// The operation has ended.
    void release(long token) {
        if (!held.isEmpty()) {
            held.remove(token);
        }
    }

    private MemorySegment hold(Op<?> op, long token, long bytes) {
        var memory = Arena.ofAuto().allocate(Math.max(bytes, SIGINFO_BYTES), 8);
        held.put(token, new Held(op, memory));
        return memory;
    }

    private static void writeVector(Op<?> op, MemorySegment memory, long at) {
        for (int i = 0; i < op.regions(); i++) {
            var region = (Region) op.region(i);
            memory.set(JAVA_LONG, at + (long) i * IOVEC_BYTES, region.address());
            memory.set(JAVA_LONG, at + (long) i * IOVEC_BYTES + 8, region.size());
        }
    }

    private long header(
            Op<?> op, long token, @Nullable SocketAddress to, int descriptors, int[] numbers) {
        int controlAt = IOVECS_AT + IOVEC_BYTES * op.regions();
        // without the padding that `CMSG_SPACE` adds: the kernel would take it for room for one
        // more
        int control = descriptors == 0 ? 0 : CMSG_DATA + descriptors * Integer.BYTES;
        var memory = hold(op, token, (long) controlAt + control);
        long base = memory.address();
        boolean receives = op.fillsRegions();
        int nameBytes =
                receives
                        ? SocketAddresses.BYTES
                        : to == null ? 0 : SocketAddresses.write(to, memory, NAME_AT);
        memory.set(JAVA_LONG, 0, nameBytes == 0 ? 0 : base + NAME_AT);
        memory.set(JAVA_INT, MSG_NAMELEN, nameBytes);
        memory.set(JAVA_LONG, MSG_IOV, base + IOVECS_AT);
        memory.set(JAVA_LONG, MSG_IOVLEN, op.regions());
        memory.set(JAVA_LONG, MSG_CONTROL, control == 0 ? 0 : base + controlAt);
        memory.set(JAVA_LONG, MSG_CONTROLLEN, control);
        writeVector(op, memory, IOVECS_AT);
        if (numbers.length > 0) {
            memory.set(JAVA_LONG, controlAt, CMSG_DATA + (long) numbers.length * Integer.BYTES);
            memory.set(JAVA_INT, controlAt + CMSG_LEVEL, SOL_SOCKET);
            memory.set(JAVA_INT, controlAt + CMSG_TYPE, SCM_RIGHTS);
            for (int i = 0; i < numbers.length; i++) {
                memory.set(JAVA_INT, controlAt + CMSG_DATA + (long) i * Integer.BYTES, numbers[i]);
            }
        }
        return base;
    }

    private static Payload.Message received(RecvMsg op, MemorySegment memory) {
        int nameBytes = memory.get(JAVA_INT, MSG_NAMELEN);
        int flags = memory.get(JAVA_INT, MSG_FLAGS);
        long control = memory.get(JAVA_LONG, MSG_CONTROLLEN);
        List<Integer> descriptors = new ArrayList<>();
        int controlAt = IOVECS_AT + IOVEC_BYTES * op.regions();
        if (control >= CMSG_DATA
                && memory.get(JAVA_INT, controlAt + CMSG_LEVEL) == SOL_SOCKET
                && memory.get(JAVA_INT, controlAt + CMSG_TYPE) == SCM_RIGHTS) {
            long count = (memory.get(JAVA_LONG, controlAt) - CMSG_DATA) / Integer.BYTES;
            for (long i = 0; i < count; i++) {
                descriptors.add(memory.get(JAVA_INT, controlAt + CMSG_DATA + i * Integer.BYTES));
            }
        }
        var from = nameBytes == 0 ? null : SocketAddresses.read(memory.asSlice(NAME_AT), nameBytes);
        return new Payload.Message(from, (flags & (MSG_TRUNC | MSG_CTRUNC)) != 0, descriptors);
    }

    private static WaitProcess.Exit exit(MemorySegment memory) {
        return new WaitProcess.Exit(
                memory.get(JAVA_INT, SI_CODE) != CLD_EXITED, memory.get(JAVA_INT, SI_STATUS));
    }

    private static FileStatus status(MemorySegment statx) {
        int mode = Short.toUnsignedInt(statx.get(JAVA_SHORT, 28));
        return new FileStatus(
                type(mode),
                mode & 07777,
                statx.get(JAVA_LONG, 40),
                statx.get(JAVA_INT, 16),
                statx.get(JAVA_INT, 20),
                statx.get(JAVA_INT, 24),
                device(statx.get(JAVA_INT, 136), statx.get(JAVA_INT, 140)),
                statx.get(JAVA_LONG, 32),
                statx.get(JAVA_LONG, 48),
                statx.get(JAVA_INT, 4),
                time(statx, 0),
                time(statx, 3),
                time(statx, 2));
    }

    /// The one number for a device that `stat(2)` gives and other programs show: `makedev(3)` of what `statx(2)` gives in two.
    private static long device(int major, int minor) {
        return ((major & 0xfffL) << 8)
                | ((major & 0xfffff000L) << 32)
                | (minor & 0xffL)
                | ((minor & 0xffffff00L) << 12);
    }

    /// One of the times of access, birth, change and modification.
    private static Instant time(MemorySegment statx, int which) {
        long at = STATX_TIMES + 16L * which;
        return Instant.ofEpochSecond(statx.get(JAVA_LONG, at), statx.get(JAVA_INT, at + 8));
    }

    private static FileStatus.Type type(int mode) {
        return switch (mode & S_IFMT) {
            case 0100000 -> FileStatus.Type.FILE;
            case 0040000 -> FileStatus.Type.DIRECTORY;
            case 0120000 -> FileStatus.Type.SYMBOLIC_LINK;
            case 0010000 -> FileStatus.Type.PIPE;
            case 0140000 -> FileStatus.Type.SOCKET;
            case 0020000 -> FileStatus.Type.CHARACTER_DEVICE;
            case 0060000 -> FileStatus.Type.BLOCK_DEVICE;
            default -> FileStatus.Type.OTHER;
        };
    }
}
