package dev.catena.proactor.uring;

/// Numbers of Linux's C headers other than `io_uring.h`, under the headers' own names. `spec-tests` compares them with
/// the headers installed.
final class Abi {
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    private Abi() {}

    // fcntl.h
    static final int AT_FDCWD = -100;
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_TRUNC = 0x200;
    static final int O_APPEND = 0x400;
    static final int O_DSYNC = 0x1000;
    static final int O_DIRECT = ARM ? 0x10000 : 0x4000;
    static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_BASIC_STATS = 0x7ff;
    static final int POSIX_FADV_NORMAL = 0;
    static final int POSIX_FADV_RANDOM = 1;
    static final int POSIX_FADV_SEQUENTIAL = 2;
    static final int POSIX_FADV_WILLNEED = 3;
    static final int POSIX_FADV_DONTNEED = 4;

    // linux/falloc.h, linux/openat2.h, linux/fs.h
    static final int FALLOC_FL_KEEP_SIZE = 1;
    static final int FALLOC_FL_PUNCH_HOLE = 2;
    static final int FALLOC_FL_ZERO_RANGE = 16;
    static final int RESOLVE_NO_XDEV = 1;
    static final int RESOLVE_NO_MAGICLINKS = 2;
    static final int RESOLVE_NO_SYMLINKS = 4;
    static final int RESOLVE_BENEATH = 8;
    static final int RESOLVE_IN_ROOT = 16;
    static final int RENAME_NOREPLACE = 1;
    static final int RENAME_EXCHANGE = 2;

    // sys/wait.h, signal.h
    static final int P_PID = 1;
    static final int WEXITED = 4;
    static final int WNOWAIT = 0x1000000;
    static final int CLD_EXITED = 1;

    // spawn.h
    static final int POSIX_SPAWN_SETSIGMASK = 8;

    // linux/futex.h
    static final int FUTEX2_SIZE_U32 = 2;
    static final int FUTEX2_PRIVATE = 128;
    static final int FUTEX_BITSET_MATCH_ANY = 0xffffffff;

    // sys/socket.h, netinet/in.h, netinet/tcp.h
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_KEEPALIVE = 9;
    static final int SO_REUSEPORT = 15;
    static final int IPPROTO_TCP = 6;
    static final int TCP_NODELAY = 1;
    static final int SCM_RIGHTS = 1;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_CTRUNC = 0x8;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;
    static final int MSG_WAITALL = 0x100;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int SHUT_RD = 0;
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;
}
