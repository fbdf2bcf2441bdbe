package dev.catena.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Says in the kernel's words what an operation becomes: the fields of its `struct io_uring_sqe` and the names of the
/// flags in them, as far as they are known before it is submitted. Addresses are given by what they point to.
final class Explanation {
    private static final int CURRENT_DIRECTORY = -100; // AT_FDCWD

    private Explanation() {}

    /// One line: the operation's name, its fields, its `IOSQE_` flags.
    static String of(Sqe sqe) {
        var line = new StringBuilder(sqe.op().opcode());
        fields(sqe.op()).forEach(field -> line.append(' ').append(field));
        var flags = new StringJoiner("|", " flags=", "").setEmptyValue("");
        name(flags, sqe.flags(), Sqe.FIXED_FILE, "FIXED_FILE");
        name(flags, sqe.flags(), Sqe.DRAIN, "IO_DRAIN");
        name(flags, sqe.flags(), Sqe.LINK, "IO_LINK");
        name(flags, sqe.flags(), Sqe.HARDLINK, "IO_HARDLINK");
        if (sqe.op() instanceof RecvEach) {
            flags.add("BUFFER_SELECT");
        }
        name(flags, sqe.flags(), Sqe.SKIP_SUCCESS, "CQE_SKIP_SUCCESS");
        return line.append(flags).toString();
    }

    private static void name(StringJoiner names, int flags, int bit, String name) {
        if ((flags & bit) != 0) {
            names.add(name);
        }
    }

    /// The fields that say what the operation does, `name=value`.
    private static List<String> fields(Op<?> op) {
        var fields = new ArrayList<String>();
        var fd = op.fd();
        if (fd != null && !(op instanceof Close)) {
            fields.add("fd=" + fd.number());
        }
        switch (op) {
            case Nop _, SocketName _ -> {}
            case Pipe _ -> fields.add("pipe_flags=O_CLOEXEC");
            case Shutdown(_, var direction) -> fields.add("len=" + KernelNames.of(direction));
            case Listen(_, var backlog) -> fields.add("len=" + backlog);
            case Read(_, var buffer, var offset) -> transfer(fields, offset, buffer.size());
            case Write(_, var buffer, var offset) -> transfer(fields, offset, buffer.size());
            case ReadVector(_, var buffers, var offset) -> transfer(fields, offset, buffers.size());
            case WriteVector(_, var buffers, var offset) ->
                    transfer(fields, offset, buffers.size());
            case Recv(_, var buffer, var all) ->
                    message(fields, buffer.size(), all ? "MSG_WAITALL" : "");
            case Send(_, var buffer, var all) ->
                    message(
                            fields,
                            buffer.size(),
                            all ? "MSG_WAITALL|MSG_NOSIGNAL" : "MSG_NOSIGNAL");
            case SendZeroCopy(_, var buffer) ->
                    message(fields, buffer.size(), "MSG_WAITALL|MSG_NOSIGNAL");
            case SendMsg _ -> message(fields, 1, "MSG_NOSIGNAL");
            case RecvMsg _ -> message(fields, 1, "MSG_CMSG_CLOEXEC");
            case RecvEach _ -> fields.add("ioprio=RECV_MULTISHOT");
            case Open open -> opening(fields, open, 0);
            case OpenInto(var open, var slot) -> opening(fields, open, slot.number() + 1);
            case Close(var closed) ->
                    fields.add(
                            closed.isSlot()
                                    ? "file_index=" + (closed.number() + 1)
                                    : "fd=" + closed.number());
            case Fsync(_, var dataOnly) ->
                    flags(fields, "fsync_flags", dataOnly ? "FSYNC_DATASYNC" : "");
            case Fallocate(_, var how, var offset, var length) -> {
                fields.add("off=" + offset);
                fields.add("addr=" + length);
                flags(fields, "len", KernelNames.of(how));
            }
            case Truncate(_, var size) -> fields.add("off=" + size);
            case Advise(_, var advice, var offset, var length) -> {
                transfer(fields, offset, length);
                fields.add("fadvise_advice=" + KernelNames.of(advice));
            }
            case Status(var file, var path, var followLinks) -> {
                if (file == null) {
                    fields.add("fd=" + CURRENT_DIRECTORY);
                }
                fields.add("addr=\"" + (path == null ? "" : path) + "\"");
                flags(
                        fields,
                        "statx_flags",
                        path == null ? "AT_EMPTY_PATH" : followLinks ? "" : "AT_SYMLINK_NOFOLLOW");
            }
            case Rename(var from, var to, var how) -> paths(fields, from, to, KernelNames.of(how));
            case HardLink(var existing, var added) -> paths(fields, existing, added, "");
            case SymbolicLink(var target, var added) -> paths(fields, target, added, "");
            case Unlink(var path, var directory) -> {
                fields.add("addr=\"" + path + "\"");
                flags(fields, "unlink_flags", directory ? "AT_REMOVEDIR" : "");
            }
            case MakeDirectory(var path, var mode) -> {
                fields.add("addr=\"" + path + "\"");
                fields.add("len=0" + Integer.toOctalString(mode));
            }
            case Splice(var from, var fromOffset, _, var toOffset, var length) -> {
                transfer(fields, toOffset, length);
                spliceFrom(fields, from);
                fields.add("splice_off_in=" + fromOffset);
            }
            case Tee(var from, _, var length) -> {
                fields.add("len=" + length);
                spliceFrom(fields, from);
            }
            case Socket(var family, var type) -> {
                fields.add("fd=" + KernelNames.of(family));
                fields.add("off=" + KernelNames.of(type) + "|SOCK_CLOEXEC");
            }
            case Bind(_, var address) -> fields.add("addr=" + address);
            case Connect(_, var address) -> fields.add("addr=" + address);
            case Accept _ -> fields.add("accept_flags=SOCK_CLOEXEC");
            case AcceptEach _ -> {
                fields.add("ioprio=ACCEPT_MULTISHOT");
                fields.add("accept_flags=SOCK_CLOEXEC");
            }
            case SetSocketOption(_, var option, var value) -> {
                option(fields, "SOCKET_URING_OP_SETSOCKOPT", option);
                fields.add("optval=" + value);
            }
            case GetSocketOption(_, var option) ->
                    option(fields, "SOCKET_URING_OP_GETSOCKOPT", option);
            case Poll(_, var events) -> fields.add("poll_events=" + KernelNames.ofEvents(events));
            case PollEach(_, var events) -> {
                fields.add("poll_events=" + KernelNames.ofEvents(events));
                fields.add("len=POLL_ADD_MULTI");
            }
            case Timeout(var until, var completions, var clock) -> {
                fields.add("off=" + completions);
                time(
                        fields,
                        until,
                        (clock == Clock.MONOTONIC ? "" : "TIMEOUT_" + clock + "|")
                                + "TIMEOUT_ETIME_SUCCESS");
            }
            case LinkTimeout(var bound) -> time(fields, bound, "");
            case UpdateTimeout(var timeout, var until) -> {
                fields.add("addr=" + hex(timeout.token()));
                fields.add("addr2=" + until);
                flags(
                        fields,
                        "timeout_flags",
                        isAbsolute(until) ? "TIMEOUT_ABS|TIMEOUT_UPDATE" : "TIMEOUT_UPDATE");
            }
            case Cancel(var target) ->
                    fields.add(
                            switch (target) {
                                case Cancel.Target.One(var operation) ->
                                        "addr=" + hex(operation.token());
                                case Cancel.Target.On _ ->
                                        "cancel_flags=ASYNC_CANCEL_ALL|ASYNC_CANCEL_FD";
                                case Cancel.Target.Everything _ ->
                                        "cancel_flags=ASYNC_CANCEL_ALL|ASYNC_CANCEL_ANY";
                            });
            // the highest bit tells messages from the completions of the other ring's own
            // operations
            case MessageRing(_, var message) -> fields.add("off=" + hex(Long.MIN_VALUE | message));
            case WaitProcess(var pid, var reap) -> {
                fields.add("fd=" + pid);
                fields.add("len=P_PID");
                fields.add("waitid_flags=WEXITED" + (reap ? "" : "|WNOWAIT"));
            }
            case FutexWait(_, var expected) ->
                    fields.add("addr2=" + Integer.toUnsignedLong(expected));
            case FutexWake(_, var most) -> fields.add("addr2=" + most);
        }
        return fields;
    }

