package dev.catena.spec;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.Op;
import dev.catena.ops.Read;
import dev.catena.ops.SetSocketOption;
import dev.catena.ops.SocketOption;
import dev.catena.ops.Sqe;
import dev.catena.ops.spi.Descriptor;
import dev.catena.ops.spi.Region;
import dev.catena.proactor.driver.Driver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// The numbers that the driver and the kernel must agree on, against the C headers of this machine. Names that an older
/// header does not know are reported and left out.
@NotOn(
        value = {DriverOfTests.PORTABLE, DriverOfTests.SIM},
        why = "compares with the kernel's headers")
class UringHeaderTest {
    private static final String PACKAGE = "dev.catena.proactor.uring.";
    private static final String[] HEADERS = {
        "stddef.h",
        "errno.h",
        "fcntl.h",
        "poll.h",
        "signal.h",
        "spawn.h",
        "stdio.h",
        "sys/eventfd.h",
        "sys/mman.h",
        "sys/resource.h",
        "sys/socket.h",
        "sys/stat.h",
        "sys/syscall.h",
        "sys/uio.h",
        "sys/un.h",
        "sys/wait.h",
        "netinet/in.h",
        "netinet/tcp.h",
        "linux/futex.h",
        "linux/io_uring.h",
        "linux/openat2.h",
    };

    @TempDir Path folder;

    private final Map<String, Long> ours = new LinkedHashMap<>();

    @Test
    void shouldAgreeWithTheHeadersOnEveryConstant(TestReporter reporter) throws Exception {
        constants("IoUring", "");
        constants("Abi", "");
        for (var errno : Errno.values()) {
            if (errno != Errno.UNKNOWN) {
                ours.put(errno.name(), (long) errno.number());
            }
        }
        ours.put("IOSQE_IO_DRAIN", (long) Sqe.DRAIN);
        ours.put("IOSQE_IO_LINK", (long) Sqe.LINK);
        ours.put("IOSQE_IO_HARDLINK", (long) Sqe.HARDLINK);
        ours.put("IORING_CQE_F_MORE", (long) Driver.MORE);
        own("Syscalls", "EINTR", "EINTR");
        own("Syscalls", "IO_URING_SETUP", "__NR_io_uring_setup");
        own("Syscalls", "IO_URING_ENTER", "__NR_io_uring_enter");
        own("Syscalls", "IO_URING_REGISTER", "__NR_io_uring_register");
        own("Syscalls", "PROT_READ_WRITE", "PROT_READ | PROT_WRITE");
        own("Syscalls", "MAP_SHARED_POPULATE", "MAP_SHARED | MAP_POPULATE");
        own("Syscalls", "EFD_CLOEXEC", "EFD_CLOEXEC");
        compare(reporter, 199);
    }

