package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.Abi.*;
import static dev.catena.proactor.uring.IoUring.*;
import static dev.catena.proactor.uring.Mapped.MEMORY;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.catena.ops.*;
import dev.catena.ops.spi.Region;
import dev.catena.proactor.driver.Driver;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The encodings: operations to `struct io_uring_sqe`, in one exhaustive switch.
///
/// What an entry points to is kept in one of two places. What the kernel copies as it takes the entry (times, addresses,
/// paths) lies [beside the entry][EntrySides]; what it may use until the operation has ended (vectors, messages, results)
/// belongs to [the operation][OpMemory].
///
/// Loop thread only.
final class SqeWriter {
    private final long sqes;
    private final EntrySides sides;
    private final OpMemory memory;

    private @Nullable RegisteredBuffers registered;

    // the entry being written, under the header's names of its fields
    private int opcode;
    private int flags;
    private int ioprio;
    private int fd;
    private long off;
    private long addr;
    private int len;
    private int opFlags;
    private int bufGroup;
    private int fileIndex; // or splice_fd_in, or optlen
    private long addr3; // or optval

    /// @param sqes the address of the first entry
    /// @param count how many there are
    SqeWriter(long sqes, int count, OpMemory memory) {
        this.sqes = sqes;
        this.memory = memory;
        this.sides = new EntrySides(count);
    }

    /// The registered buffers that transfers may use.
    void registered(@Nullable RegisteredBuffers buffers) {
        registered = buffers;
    }

