package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.Abi.*;
import static dev.catena.proactor.uring.IoUring.IORING_TIMEOUT_BOOTTIME;
import static dev.catena.proactor.uring.IoUring.IORING_TIMEOUT_REALTIME;

import dev.catena.ops.Advise;
import dev.catena.ops.Clock;
import dev.catena.ops.Fallocate;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Rename;
import dev.catena.ops.Resolve;
import dev.catena.ops.Shutdown;
import dev.catena.ops.SocketOption;
import dev.catena.ops.SocketType;
import java.util.Set;

/// The kernel's numbers for the words of the language.
final class Numbers {
    private Numbers() {}

    static boolean creates(Set<OpenFlag> flags) {
        return flags.contains(OpenFlag.CREATE) || flags.contains(OpenFlag.TEMPORARY);
    }

    static int ofFlags(Set<OpenFlag> flags) {
        int number = 0;
        for (var flag : flags) {
            number |=
                    switch (flag) {
                        case READ -> O_RDONLY;
                        case WRITE -> O_WRONLY;
                        case READ_WRITE -> O_RDWR;
                        case CREATE -> O_CREAT;
                        case EXCLUSIVE -> O_EXCL;
                        case TRUNCATE -> O_TRUNC;
                        case APPEND -> O_APPEND;
                        case DIRECT -> O_DIRECT;
                        case DATA_SYNC -> O_DSYNC;
                        case DIRECTORY -> O_DIRECTORY;
                        case NO_FOLLOW -> O_NOFOLLOW;
                        case TEMPORARY -> O_TMPFILE;
                    };
        }
        return number;
    }

    static int ofResolve(Set<Resolve> rules) {
        int number = 0;
        for (var rule : rules) {
            number |=
                    switch (rule) {
                        case BENEATH -> RESOLVE_BENEATH;
                        case IN_ROOT -> RESOLVE_IN_ROOT;
                        case NO_SYMLINKS -> RESOLVE_NO_SYMLINKS;
                        case NO_MAGICLINKS -> RESOLVE_NO_MAGICLINKS;
                        case NO_XDEV -> RESOLVE_NO_XDEV;
                    };
        }
        return number;
    }

    static int of(Shutdown.Direction direction) {
        return switch (direction) {
            case READ -> SHUT_RD;
            case WRITE -> SHUT_WR;
            case BOTH -> SHUT_RDWR;
        };
    }

    static int of(SocketType type) {
        return switch (type) {
            case STREAM -> SOCK_STREAM;
            case DATAGRAM -> SOCK_DGRAM;
        };
    }

    static int level(SocketOption option) {
        return option == SocketOption.TCP_NO_DELAY ? IPPROTO_TCP : SOL_SOCKET;
    }

    static int of(SocketOption option) {
        return switch (option) {
            case REUSE_ADDRESS -> SO_REUSEADDR;
            case REUSE_PORT -> SO_REUSEPORT;
            case RECEIVE_BUFFER -> SO_RCVBUF;
            case SEND_BUFFER -> SO_SNDBUF;
            case KEEP_ALIVE -> SO_KEEPALIVE;
            case TCP_NO_DELAY -> TCP_NODELAY;
        };
    }

    static int of(Fallocate.How how) {
        return switch (how) {
            case ALLOCATE -> 0;
            case KEEP_SIZE -> FALLOC_FL_KEEP_SIZE;
            case PUNCH_HOLE -> FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
            case ZERO -> FALLOC_FL_ZERO_RANGE;
        };
    }

    static int of(Advise.Advice advice) {
        return switch (advice) {
            case NORMAL -> POSIX_FADV_NORMAL;
            case SEQUENTIAL -> POSIX_FADV_SEQUENTIAL;
            case RANDOM -> POSIX_FADV_RANDOM;
            case WILL_NEED -> POSIX_FADV_WILLNEED;
            case DONT_NEED -> POSIX_FADV_DONTNEED;
        };
    }

    static int of(Clock clock) {
        return switch (clock) {
            case MONOTONIC -> 0;
            case BOOTTIME -> IORING_TIMEOUT_BOOTTIME;
            case REALTIME -> IORING_TIMEOUT_REALTIME;
        };
    }

    static int of(Rename.How how) {
        return switch (how) {
            case REPLACE -> 0;
            case KEEP -> RENAME_NOREPLACE;
            case EXCHANGE -> RENAME_EXCHANGE;
        };
    }
}
