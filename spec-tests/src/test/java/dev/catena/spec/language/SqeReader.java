package dev.catena.spec.language;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/// Reads a `struct io_uring_sqe` (`linux/io_uring.h`) as the kernel would, knowing nothing of the code that wrote it, and says
/// it in a line: the operation, its fields, its flags.
///
/// Every field of the entry that is not zero must be read by the case for its opcode, or by [#constant] with the one value
/// it may have: nothing that could mean something to the kernel goes without being said or checked.
@SuppressWarnings("restricted") // it follows the pointers of entries
final class SqeReader {
    private static final int BYTES = 64;

    private static final int AT_FDCWD = -100;

    // stands in a line for a field that says nothing
    private static final String NOTHING = "\0";

    private final MemorySegment entry;
    private final Set<String> unread = new LinkedHashSet<>();
    private final StringJoiner line = new StringJoiner(" ");

    private SqeReader(MemorySegment entry) {
        this.entry = entry;
    }

    /// What the entry at an index says.
    static String read(MemorySegment entries, int index) throws IOException {
        return new SqeReader(entries.asSlice((long) index * BYTES, BYTES)).read();
    }

    private String read() throws IOException {
        noteNonZero();
        switch (entry.get(JAVA_BYTE, 0)) {
            case 0 -> line.add("NOP").add(none("fd", -1));
            case 1, 2, 22, 23 -> {
                int code = entry.get(JAVA_BYTE, 0);
                line.add(
                        code == 1 ? "READV" : code == 2 ? "WRITEV" : code == 22 ? "READ" : "WRITE");
                pointer("addr");
                line.add(fd()).add("off=" + word("off")).add("len=" + number("len"));
            }
            case 3 -> {
                line.add("FSYNC").add(fd());
                flags("fsync_flags", number("op_flags"), Map.of(1, "FSYNC_DATASYNC"));
            }
            case 6 -> {
                line.add("POLL_ADD").add(fd());
                var events = new LinkedHashMap<Integer, String>();
                events.put(1, "POLLIN");
                events.put(4, "POLLOUT");
                events.put(8, "POLLERR");
                events.put(0x10, "POLLHUP");
                events.put(0x2000, "POLLRDHUP");
                flags("poll_events", number("op_flags"), events);
                flags("len", number("len"), Map.of(1, "POLL_ADD_MULTI"));
            }
            case 9, 10 -> {
                boolean sends = entry.get(JAVA_BYTE, 0) == 9;
                line.add(sends ? "SENDMSG" : "RECVMSG").add(fd());
                pointer("addr");
                line.add("len=" + number("len"));
                messageFlags();
            }
            case 11 -> {
                line.add("TIMEOUT").add(none("fd", -1)).add("off=" + word("off"));
                constant("len", 1);
                time("addr", word("addr"));
            }
            case 12 -> {
                line.add("TIMEOUT_REMOVE").add(none("fd", -1));
                line.add("addr=0x" + Long.toHexString(word("addr")));
                time("addr2", word("off"));
            }
            case 13 -> accept();
            case 14 -> {
                line.add("ASYNC_CANCEL");
                int how = number("op_flags");
                line.add((how & 2) != 0 ? fd() : none("fd", -1));
                if (how == 0) {
                    line.add("addr=0x" + Long.toHexString(word("addr")));
                }
                var names = new LinkedHashMap<Integer, String>();
                names.put(1, "ASYNC_CANCEL_ALL");
                names.put(2, "ASYNC_CANCEL_FD");
                names.put(4, "ASYNC_CANCEL_ANY");
                flags("cancel_flags", how, names);
            }
            case 15 -> {
                line.add("LINK_TIMEOUT").add(none("fd", -1));
                constant("len", 1);
                time("addr", word("addr"));
            }
            case 16, 56 -> {
                line.add(entry.get(JAVA_BYTE, 0) == 16 ? "CONNECT" : "BIND").add(fd());
                line.add("addr=" + address(word("addr"), (int) word("off")));
            }
            case 17 -> {
                line.add("FALLOCATE").add(fd());
                line.add("off=" + word("off")).add("addr=" + word("addr"));
                var names = new LinkedHashMap<Integer, String>();
                names.put(2, "FALLOC_FL_PUNCH_HOLE");
                names.put(1, "FALLOC_FL_KEEP_SIZE");
                names.put(16, "FALLOC_FL_ZERO_RANGE");
                flags("len", number("len"), names);
            }
            case 19 -> {
                int index = number("file_index");
                line.add("CLOSE").add(index != 0 ? "file_index=" + index : fd());
            }
            case 21 -> {
                line.add("STATX").add(fd());
                pointer("off");
                constant("len", 0x7ff);
                line.add("addr=\"" + text(word("addr")) + "\"");
                flags(
                        "statx_flags",
                        number("op_flags"),
                        Map.of(0x1000, "AT_EMPTY_PATH", 0x100, "AT_SYMLINK_NOFOLLOW"));
            }
            case 24 -> {
                line.add("FADVISE").add(fd());
                line.add("off=" + word("off")).add("len=" + number("len"));
                line.add("fadvise_advice=" + ADVICE[number("op_flags")]);
            }
            case 26, 47 -> {
                line.add(entry.get(JAVA_BYTE, 0) == 26 ? "SEND" : "SEND_ZC").add(fd());
                pointer("addr");
                line.add("len=" + number("len"));
                messageFlags();
            }
            case 27 -> {
                line.add("RECV").add(fd());
                if (number("ioprio") == 2) {
                    line.add("ioprio=RECV_MULTISHOT");
                } else {
                    pointer("addr");
                    line.add("len=" + number("len"));
                    messageFlags();
                }
            }
            case 28 -> open();
            case 30 -> {
                line.add("SPLICE").add(fd());
                line.add("off=" + word("off")).add("len=" + number("len"));
                spliceFrom();
                line.add("splice_off_in=" + word("addr"));
            }
            case 33 -> {
                line.add("TEE").add(fd()).add("len=" + number("len"));
                spliceFrom();
            }
            case 34 -> {
                line.add("SHUTDOWN").add(fd());
                line.add("len=" + new String[] {"SHUT_RD", "SHUT_WR", "SHUT_RDWR"}[number("len")]);
            }
            case 35, 38, 39 -> {
                int code = entry.get(JAVA_BYTE, 0);
                line.add(code == 35 ? "RENAMEAT" : code == 38 ? "SYMLINKAT" : "LINKAT");
                none("fd", AT_FDCWD);
                if (code != 38) {
                    constant("len", AT_FDCWD);
                }
                line.add("addr=\"" + text(word("addr")) + "\"");
                line.add("addr2=\"" + text(word("off")) + "\"");
                flags(
                        "rename_flags",
                        number("op_flags"),
                        Map.of(1, "RENAME_NOREPLACE", 2, "RENAME_EXCHANGE"));
            }
            case 36 -> {
                line.add("UNLINKAT").add(none("fd", AT_FDCWD));
                line.add("addr=\"" + text(word("addr")) + "\"");
                flags("unlink_flags", number("op_flags"), Map.of(0x200, "AT_REMOVEDIR"));
            }
            case 37 -> {
                line.add("MKDIRAT").add(none("fd", AT_FDCWD));
                line.add("addr=\"" + text(word("addr")) + "\"");
                line.add("len=0" + Integer.toOctalString(number("len")));
            }
            case 40 -> {
                line.add("MSG_RING").add(fd());
                line.add("off=0x" + Long.toHexString(word("off")));
            }
            case 45 -> {
                line.add("SOCKET");
                line.add(
                        "fd="
                                + Map.of(1, "AF_UNIX", 2, "AF_INET", 10, "AF_INET6")
                                        .get(number("fd")));
                long type = word("off");
                line.add(
                        "off="
                                + ((type & 0xf) == 1 ? "SOCK_STREAM" : "SOCK_DGRAM")
                                + ((type & ~0xfL) == 0x80000 ? "|SOCK_CLOEXEC" : "|" + type));
            }
            case 46 -> socketOption();
            case 50 -> {
                line.add("WAITID").add("fd=" + number("fd"));
                pointer("off");
                line.add("len=" + (number("len") == 1 ? "P_PID" : number("len")));
                var names = new LinkedHashMap<Integer, String>();
                names.put(4, "WEXITED");
                names.put(0x1000000, "WNOWAIT");
                flags("waitid_flags", number("file_index"), names);
            }
            case 51, 52 -> {
                line.add(entry.get(JAVA_BYTE, 0) == 51 ? "FUTEX_WAIT" : "FUTEX_WAKE");
                none("fd", 2 | 128); // FUTEX2_SIZE_U32, FUTEX2_PRIVATE
                pointer("addr");
                constant("addr3", 0xffffffffL); // FUTEX_BITSET_MATCH_ANY
                line.add("addr2=" + word("off"));
            }
            case 55 -> line.add("FTRUNCATE").add(fd()).add("off=" + word("off"));
            case 57 -> line.add("LISTEN").add(fd()).add("len=" + number("len"));
            case 62 -> {
                line.add("PIPE").add(none("fd", 0));
                pointer("addr");
                flags("pipe_flags", number("op_flags"), Map.of(0x80000, "O_CLOEXEC"));
            }
            default -> throw new IllegalStateException("unknown opcode " + entry.get(JAVA_BYTE, 0));
        }
        entryFlags();
        if (!unread.isEmpty()) {
            throw new IllegalStateException(line + ": not zero, and not expected: " + unread);
        }
        return line.toString().replace(" " + NOTHING, "");
    }