    /// Writes entry `index`.
    void write(int index, Op<?> op, int entryFlags, long token, long nowNanos) {
        clear();
        flags = entryFlags;
        fd = number(op.fd(), -1);
        switch (op) {
            case Nop _ -> opcode = IORING_OP_NOP;
            case Read(_, var buffer, var offset) -> {
                opcode = IORING_OP_READ;
                off = offset;
                region(buffer);
                fixed(IORING_OP_READ_FIXED);
            }
            case Write(_, var buffer, var offset) -> {
                opcode = IORING_OP_WRITE;
                off = offset;
                region(buffer);
                fixed(IORING_OP_WRITE_FIXED);
            }
            case ReadVector(_, var buffers, var offset) -> {
                opcode = IORING_OP_READV;
                off = offset;
                addr = memory.vector(op, token);
                len = buffers.size();
            }
            case WriteVector(_, var buffers, var offset) -> {
                opcode = IORING_OP_WRITEV;
                off = offset;
                addr = memory.vector(op, token);
                len = buffers.size();
            }
            case Recv(_, var buffer, var all) -> {
                opcode = IORING_OP_RECV;
                region(buffer);
                opFlags = all ? MSG_WAITALL : 0;
            }
            case RecvEach _ -> {
                opcode = IORING_OP_RECV;
                ioprio = IORING_RECV_MULTISHOT;
                flags |= IOSQE_BUFFER_SELECT;
                bufGroup = ProvidedBuffers.GROUP;
            }
            case Send(_, var buffer, var all) -> {
                opcode = IORING_OP_SEND;
                region(buffer);
                opFlags = MSG_NOSIGNAL | (all ? MSG_WAITALL : 0);
            }
            case SendZeroCopy(_, var buffer) -> {
                opcode = IORING_OP_SEND_ZC;
                region(buffer);
                opFlags = MSG_NOSIGNAL | MSG_WAITALL;
            }
            case SendMsg message -> {
                opcode = IORING_OP_SENDMSG;
                addr = memory.message(message, token);
                len = 1;
                opFlags = MSG_NOSIGNAL;
            }
            case RecvMsg message -> {
                opcode = IORING_OP_RECVMSG;
                addr = memory.message(message, token);
                len = 1;
                opFlags = MSG_CMSG_CLOEXEC;
            }
            case Accept _ -> {
                opcode = IORING_OP_ACCEPT;
                opFlags = SOCK_CLOEXEC;
            }
            case AcceptEach _ -> {
                opcode = IORING_OP_ACCEPT;
                ioprio = IORING_ACCEPT_MULTISHOT;
                opFlags = SOCK_CLOEXEC;
            }
            case Connect(_, var address) -> {
                opcode = IORING_OP_CONNECT;
                off = sides.address(index, address);
                addr = sides.at(index);
            }
            case Bind(_, var address) -> {
                opcode = IORING_OP_BIND;
                off = sides.address(index, address);
                addr = sides.at(index);
            }
            case Listen(_, var backlog) -> {
                opcode = IORING_OP_LISTEN;
                len = backlog;
            }
            case Shutdown(_, var direction) -> {
                opcode = IORING_OP_SHUTDOWN;
                len = Numbers.of(direction);
            }
            case Socket(var family, var type) -> {
                opcode = IORING_OP_SOCKET;
                fd = SocketAddresses.family(family);
                off = Numbers.of(type) | SOCK_CLOEXEC;
            }
            case SetSocketOption(_, var option, var value) -> {
                socketOption(SOCKET_URING_OP_SETSOCKOPT, option);
                addr3 = sides.number(index, value);
            }
            case GetSocketOption(_, var option) -> {
                socketOption(SOCKET_URING_OP_GETSOCKOPT, option);
                addr3 = memory.result(op, token);
            }
            case SocketName name ->
                    throw new IllegalArgumentException(name + " has no ring encoding");
            case Open open -> open(index, open, O_CLOEXEC);
            case OpenInto(var open, var slot) -> {
                open(
                        index, open,
                        0); // the kernel refuses O_CLOEXEC where there is nothing to inherit
                fileIndex = slot.number() + 1;
            }
            case Close(var closed) -> {
                opcode = IORING_OP_CLOSE;
                fd = closed.isSlot() ? 0 : closed.number();
                fileIndex = closed.isSlot() ? closed.number() + 1 : 0;
            }
            case Fsync(_, var dataOnly) -> {
                opcode = IORING_OP_FSYNC;
                opFlags = dataOnly ? IORING_FSYNC_DATASYNC : 0;
            }
            case Fallocate(_, var how, var offset, var length) -> {
                opcode = IORING_OP_FALLOCATE;
                off = offset;
                addr = length;
                len = Numbers.of(how);
            }
            case Truncate(_, var size) -> {
                opcode = IORING_OP_FTRUNCATE;
                off = size;
            }
            case Advise(_, var advice, var offset, var length) -> {
                opcode = IORING_OP_FADVISE;
                off = offset;
                len = length;
                opFlags = Numbers.of(advice);
            }
            case Status(var file, var path, var followLinks) -> {
                opcode = IORING_OP_STATX;
                fd = number(file, AT_FDCWD);
                addr = sides.path(index, 0, path == null ? "" : path.toString());
                len = STATX_BASIC_STATS;
                off = memory.result(op, token);
                opFlags = path == null ? AT_EMPTY_PATH : followLinks ? 0 : AT_SYMLINK_NOFOLLOW;
            }
            case Rename(var from, var to, var how) -> {
                paths(index, IORING_OP_RENAMEAT, from.toString(), to.toString());
                opFlags = Numbers.of(how);
            }
            case HardLink(var existing, var added) ->
                    paths(index, IORING_OP_LINKAT, existing.toString(), added.toString());
            case SymbolicLink(var linked, var added) -> {
                paths(index, IORING_OP_SYMLINKAT, linked.toString(), added.toString());
                len = 0;
            }
            case Unlink(var path, var directory) -> {
                path(index, IORING_OP_UNLINKAT, path.toString());
                opFlags = directory ? AT_REMOVEDIR : 0;
            }
            case MakeDirectory(var path, var mode) -> {
                path(index, IORING_OP_MKDIRAT, path.toString());
                len = mode;
            }
            case Splice(var from, var fromOffset, _, var toOffset, var length) -> {
                opcode = IORING_OP_SPLICE;
                off = toOffset;
                addr = fromOffset;
                len = length;
                spliceFrom(from);
            }
            case Tee(var from, _, var length) -> {
                opcode = IORING_OP_TEE;
                len = length;
                spliceFrom(from);
            }
            case Pipe _ -> {
                opcode = IORING_OP_PIPE;
                fd = 0;
                addr = memory.result(op, token);
                opFlags = O_CLOEXEC;
            }
            case Poll(_, var events) -> {
                opcode = IORING_OP_POLL_ADD;
                opFlags = PollEvent.bits(events);
            }
            case PollEach(_, var events) -> {
                opcode = IORING_OP_POLL_ADD;
                len = IORING_POLL_ADD_MULTI;
                opFlags = PollEvent.bits(events);
            }
            case Timeout(var until, var completions, var clock) -> {
                opcode = IORING_OP_TIMEOUT;
                off = completions;
                addr = time(index, until, nowNanos);
                len = 1;
                opFlags |= IORING_TIMEOUT_ETIME_SUCCESS | Numbers.of(clock);
            }
            case LinkTimeout(var bound) -> {
                opcode = IORING_OP_LINK_TIMEOUT;
                addr = time(index, bound, nowNanos);
                len = 1;
            }
            case UpdateTimeout(var timeout, var until) -> {
                opcode = IORING_OP_TIMEOUT_REMOVE;
                addr = timeout.token();
                off = time(index, until, nowNanos);
                opFlags |= IORING_TIMEOUT_UPDATE;
            }
            case Cancel(var target) -> {
                opcode = IORING_OP_ASYNC_CANCEL;
                switch (target) {
                    case Cancel.Target.One(var operation) -> addr = operation.token();
                    case Cancel.Target.On _ ->
                            opFlags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_FD;
                    case Cancel.Target.Everything _ ->
                            opFlags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY;
                }
            }
            case MessageRing(_, var message) -> {
                opcode = IORING_OP_MSG_RING;
                off = Driver.MESSAGE | message;
            }
            case WaitProcess(var pid, var reap) -> {
                opcode = IORING_OP_WAITID;
                fd = pid;
                len = P_PID;
                off = memory.result(op, token);
                fileIndex = WEXITED | (reap ? 0 : WNOWAIT);
            }
            case FutexWait(var word, var expected) ->
                    futex(IORING_OP_FUTEX_WAIT, word, Integer.toUnsignedLong(expected));
            case FutexWake(var word, var most) -> futex(IORING_OP_FUTEX_WAKE, word, most);
        }
        store(index, token);
    }

