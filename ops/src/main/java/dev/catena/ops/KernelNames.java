package dev.catena.ops;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The names that the headers of Linux have for the words of the language.
final class KernelNames {
    private KernelNames() {}

    /// Several, in the order of their declaration, as C would write them.
    static String joined(Collection<String> names) {
        return String.join("|", names);
    }

    /// Of `open(2)`. A temporary file's flag contains the one for directories.
    static List<String> ofFlags(Set<OpenFlag> flags) {
        var all = EnumSet.copyOf(flags);
        if (all.contains(OpenFlag.TEMPORARY)) {
            all.remove(OpenFlag.DIRECTORY);
        }
        return all.stream().map(KernelNames::of).toList();
    }

    private static String of(OpenFlag flag) {
        return switch (flag) {
            case READ -> "O_RDONLY";
            case WRITE -> "O_WRONLY";
            case READ_WRITE -> "O_RDWR";
            case CREATE -> "O_CREAT";
            case EXCLUSIVE -> "O_EXCL";
            case TRUNCATE -> "O_TRUNC";
            case APPEND -> "O_APPEND";
            case DIRECT -> "O_DIRECT";
            case DATA_SYNC -> "O_DSYNC";
            case DIRECTORY -> "O_DIRECTORY";
            case NO_FOLLOW -> "O_NOFOLLOW";
            case TEMPORARY -> "O_TMPFILE";
        };
    }

    /// Of `openat2(2)`, whose names are ours behind a prefix.
    static String ofRules(Set<Resolve> rules) {
        return rules.stream()
                .sorted()
                .map(rule -> "RESOLVE_" + rule)
                .collect(Collectors.joining("|"));
    }

    /// Of `poll(2)`.
    static String ofEvents(Set<PollEvent> events) {
        return events.stream().sorted().map(KernelNames::of).collect(Collectors.joining("|"));
    }

    private static String of(PollEvent event) {
        return switch (event) {
            case READABLE -> "POLLIN";
            case WRITABLE -> "POLLOUT";
            case ERROR -> "POLLERR";
            case HANG_UP -> "POLLHUP";
            case PEER_CLOSED -> "POLLRDHUP";
        };
    }

    static String of(Fallocate.How how) {
        return switch (how) {
            case ALLOCATE -> "";
            case KEEP_SIZE -> "FALLOC_FL_KEEP_SIZE";
            case PUNCH_HOLE -> "FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE";
            case ZERO -> "FALLOC_FL_ZERO_RANGE";
        };
    }

    static String of(Advise.Advice advice) {
        return switch (advice) {
            case NORMAL -> "POSIX_FADV_NORMAL";
            case SEQUENTIAL -> "POSIX_FADV_SEQUENTIAL";
            case RANDOM -> "POSIX_FADV_RANDOM";
            case WILL_NEED -> "POSIX_FADV_WILLNEED";
            case DONT_NEED -> "POSIX_FADV_DONTNEED";
        };
    }

    static String of(Rename.How how) {
        return switch (how) {
            case REPLACE -> "";
            case KEEP -> "RENAME_NOREPLACE";
            case EXCHANGE -> "RENAME_EXCHANGE";
        };
    }

    static String of(AddressFamily family) {
        return "AF_" + family;
    }

    static String of(SocketType type) {
        return switch (type) {
            case STREAM -> "SOCK_STREAM";
            case DATAGRAM -> "SOCK_DGRAM";
        };
    }

    static String of(Shutdown.Direction direction) {
        return switch (direction) {
            case READ -> "SHUT_RD";
            case WRITE -> "SHUT_WR";
            case BOTH -> "SHUT_RDWR";
        };
    }

    static String level(SocketOption option) {
        return option == SocketOption.TCP_NO_DELAY ? "IPPROTO_TCP" : "SOL_SOCKET";
    }

    static String of(SocketOption option) {
        return switch (option) {
            case REUSE_ADDRESS -> "SO_REUSEADDR";
            case REUSE_PORT -> "SO_REUSEPORT";
            case RECEIVE_BUFFER -> "SO_RCVBUF";
            case SEND_BUFFER -> "SO_SNDBUF";
            case KEEP_ALIVE -> "SO_KEEPALIVE";
            case TCP_NO_DELAY -> "TCP_NODELAY";
        };
    }
}