    private static final String[] ADVICE = {
        "POSIX_FADV_NORMAL",
        "POSIX_FADV_RANDOM",
        "POSIX_FADV_SEQUENTIAL",
        "POSIX_FADV_WILLNEED",
        "POSIX_FADV_DONTNEED"
    };

    private void accept() {
        line.add("ACCEPT").add(fd());
        if (number("ioprio") == 1) {
            line.add("ioprio=ACCEPT_MULTISHOT");
        }
        flags("accept_flags", number("op_flags"), Map.of(0x80000, "SOCK_CLOEXEC"));
    }

    private void open() {
        line.add("OPENAT2").add(fd());
        constant("len", 24);
        var how = MemorySegment.ofAddress(word("off")).reinterpret(24);
        long bits = how.get(JAVA_LONG_UNALIGNED, 0);
        long mode = how.get(JAVA_LONG_UNALIGNED, 8);
        long rules = how.get(JAVA_LONG_UNALIGNED, 16);
        line.add("addr=\"" + text(word("addr")) + "\"");
        var names = new LinkedHashMap<Integer, String>();
        names.put(0x40, "O_CREAT");
        names.put(0x80, "O_EXCL");
        names.put(0x200, "O_TRUNC");
        names.put(0x400, "O_APPEND");
        names.put(0x4000, "O_DIRECT");
        names.put(0x1000, "O_DSYNC");
        names.put(0x10000, "O_DIRECTORY");
        names.put(0x20000, "O_NOFOLLOW");
        names.put(0x410000, "O_TMPFILE");
        names.put(0x80000, "O_CLOEXEC");
        boolean temporary = (bits & 0x410000) == 0x410000;
        names.remove(temporary ? 0x10000 : 0x410000);
        var access = new String[] {"O_RDONLY", "O_WRONLY", "O_RDWR"}[(int) bits & 3];
        var others = names((int) bits & ~3, names);
        line.add("open_how=" + access + (others.isEmpty() ? "" : "|" + others));
        boolean creates = temporary || (bits & 0x40) != 0;
        if (creates) {
            line.add("mode=0" + Long.toOctalString(mode));
        } else if (mode != 0) {
            throw new IllegalStateException("a mode without a creation is refused by the kernel");
        }
        var ruleNames = new LinkedHashMap<Integer, String>();
        ruleNames.put(8, "RESOLVE_BENEATH");
        ruleNames.put(16, "RESOLVE_IN_ROOT");
        ruleNames.put(4, "RESOLVE_NO_SYMLINKS");
        ruleNames.put(2, "RESOLVE_NO_MAGICLINKS");
        ruleNames.put(1, "RESOLVE_NO_XDEV");
        flags("resolve", (int) rules, ruleNames);
        int index = number("file_index");
        if (index != 0) {
            line.add("file_index=" + index);
        }
    }