    /// Sets a standing read of 8 bytes: the wake-up on kernels without a better one.
    void writeRead(int index, int from, MemorySegment into, long token) {
        clear();
        opcode = IORING_OP_READ;
        fd = from;
        addr = into.address();
        len = (int) into.byteSize();
        store(index, token);
    }

    /// Posts a completion that wakes the loop of another ring.
    void writeWake(int index, int otherRing, long token) {
        clear();
        opcode = IORING_OP_MSG_RING;
        fd = otherRing;
        off = Wakeup.OF_OTHER;
        store(index, token);
    }

    private void clear() {
        ioprio = 0;
        flags = 0;
        off = 0;
        addr = 0;
        len = 0;
        opFlags = 0;
        bufGroup = 0;
        fileIndex = 0;
        addr3 = 0;
    }

    /// Stores the entry, in the order of the header: opcode, flags, ioprio, fd | off | addr | len, op flags | user_data |
    /// buf_group, personality, file_index | addr3 | pad. All eight words, since the place may hold an old entry.
    private void store(int index, long token) {
        long at = sqes + (long) index * Ring.SQE_BYTES;
        MEMORY.set(JAVA_LONG, at, opcode | flags << 8 | (long) ioprio << 16 | (long) fd << 32);
        MEMORY.set(JAVA_LONG, at + 8, off);
        MEMORY.set(JAVA_LONG, at + 16, addr);
        MEMORY.set(JAVA_LONG, at + 24, Integer.toUnsignedLong(len) | (long) opFlags << 32);
        MEMORY.set(JAVA_LONG, at + 32, token);
        MEMORY.set(JAVA_LONG, at + 40, bufGroup | (long) fileIndex << 32);
        MEMORY.set(JAVA_LONG, at + 48, addr3);
        MEMORY.set(JAVA_LONG, at + 56, 0L);
    }

    private void region(Buffer buffer) {
        var region = (Region) buffer;
        addr = region.address();
        len = region.size();
    }

    /// The same with a registered buffer, if it is a transfer at an offset and lies in one.
    private void fixed(int code) {
        int found = registered == null || off < 0 ? -1 : registered.find(addr, len);
        if (found >= 0) {
            opcode = code;
            bufGroup = found; // buf_index
        }
    }

    private void open(int index, Open open, int more) {
        opcode = IORING_OP_OPENAT2;
        fd = number(open.directory(), AT_FDCWD);
        addr = sides.path(index, 0, open.path().toString());
        len = EntrySides.OPEN_HOW_BYTES;
        off = sides.openHow(index, open, more);
    }

    private void path(int index, int code, String path) {
        opcode = code;
        fd = AT_FDCWD;
        addr = sides.path(index, 0, path);
    }

    private void paths(int index, int code, String first, String second) {
        path(index, code, first);
        len = AT_FDCWD;
        off = sides.path(index, 1, second);
    }

    private void socketOption(int command, SocketOption option) {
        opcode = IORING_OP_URING_CMD;
        off = command;
        addr = Numbers.level(option) | (long) Numbers.of(option) << 32;
        fileIndex = Integer.BYTES; // optlen
    }

    private void spliceFrom(Fd from) {
        fileIndex = from.number(); // splice_fd_in
        opFlags = from.isSlot() ? SPLICE_F_FD_IN_FIXED : 0;
    }

    private void futex(int code, Buffer word, long value) {
        opcode = code;
        fd = FUTEX2_SIZE_U32 | FUTEX2_PRIVATE;
        addr = ((Region) word).address();
        off = value;
        addr3 = Integer.toUnsignedLong(FUTEX_BITSET_MATCH_ANY);
    }

    private long time(int index, Bound bound, long nowNanos) {
        opFlags |= bound instanceof Bound.After ? 0 : IORING_TIMEOUT_ABS;
        return sides.time(index, bound, nowNanos);
    }

    private static int number(@Nullable Fd fd, int none) {
        return fd == null ? none : fd.number();
    }
}
