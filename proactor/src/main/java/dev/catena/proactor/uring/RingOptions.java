package dev.catena.proactor.uring;

import dev.catena.proactor.FastPath;
import java.time.Duration;
import java.util.Set;

/// How a ring is set up; see [dev.catena.proactor.ProactorBuilder], which says what each means and checks it.
///
/// @param submissionEntries of the submission queue
/// @param completionEntries of the completion queue
/// @param singleIssuer whether the kernel may rely on one thread using the ring
/// @param pollIdle how long the kernel's submission poller stays awake without work; zero for no poller
/// @param busyPoll how long a wait polls network devices; zero for not at all
/// @param boundedWorkers the most kernel workers for files; 0 for the kernel's own limit
/// @param unboundedWorkers the most kernel workers for everything else; 0 for the kernel's own limit
/// @param slots the fixed file slots
/// @param without what is not to be done although the kernel could
public record RingOptions(
        int submissionEntries,
        int completionEntries,
        boolean singleIssuer,
        Duration pollIdle,
        Duration busyPoll,
        int boundedWorkers,
        int unboundedWorkers,
        int slots,
        Set<FastPath> without) {
    /// Copies the set.
    public RingOptions {
        without = Set.copyOf(without);
    }

    /// The fixed file slots unless others are asked for.
    public static final int SLOTS = 1024;

    /// The defaults for queues of that many entries.
    public static RingOptions of(int submissionEntries, int completionEntries) {
        return new RingOptions(
                submissionEntries,
                completionEntries,
                true,
                Duration.ZERO,
                Duration.ZERO,
                0,
                0,
                SLOTS,
                Set.of());
    }

    /// The same without some fast paths.
    public RingOptions without(FastPath... paths) {
        return new RingOptions(
                submissionEntries,
                completionEntries,
                singleIssuer,
                pollIdle,
                busyPoll,
                boundedWorkers,
                unboundedWorkers,
                slots,
                Set.of(paths));
    }

    boolean isPolled() {
        return !pollIdle.isZero();
    }
}