    private void socketOption() {
        line.add("URING_CMD").add(fd());
        long command = word("off");
        long option = word("addr");
        int level = (int) option;
        int name = (int) (option >>> 32);
        constant("file_index", Integer.BYTES); // optlen
        line.add("cmd_op=SOCKET_URING_OP_" + (command == 3 ? "SETSOCKOPT" : "GETSOCKOPT"));
        line.add("level=" + (level == 1 ? "SOL_SOCKET" : level == 6 ? "IPPROTO_TCP" : "" + level));
        line.add(
                "optname="
                        + (level == 6
                                ? Map.of(1, "TCP_NODELAY").get(name)
                                : Map.of(
                                                2, "SO_REUSEADDR",
                                                7, "SO_SNDBUF",
                                                8, "SO_RCVBUF",
                                                9, "SO_KEEPALIVE",
                                                15, "SO_REUSEPORT")
                                        .get(name)));
        long value = word("addr3");
        if (command == 3) {
            line.add(
                    "optval="
                            + MemorySegment.ofAddress(value)
                                    .reinterpret(4)
                                    .get(JAVA_INT_UNALIGNED, 0));
        }
    }

    private void spliceFrom() {
        line.add("splice_fd_in=" + number("file_index"));
        flags(
                "splice_flags",
                number("op_flags"),
                Map.of(Integer.MIN_VALUE, "SPLICE_F_FD_IN_FIXED"));
    }