    @Test
    void shouldAgreeWithTheHeadersOnTheRingsStructures(TestReporter reporter) throws Exception {
        own("Ring", "SQE_BYTES", "sizeof(struct io_uring_sqe)");
        own("Ring", "CQE_BYTES", "sizeof(struct io_uring_cqe)");
        own("Ring", "PARAMS_BYTES", "sizeof(struct io_uring_params)");
        for (var field : new String[] {"sq_entries", "cq_entries", "flags", "features"}) {
            offset("PARAMS_", "io_uring_params", field);
        }
        for (var field : new String[] {"sq_off", "cq_off"}) {
            offset("PARAMS_", "io_uring_params", field);
        }
        for (var field : new String[] {"head", "tail", "ring_mask", "flags", "array"}) {
            offset("SQ_OFF_", "io_sqring_offsets", field);
        }
        for (var field : new String[] {"head", "tail", "ring_mask", "cqes"}) {
            offset("CQ_OFF_", "io_cqring_offsets", field);
        }
        own("Ring", "GETEVENTS_ARG_BYTES", "sizeof(struct io_uring_getevents_arg)");
        offset("GETEVENTS_ARG_", "io_uring_getevents_arg", "ts");
        // what the code says in plain numbers: the completion's fields, the probe, addresses
        ours.put("offsetof(struct io_uring_cqe, user_data)", 0L);
        ours.put("offsetof(struct io_uring_cqe, res)", 8L);
        ours.put("offsetof(struct io_uring_cqe, flags)", 12L);
        ours.put("offsetof(struct io_uring_probe, ops_len)", 1L);
        ours.put("offsetof(struct io_uring_probe, ops)", 16L);
        ours.put("sizeof(struct io_uring_probe_op)", 8L);
        ours.put("offsetof(struct io_uring_probe_op, flags)", 2L);
        ours.put("sizeof(struct sockaddr_in)", 16L);
        ours.put("offsetof(struct sockaddr_in, sin_port)", 2L);
        ours.put("offsetof(struct sockaddr_in, sin_addr)", 4L);
        ours.put("sizeof(struct sockaddr_in6)", 28L);
        ours.put("offsetof(struct sockaddr_in6, sin6_addr)", 8L);
        ours.put("offsetof(struct sockaddr_in6, sin6_scope_id)", 24L);
        own("SocketAddresses", "PATH_AT", "offsetof(struct sockaddr_un, sun_path)");
        ours.put("sizeof(((struct sockaddr_un *) 0)->sun_path)", 108L);
        own("SocketAddresses", "BYTES", "(sizeof(struct sockaddr_un) + 7) / 8 * 8");
        own("EntrySides", "OPEN_HOW_BYTES", "sizeof(struct open_how)");
        own("ProvidedBuffers", "ENTRY_BYTES", "sizeof(struct io_uring_buf)");
        own("ProvidedBuffers", "TAIL_AT", "offsetof(struct io_uring_buf_ring, tail)");
        own("ProvidedBuffers", "REGISTRATION_BYTES", "sizeof(struct io_uring_buf_reg)");
        own("OpMemory", "IOVEC_BYTES", "sizeof(struct iovec)");
        own("OpMemory", "MSG_NAMELEN", "offsetof(struct msghdr, msg_namelen)");
        own("OpMemory", "MSG_IOV", "offsetof(struct msghdr, msg_iov)");
        own("OpMemory", "MSG_IOVLEN", "offsetof(struct msghdr, msg_iovlen)");
        own("OpMemory", "MSG_CONTROL", "offsetof(struct msghdr, msg_control)");
        own("OpMemory", "MSG_CONTROLLEN", "offsetof(struct msghdr, msg_controllen)");
        own("OpMemory", "MSG_FLAGS", "offsetof(struct msghdr, msg_flags)");
        own("OpMemory", "CMSG_LEVEL", "offsetof(struct cmsghdr, cmsg_level)");
        own("OpMemory", "CMSG_TYPE", "offsetof(struct cmsghdr, cmsg_type)");
        own("OpMemory", "CMSG_DATA", "CMSG_LEN(0)");
        own("OpMemory", "STATX_BYTES", "sizeof(struct statx)");
        own("OpMemory", "STATX_TIMES", "offsetof(struct statx, stx_atime)");
        own("OpMemory", "SIGINFO_BYTES", "sizeof(siginfo_t)");
        own("OpMemory", "SI_CODE", "offsetof(siginfo_t, si_code)");
        own("OpMemory", "SI_STATUS", "offsetof(siginfo_t, si_status)");
        own("OpMemory", "S_IFMT", "S_IFMT");
        statx("blksize", 4);
        statx("nlink", 16);
        statx("uid", 20);
        statx("gid", 24);
        statx("mode", 28);
        statx("ino", 32);
        statx("size", 40);
        statx("blocks", 48);
        statx("dev_major", 136);
        statx("dev_minor", 140);
        compare(reporter, 60);
    }

    private void statx(String field, long at) {
        ours.put("offsetof(struct statx, stx_" + field + ")", at);
    }

    @Test
    void shouldWriteEachFieldOfAnEntryWhereTheHeaderHasIt() throws Exception {
        var program = new HeaderProgram(HEADERS);
        for (var field :
                new String[] {
                    "opcode",
                    "flags",
                    "ioprio",
                    "fd",
                    "off",
                    "addr",
                    "len",
                    "rw_flags",
                    "user_data",
                    "buf_index",
                    "personality",
                    "splice_fd_in",
                    "addr3"
                }) {
            program.ask("offsetof(struct io_uring_sqe, " + field + ")");
        }
        program.ask("IORING_OP_READ");
        program.ask("IORING_OP_URING_CMD");
        program.ask("SOL_SOCKET");
        program.ask("SO_KEEPALIVE");
        var c = program.run(folder);

        var buffer = Buffer.of(Arena.global().allocate(4096));
        var fd = new Descriptor(0x1234567, this);
        var sqe = written(new Read(fd, buffer, 0x0123456789abcdefL), Sqe.LINK, 0x7fffeeeeddddccccL);
        assertSoftly(
                softly -> {
                    softly.assertThat((long) sqe.get(JAVA_BYTE, at(c, "opcode")))
                            .isEqualTo(c.get("IORING_OP_READ"));
                    softly.assertThat(sqe.get(JAVA_BYTE, at(c, "flags"))).isEqualTo((byte) 4);
                    softly.assertThat(sqe.get(JAVA_INT_UNALIGNED, at(c, "fd")))
                            .isEqualTo(0x1234567);
                    softly.assertThat(sqe.get(JAVA_LONG_UNALIGNED, at(c, "off")))
                            .isEqualTo(0x0123456789abcdefL);
                    softly.assertThat(sqe.get(JAVA_LONG_UNALIGNED, at(c, "addr")))
                            .isEqualTo(((Region) buffer).address());
                    softly.assertThat(sqe.get(JAVA_INT_UNALIGNED, at(c, "len"))).isEqualTo(4096);
                    softly.assertThat(sqe.get(JAVA_INT_UNALIGNED, at(c, "rw_flags"))).isZero();
                    softly.assertThat(sqe.get(JAVA_LONG_UNALIGNED, at(c, "user_data")))
                            .isEqualTo(0x7fffeeeeddddccccL);
                    softly.assertThat(sqe.get(JAVA_LONG_UNALIGNED, at(c, "buf_index"))).isZero();
                    softly.assertThat(sqe.get(JAVA_LONG_UNALIGNED, at(c, "addr3"))).isZero();
                });

        // level, optname, optlen and optval came after 6.1; they share places with these:
        var option = written(new SetSocketOption(fd, SocketOption.KEEP_ALIVE, 77), 0, 0x100000001L);
        assertSoftly(
                softly -> {
                    softly.assertThat((long) option.get(JAVA_BYTE, at(c, "opcode")))
                            .isEqualTo(c.get("IORING_OP_URING_CMD"));
                    softly.assertThat((long) option.get(JAVA_INT_UNALIGNED, at(c, "addr")))
                            .isEqualTo(c.get("SOL_SOCKET"));
                    softly.assertThat((long) option.get(JAVA_INT_UNALIGNED, at(c, "addr") + 4))
                            .isEqualTo(c.get("SO_KEEPALIVE"));
                    softly.assertThat(option.get(JAVA_INT_UNALIGNED, at(c, "splice_fd_in")))
                            .isEqualTo(4);
                    long optval = option.get(JAVA_LONG_UNALIGNED, at(c, "addr3"));
                    softly.assertThat(memoryAt(optval).get(JAVA_INT_UNALIGNED, 0)).isEqualTo(77);
                });
    }