    private static void transfer(List<String> fields, long offset, long length) {
        fields.add("off=" + offset);
        fields.add("len=" + length);
    }

    private static void message(List<String> fields, int length, String flags) {
        fields.add("len=" + length);
        flags(fields, "msg_flags", flags);
    }

    private static void opening(List<String> fields, Open open, int fileIndex) {
        if (open.directory() == null) {
            fields.add("fd=" + CURRENT_DIRECTORY);
        }
        fields.add("addr=\"" + open.path() + "\"");
        var names = KernelNames.joined(KernelNames.ofFlags(open.flags()));
        fields.add("open_how=" + names + (fileIndex == 0 ? "|O_CLOEXEC" : ""));
        if (open.flags().contains(OpenFlag.CREATE) || open.flags().contains(OpenFlag.TEMPORARY)) {
            fields.add("mode=0" + Integer.toOctalString(open.mode()));
        }
        flags(fields, "resolve", KernelNames.ofRules(open.resolve()));
        if (fileIndex != 0) {
            fields.add("file_index=" + fileIndex);
        }
    }

    private static void paths(List<String> fields, Object first, Object second, String flags) {
        fields.add("addr=\"" + first + "\"");
        fields.add("addr2=\"" + second + "\"");
        flags(fields, "rename_flags", flags);
    }

    private static void time(List<String> fields, Bound bound, String flags) {
        var names = new StringJoiner("|").setEmptyValue("");
        if (isAbsolute(bound)) {
            names.add("TIMEOUT_ABS");
        }
        if (!flags.isEmpty()) {
            names.add(flags);
        }
        fields.add("addr=" + bound);
        flags(fields, "timeout_flags", names.toString());
    }

    private static void flags(List<String> fields, String name, @Nullable String names) {
        if (names != null && !names.isEmpty()) {
            fields.add(name + "=" + names);
        }
    }

    private static boolean isAbsolute(Bound bound) {
        return !(bound instanceof Bound.After);
    }

    private static void spliceFrom(List<String> fields, Fd from) {
        fields.add("splice_fd_in=" + from.number());
        flags(fields, "splice_flags", from.isSlot() ? "SPLICE_F_FD_IN_FIXED" : "");
    }

    private static void option(List<String> fields, String command, SocketOption option) {
        fields.add("cmd_op=" + command);
        fields.add("level=" + KernelNames.level(option));
        fields.add("optname=" + KernelNames.of(option));
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