    private void messageFlags() {
        var names = new LinkedHashMap<Integer, String>();
        names.put(0x100, "MSG_WAITALL");
        names.put(0x4000, "MSG_NOSIGNAL");
        names.put(0x40000000, "MSG_CMSG_CLOEXEC");
        flags("msg_flags", number("op_flags"), names);
    }

    /// A `struct __kernel_timespec` and the flags that say what it means.
    private void time(String field, long pointer) {
        int how = number("op_flags");
        var timespec = MemorySegment.ofAddress(pointer).reinterpret(16);
        var length =
                Duration.ofSeconds(
                        timespec.get(JAVA_LONG_UNALIGNED, 0), timespec.get(JAVA_LONG_UNALIGNED, 8));
        line.add(
                field
                        + "="
                        + ((how & 1) == 0
                                ? "within(" + length + ")"
                                : "by(" + length.toNanos() + ")"));
        var names = new LinkedHashMap<Integer, String>();
        names.put(1, "TIMEOUT_ABS");
        names.put(4, "TIMEOUT_BOOTTIME");
        names.put(8, "TIMEOUT_REALTIME");
        names.put(2, "TIMEOUT_UPDATE");
        names.put(32, "TIMEOUT_ETIME_SUCCESS");
        flags("timeout_flags", how, names);
    }

    private void entryFlags() {
        var names = new LinkedHashMap<Integer, String>();
        names.put(1, "FIXED_FILE");
        names.put(2, "IO_DRAIN");
        names.put(4, "IO_LINK");
        names.put(8, "IO_HARDLINK");
        names.put(32, "BUFFER_SELECT");
        names.put(64, "CQE_SKIP_SUCCESS");
        flags("flags", entry.get(JAVA_BYTE, 1), names);
    }

