package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.IoUring.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.catena.ops.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What is asked of the kernel to have a ring as its options say.
final class RingSettings {
    private RingSettings() {}

    /// The ways to set a ring up, the best first; each is tried if the kernel does not know one before it. A ring whose
    /// submissions the kernel polls for runs its task work on that poller, so nothing of it can be deferred to us.
    static int[] setups(RingOptions options) {
        int all = IORING_SETUP_SUBMIT_ALL;
        int deferred =
                IORING_SETUP_SINGLE_ISSUER
                        | IORING_SETUP_DEFER_TASKRUN
                        | IORING_SETUP_TASKRUN_FLAG
                        | all;
        int cooperative = IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG | all;
        if (options.isPolled()) {
            int single = options.singleIssuer() ? IORING_SETUP_SINGLE_ISSUER : 0;
            int polled = IORING_SETUP_SQPOLL | all;
            return new int[] {
                polled | single | IORING_SETUP_NO_SQARRAY,
                polled | single,
                polled,
                IORING_SETUP_SQPOLL
            };
        }
        return options.singleIssuer()
                ? new int[] {deferred | IORING_SETUP_NO_SQARRAY, deferred, cooperative, 0}
                : new int[] {cooperative | IORING_SETUP_NO_SQARRAY, cooperative, 0};
    }

    /// Tells a ring what cannot be told as it is made.
    ///
    /// @throws UnsupportedOperationException if this kernel cannot do what was asked for
    static void register(Syscalls syscalls, int ring, RingOptions options) {
        try (var arena = Arena.ofConfined()) {
            if (!options.busyPoll().isZero()) {
                var napi = arena.allocate(16, 8); // struct io_uring_napi
                napi.set(
                        JAVA_INT,
                        0,
                        (int) Math.min(Integer.MAX_VALUE, options.busyPoll().toNanos() / 1_000));
                napi.set(JAVA_BYTE, 4, (byte) 1); // prefer polling to interrupts
                demand(
                        syscalls.register(ring, IORING_REGISTER_NAPI, napi, 1),
                        "polling of network devices (ProactorBuilder.busyPoll)",
                        "6.9, built with CONFIG_NET_RX_BUSY_POLL,");
            }
            if (options.boundedWorkers() > 0 || options.unboundedWorkers() > 0) {
                demand(
                        limitWorkers(syscalls, ring, options, arena.allocate(8, 4)),
                        "a limit of kernel workers (ProactorBuilder.kernelWorkers)",
                        "5.15");
            }
        }
    }

    private static int limitWorkers(
            Syscalls syscalls, int ring, RingOptions options, MemorySegment limits) {
        limits.set(JAVA_INT, 0, options.boundedWorkers());
        limits.set(JAVA_INT, 4, options.unboundedWorkers());
        return syscalls.register(ring, IORING_REGISTER_IOWQ_MAX_WORKERS, limits, 2);
    }

    private static void demand(int result, String what, String kernel) {
        if (result < 0) {
            throw new UnsupportedOperationException(
                    "this kernel says "
                            + Errno.of(result)
                            + " to "
                            + what
                            + "; Linux "
                            + kernel
                            + " has it");
        }
    }
}