    /// The entry that the driver's writer makes of an operation, over memory full of ones.
    private static MemorySegment written(Op<?> op, int flags, long token) throws Exception {
        var sqes = Arena.global().allocate(4 * 64L, 64);
        sqes.fill((byte) -1);
        var type = Class.forName(PACKAGE + "SqeWriter");
        var memory = Class.forName(PACKAGE + "OpMemory");
        var constructor = type.getDeclaredConstructor(long.class, int.class, memory);
        constructor.setAccessible(true);
        var write =
                type.getDeclaredMethod(
                        "write", int.class, Op.class, int.class, long.class, long.class);
        write.setAccessible(true);
        WRITERS.add(constructor.newInstance(sqes.address(), 4, anew(memory)));
        write.invoke(WRITERS.getLast(), 2, op, flags, token, 0L);
        return sqes.asSlice(2 * 64L, 64);
    }

    private static Object anew(Class<?> type) throws Exception {
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    // kept reachable: an entry points into its writer's memory
    private static final List<Object> WRITERS = new ArrayList<>();

    @SuppressWarnings("restricted") // the address is of memory that WRITERS keeps
    private static MemorySegment memoryAt(long address) {
        return MemorySegment.ofAddress(address).reinterpret(128);
    }

    private static long at(Map<String, Long> c, String field) {
        return c.getOrDefault("offsetof(struct io_uring_sqe, " + field + ")", -1L);
    }

    // ---------------------------------------------------------------- what we say

    private void constants(String type, String prefix) throws Exception {
        for (var field : Class.forName(PACKAGE + type).getDeclaredFields()) {
            boolean isConstant =
                    Modifier.isStatic(field.getModifiers())
                            && Modifier.isFinal(field.getModifiers())
                            && (field.getType() == int.class || field.getType() == long.class);
            if (isConstant) {
                own(type, field.getName(), prefix + field.getName());
            }
        }
    }

    private void offset(String prefix, String struct, String field) throws Exception {
        var constant = prefix + field.toUpperCase(Locale.ROOT);
        own("Ring", constant, "offsetof(struct " + struct + ", " + field + ")");
    }

    private void own(String type, String constant, String expression) throws Exception {
        var field = Class.forName(PACKAGE + type).getDeclaredField(constant);
        field.setAccessible(true);
        ours.put(expression, ((Number) Objects.requireNonNull(field.get(null))).longValue());
    }

    // ---------------------------------------------------------------- against what they say

    private void compare(TestReporter reporter, int atLeast) throws Exception {
        var program = new HeaderProgram(HEADERS);
        ours.keySet().forEach(program::ask);
        var theirs = program.run(folder);
        reporter.publishEntry("not in these headers", program.unknown().toString());
        assertThat(theirs)
                .as("the headers' numbers against Catena's")
                .allSatisfy(
                        (name, value) ->
                                assertThat(value.intValue())
                                        .as(name)
                                        .isEqualTo(ours.getOrDefault(name, -1L).intValue()));
        assertThat(theirs.size())
                .as("numbers compared; the headers do not know " + program.unknown())
                .isGreaterThanOrEqualTo(atLeast);
    }
}