    // ---------------------------------------------------------------- the fields of the entry

    private void noteNonZero() {
        for (var field :
                new String[] {"ioprio", "fd", "len", "op_flags", "buf_group", "file_index"}) {
            if (peek(field) != 0) {
                unread.add(field);
            }
        }
        for (var field : new String[] {"off", "addr", "addr3", "pad"}) {
            if (peekWord(field) != 0) {
                unread.add(field);
            }
        }
    }

    private int peek(String field) {
        return switch (field) {
            case "ioprio" -> Short.toUnsignedInt(entry.get(JAVA_SHORT_UNALIGNED, 2));
            case "fd" -> entry.get(JAVA_INT_UNALIGNED, 4);
            case "len" -> entry.get(JAVA_INT_UNALIGNED, 24);
            case "op_flags" -> entry.get(JAVA_INT_UNALIGNED, 28);
            case "buf_group" -> entry.get(JAVA_INT_UNALIGNED, 40); // and personality
            case "file_index" -> entry.get(JAVA_INT_UNALIGNED, 44);
            default -> throw new IllegalArgumentException(field);
        };
    }

    private long peekWord(String field) {
        return switch (field) {
            case "off" -> entry.get(JAVA_LONG_UNALIGNED, 8);
            case "addr" -> entry.get(JAVA_LONG_UNALIGNED, 16);
            case "addr3" -> entry.get(JAVA_LONG_UNALIGNED, 48);
            case "pad" -> entry.get(JAVA_LONG_UNALIGNED, 56);
            default -> throw new IllegalArgumentException(field);
        };
    }

    private int number(String field) {
        unread.remove(field);
        return peek(field);
    }

    private long word(String field) {
        unread.remove(field);
        return peekWord(field);
    }

    private String fd() {
        return "fd=" + number("fd");
    }

    /// A descriptor field that says nothing, since it must have this value.
    private String none(String field, int value) {
        constant(field, value);
        return NOTHING;
    }

    private void constant(String field, long value) {
        boolean isWord = field.startsWith("addr") || field.equals("off");
        long found = isWord ? word(field) : number(field);
        if (found != value) {
            throw new IllegalStateException(field + " must be " + value + ", is " + found);
        }
    }

    private void pointer(String field) {
        if (word(field) == 0) {
            throw new IllegalStateException(field + " must point to something");
        }
    }

    private void flags(String field, int bits, Map<Integer, String> names) {
        var text = names(bits, names);
        if (!text.isEmpty()) {
            line.add(field + "=" + text);
        }
    }

    private static String names(int bits, Map<Integer, String> names) {
        var joined = new StringJoiner("|");
        int left = bits;
        for (var name : names.entrySet()) {
            if ((bits & name.getKey()) == name.getKey()) {
                joined.add(name.getValue());
                left &= ~name.getKey();
            }
        }
        if (left != 0) {
            joined.add("0x" + Integer.toHexString(left));
        }
        return joined.toString();
    }

    private static String text(long pointer) {
        return MemorySegment.ofAddress(pointer).reinterpret(4096).getString(0);
    }

    private static String address(long pointer, int length) throws IOException {
        var bytes = MemorySegment.ofAddress(pointer).reinterpret(length).toArray(JAVA_BYTE);
        int family = bytes[0];
        if (family == 1) {
            return UnixDomainSocketAddress.of(
                            new String(bytes, 2, length - 3, StandardCharsets.UTF_8))
                    .toString();
        }
        int size = family == 2 ? 4 : 16;
        var inet = new byte[size];
        System.arraycopy(bytes, family == 2 ? 4 : 8, inet, 0, size);
        int port = (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
        return new InetSocketAddress(InetAddress.getByAddress(inet), port).toString();
    }
}
