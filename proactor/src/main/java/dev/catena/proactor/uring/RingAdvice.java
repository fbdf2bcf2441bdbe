package dev.catena.proactor.uring;

import dev.catena.ops.Errno;
import dev.catena.proactor.RingUnavailableException;
import dev.catena.proactor.Surroundings;
import dev.catena.proactor.Surroundings.Barred;

/// Says why a ring could not be made, and what to do about it.
final class RingAdvice {
    private static final String ALLOW =
            "Allow io_uring_setup, io_uring_enter and io_uring_register in it; with Docker:"
                    + " 'docker run --security-opt seccomp=PROFILE.json', PROFILE being the default profile with these three"
                    + " added, or 'seccomp=unconfined' to see whether that is it.";
    private static final String SYSCTL = "'sysctl kernel.io_uring_disabled=0'";

    private RingAdvice() {}

    /// The way to the kernel.
    ///
    /// @throws RingUnavailableException if this is no Linux, or a JVM that does not let us
    static Syscalls syscalls() {
        var around = Surroundings.look();
        if (!around.isLinux()) {
            throw otherSystem(around);
        }
        try {
            return new Syscalls();
        } catch (IllegalCallerException | LinkageError e) {
            throw noNativeAccess(e);
        }
    }

    /// @param what was asked: a system call
    /// @param errno what it answered
    static RingUnavailableException explain(String what, Errno errno) {
        return explain(what, errno, Surroundings.look());
    }

    static RingUnavailableException explain(String what, Errno errno, Surroundings around) {
        var answer =
                "io_uring cannot be used: "
                        + what
                        + " says "
                        + errno
                        + " ("
                        + errno.sentence()
                        + ")";
        return switch (errno) {
            case ENOMEM -> outOfMemory(answer, around);
            case EPERM, EACCES -> forbidden(answer, around);
            case ENOSYS ->
                    around.seccomp()
                            ? new RingUnavailableException(
                                    answer + ", and a seccomp filter is in force", ALLOW)
                            : new RingUnavailableException(
                                    answer + " on " + around.system(),
                                    "Use a kernel of Linux 5.11 or newer that is built with CONFIG_IO_URING.");
            case EMFILE ->
                    new RingUnavailableException(
                            answer
                                    + (around.descriptorLimit() < 0
                                            ? ""
                                            : " with a limit of " + around.descriptorLimit()),
                            "Raise the limit of descriptors: 'ulimit -n 65536', a line '* - nofile 65536' in"
                                    + " /etc/security/limits.conf, or LimitNOFILE=65536 in the systemd unit.");
            case ENFILE ->
                    new RingUnavailableException(
                            answer, "Raise the system's limit: 'sysctl fs.file-max=1000000'.");
            default ->
                    new RingUnavailableException(
                            answer + " on " + around.system(),
                            "This is not a failure that is known here: please report it.");
        };
    }

    private static RingUnavailableException outOfMemory(String answer, Surroundings around) {
        long limit = around.memlockBytes();
        if (limit < 0) {
            return new RingUnavailableException(
                    answer + ", and locked memory is not limited",
                    "Give the process or its container more memory, or make the queues smaller"
                            + " (ProactorBuilder.submissionEntries, completionEntries).");
        }
        return new RingUnavailableException(
                answer + ", and the limit of locked memory is " + limit / 1024 + " KiB",
                "Raise it: 'ulimit -l unlimited', a line '* - memlock unlimited' in /etc/security/limits.conf, or"
                        + " LimitMEMLOCK=infinity in the systemd unit; or make the queues smaller"
                        + " (ProactorBuilder.submissionEntries, completionEntries).");
    }

    private static RingUnavailableException forbidden(String answer, Surroundings around) {
        if (around.ringsBarred() == Barred.EVERYBODY) {
            return new RingUnavailableException(
                    answer
                            + ", since the sysctl kernel.io_uring_disabled is 2, which bars everybody",
                    "Change it: " + SYSCTL + ".");
        }
        if (around.ringsBarred() == Barred.OUTSIDERS && !around.superuser()) {
            return new RingUnavailableException(
                    answer
                            + ", since the sysctl kernel.io_uring_disabled is 1, which bars users outside the group "
                            + around.ringsGroup()
                            + " (kernel.io_uring_group)",
                    "Change it: " + SYSCTL + "; or put the user into that group.");
        }
        return around.seccomp()
                ? new RingUnavailableException(
                        answer
                                + ", since a seccomp filter forbids it"
                                + (around.container().isEmpty()
                                        ? ""
                                        : ", probably that of the container: "
                                                + around.container()),
                        ALLOW)
                : new RingUnavailableException(
                        answer + ", and neither the sysctl nor a seccomp filter is the reason",
                        "Look for a security module (SELinux, AppArmor) that forbids it: 'dmesg | grep -i denied'.");
    }

    /// A kernel whose rings lack what is needed.
    static RingUnavailableException tooOld(int features) {
        return new RingUnavailableException(
                "this kernel's io_uring is too old (features 0x"
                        + Integer.toHexString(features)
                        + ")",
                "Use Linux 5.11 or newer.");
    }

    /// A system that has no rings.
    private static RingUnavailableException otherSystem(Surroundings around) {
        return new RingUnavailableException(
                "io_uring is a part of Linux, and this is " + around.system(), "Run it on Linux.");
    }

    /// A JVM that does not let this module call the kernel.
    private static RingUnavailableException noNativeAccess(Throwable why) {
        var module = RingAdvice.class.getModule();
        return new RingUnavailableException(
                "io_uring cannot be used: the JVM does not allow system calls (" + why + ")",
                "Start it with --enable-native-access="
                        + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
                        + ".");
    }
}
