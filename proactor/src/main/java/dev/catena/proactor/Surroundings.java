package dev.catena.proactor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What around the process decides whether and how it may use io_uring, as far as files tell; nothing of it needs a system
/// call of its own. Filters belong to threads: what is said of them is said of the calling thread. On systems other than Linux most of it is unknown.
///
/// @param system the operating system and its version, as `Linux 6.18.0`
/// @param architecture of the processor
/// @param superuser whether the process runs as root
/// @param ringsBarred the sysctl `kernel.io_uring_disabled`
/// @param ringsGroup the sysctl `kernel.io_uring_group`; -1 if there is none
/// @param seccomp whether a seccomp filter is in force
/// @param memlockBytes the limit of locked memory; -1 for none, -2 if unknown
/// @param descriptorLimit the limit of descriptors; -1 for none, -2 if unknown
/// @param container what hints at a container, or an empty string
public record Surroundings(
        String system,
        String architecture,
        boolean superuser,
        Barred ringsBarred,
        long ringsGroup,
        boolean seccomp,
        long memlockBytes,
        long descriptorLimit,
        String container) {

    private static final long NO_LIMIT = -1;
    private static final long UNKNOWN = -2;
    private static final Pattern WORDS = Pattern.compile("\\s+");

    /// The values of the sysctl `kernel.io_uring_disabled` (`Documentation/admin-guide/sysctl/kernel.rst`).
    public enum Barred {
        /// 0: everybody may.
        NOBODY,
        /// 1: only the group `kernel.io_uring_group`, and who has CAP_SYS_ADMIN, may.
        OUTSIDERS,
        /// 2: nobody may.
        EVERYBODY,
        /// There is no such sysctl: a kernel before Linux 6.6, or another system.
        ABSENT
    }

    /// Looks around.
    public static Surroundings look() {
        var status = lines(Path.of("/proc/thread-self/status"));
        var limits = lines(Path.of("/proc/self/limits"));
        return new Surroundings(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("os.arch"),
                field(status, "Uid:", 1).equals("0"),
                barred(first(Path.of("/proc/sys/kernel/io_uring_disabled"))),
                number(first(Path.of("/proc/sys/kernel/io_uring_group")), NO_LIMIT),
                number(field(status, "Seccomp:", 0), 0) == 2,
                limit(limits, "Max locked memory"),
                limit(limits, "Max open files"),
                containerHint());
    }

    /// Whether the system is Linux, the only one with io_uring.
    public boolean isLinux() {
        return system.startsWith("Linux ");
    }

    private static Barred barred(String value) {
        return switch (value) {
            case "0" -> Barred.NOBODY;
            case "1" -> Barred.OUTSIDERS;
            case "2" -> Barred.EVERYBODY;
            default -> Barred.ABSENT;
        };
    }

    /// The soft limit of a line of `/proc/self/limits`.
    private static long limit(List<String> limits, String name) {
        var value = field(limits, name, 0);
        return value.equals("unlimited") ? NO_LIMIT : number(value, UNKNOWN);
    }

    /// The word at `index` behind the beginning of a line.
    private static String field(List<String> lines, String beginning, int index) {
        for (var line : lines) {
            if (line.startsWith(beginning)) {
                var words = WORDS.split(line.substring(beginning.length()).strip(), -1);
                return index < words.length ? words[index] : "";
            }
        }
        return "";
    }

    private static long number(String text, long otherwise) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notOne) {
            return otherwise;
        }
    }

    private static String containerHint() {
        if (Files.exists(Path.of("/.dockerenv"))) {
            return "Docker (/.dockerenv)";
        }
        if (Files.exists(Path.of("/run/.containerenv"))) {
            return "Podman (/run/.containerenv)";
        }
        if (System.getenv("KUBERNETES_SERVICE_HOST") != null) {
            return "Kubernetes (KUBERNETES_SERVICE_HOST)";
        }
        var named = System.getenv("container");
        if (named != null) {
            return named + " (environment variable container)";
        }
        var groups = String.join("\n", lines(Path.of("/proc/1/cgroup"))).toLowerCase(Locale.ROOT);
        for (var word : List.of("docker", "kubepods", "containerd", "libpod", "lxc")) {
            if (groups.contains(word)) {
                return word + " (/proc/1/cgroup)";
            }
        }
        return "";
    }

    private static String first(Path file) {
        var lines = lines(file);
        return lines.isEmpty() ? "" : lines.getFirst().strip();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException absent) {
            return List.of(); // another system, or an older kernel
        }
    }
}
