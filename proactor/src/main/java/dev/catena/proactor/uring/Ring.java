package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.IoUring.*;
import static dev.catena.proactor.uring.Mapped.MEMORY;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.catena.ops.Errno;
import dev.catena.proactor.RingUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/// The ring itself: its descriptor, its shared memory, and the protocol of heads and tails.
///
/// The kernel owns the submission queue's head and the completion queue's tail, we own the others. What we publish is
/// written with release after what it announces; what the kernel publishes is read with acquire before what it
/// announces. Indices run through all 32 bits and wrap: only differences mean anything.
///
/// Loop thread only: the ring is `SINGLE_ISSUER`.
final class Ring implements AutoCloseable {
    static final int SQE_BYTES = 64;
    static final int CQE_BYTES = 16;

    // struct io_uring_params
    static final int PARAMS_BYTES = 120;
    static final int PARAMS_SQ_ENTRIES = 0;
    static final int PARAMS_CQ_ENTRIES = 4;
    static final int PARAMS_FLAGS = 8;
    static final int PARAMS_SQ_THREAD_IDLE = 16;
    static final int PARAMS_FEATURES = 20;
    static final int PARAMS_SQ_OFF = 40;
    static final int PARAMS_CQ_OFF = 80;

    // struct io_sqring_offsets
    static final int SQ_OFF_HEAD = 0;
    static final int SQ_OFF_TAIL = 4;
    static final int SQ_OFF_RING_MASK = 8;
    static final int SQ_OFF_FLAGS = 16;
    static final int SQ_OFF_ARRAY = 24;

    // struct io_cqring_offsets
    static final int CQ_OFF_HEAD = 0;
    static final int CQ_OFF_TAIL = 4;
    static final int CQ_OFF_RING_MASK = 8;
    static final int CQ_OFF_CQES = 20;

    // struct io_uring_getevents_arg, and behind it the timespec it points to
    static final int GETEVENTS_ARG_BYTES = 24;
    static final int GETEVENTS_ARG_TS = 16;

    private static final VarHandle INT = JAVA_INT.varHandle();

    // how long a submission waits for the kernel's poller to take entries, in looks, before it
    // leaves that to the next one
    private static final int POLLER_LOOKS = 2_000;

    private final Syscalls syscalls;
    private final int fd;
    private final int setup;
    private final int features;
    private final int sqEntries;
    private final int cqEntries;
    // the mappings, by address, see Mapped
    private final long rings;
    private final long ringsBytes;
    private final long sqes;

    private final MemorySegment waitArgument =
            Arena.ofAuto().allocate(GETEVENTS_ARG_BYTES + 16L, 8);

    private final long sqHead;
    private final long sqTail;
    private final long sqFlags;
    private final int sqMask;
    private final long cqHead;
    private final long cqTail;
    private final long cqes;
    private final int cqMask;

    private int pushed;
    private int taken;
    private int publishedTail;
    private boolean pollerLags;
    private long enters;
    private long submitted;
    private long overflows;

    /// Makes a ring, in the best way that this kernel knows.
    ///
    /// @throws RingUnavailableException with what to do about it
    static Ring open(Syscalls syscalls, RingOptions options) {
        try (var arena = Arena.ofConfined()) {
            var params = arena.allocate(PARAMS_BYTES, 8);
            var setups = RingSettings.setups(options);
            int result = -Errno.EINVAL.number();
            for (int i = 0; i < setups.length && result == -Errno.EINVAL.number(); i++) {
                params.fill((byte) 0);
                params.set(
                        JAVA_INT,
                        PARAMS_FLAGS,
                        setups[i] | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP);
                params.set(JAVA_INT, PARAMS_CQ_ENTRIES, options.completionEntries());
                if (options.isPolled()) {
                    params.set(
                            JAVA_INT,
                            PARAMS_SQ_THREAD_IDLE,
                            Math.toIntExact(Math.max(1, options.pollIdle().toMillis())));
                }
                result = syscalls.setup(options.submissionEntries(), params);
            }
            if (result < 0) {
                throw RingAdvice.explain("io_uring_setup", Errno.of(result));
            }
            return new Ring(syscalls, result, params);
        }
    }

    private Ring(Syscalls syscalls, int fd, MemorySegment params) {
        this.syscalls = syscalls;
        this.fd = fd;
        setup = params.get(JAVA_INT, PARAMS_FLAGS);
        features = params.get(JAVA_INT, PARAMS_FEATURES);
        sqEntries = params.get(JAVA_INT, PARAMS_SQ_ENTRIES);
        cqEntries = params.get(JAVA_INT, PARAMS_CQ_ENTRIES);
        int needed =
                IORING_FEAT_SINGLE_MMAP
                        | IORING_FEAT_NODROP
                        | IORING_FEAT_SUBMIT_STABLE
                        | IORING_FEAT_EXT_ARG;
        if ((features & needed) != needed) {
            syscalls.close(fd);
            throw RingAdvice.tooOld(features);
        }
        int cqesOffset = params.get(JAVA_INT, PARAMS_CQ_OFF + CQ_OFF_CQES);
        boolean hasArray = (setup & IORING_SETUP_NO_SQARRAY) == 0;
        int arrayOffset = params.get(JAVA_INT, PARAMS_SQ_OFF + SQ_OFF_ARRAY);
        ringsBytes =
                Math.max(
                        cqesOffset + (long) cqEntries * CQE_BYTES,
                        hasArray ? arrayOffset + 4L * sqEntries : 0);
        rings = map(ringsBytes, IORING_OFF_SQ_RING);
        sqes = map((long) sqEntries * SQE_BYTES, IORING_OFF_SQES);
        sqHead = rings + params.get(JAVA_INT, PARAMS_SQ_OFF + SQ_OFF_HEAD);
        sqTail = rings + params.get(JAVA_INT, PARAMS_SQ_OFF + SQ_OFF_TAIL);
        sqFlags = rings + params.get(JAVA_INT, PARAMS_SQ_OFF + SQ_OFF_FLAGS);
        sqMask =
                MEMORY.get(
                        JAVA_INT, rings + params.get(JAVA_INT, PARAMS_SQ_OFF + SQ_OFF_RING_MASK));
        cqHead = rings + params.get(JAVA_INT, PARAMS_CQ_OFF + CQ_OFF_HEAD);
        cqTail = rings + params.get(JAVA_INT, PARAMS_CQ_OFF + CQ_OFF_TAIL);
        cqMask =
                MEMORY.get(
                        JAVA_INT, rings + params.get(JAVA_INT, PARAMS_CQ_OFF + CQ_OFF_RING_MASK));
        cqes = rings + cqesOffset;
        if (hasArray) {
            for (int i = 0; i < sqEntries; i++) {
                MEMORY.set(
                        JAVA_INT,
                        rings + arrayOffset + 4L * i,
                        i); // slot i of the queue is entry i, for good
            }
        }
        waitArgument.set(JAVA_LONG, GETEVENTS_ARG_TS, waitArgument.address() + GETEVENTS_ARG_BYTES);
    }

    private long map(long sizeBytes, long offset) {
        long address = syscalls.map(sizeBytes, fd, offset);
        if (address < 0 && address > -4096) {
            if (rings != 0) {
                syscalls.unmap(rings, ringsBytes); // it was the second that failed
            }
            syscalls.close(fd);
            throw RingAdvice.explain("mmap of the ring", Errno.of((int) address));
        }
        return address;
    }

    int fd() {
        return fd;
    }

    int capacity() {
        return sqEntries;
    }

    /// The free entries of the submission queue.
    int room() {
        return sqEntries - unsubmitted();
    }

    /// The entries that the kernel has not taken.
    int unsubmitted() {
        return pushed - (int) INT.getAcquire(MEMORY, sqHead);
    }

    /// The address of the first entry; there are [#capacity] of them.
    long sqes() {
        return sqes;
    }

    /// Takes the next entry, which must be free, and gives its number in the queue. It is the kernel's with the next
    /// enter.
    int next() {
        return pushed++ & sqMask;
    }

    /// Publishes what was written and enters the kernel, without waiting; or gives the kernel's poller a little time to take
    /// it.
    void submit() {
        if (!isPolled()) {
            enter(0, 0, Long.MAX_VALUE);
            return;
        }
        publishToPoller();
        for (int look = 0; look < POLLER_LOOKS && unsubmitted() > 0; look++) {
            Thread.onSpinWait();
        }
        if (room() == 0) {
            enter(0, IORING_ENTER_SQ_WAIT, Long.MAX_VALUE);
        }
        // a chain may lack room then, and no completion need come to wake us when there is some
        pollerLags = unsubmitted() > 0;
    }

    /// Publishes what was written, lets the kernel post completions, and waits for one if there is none.
    ///
    /// @param timeoutNanos 0 to look only, [Long#MAX_VALUE] to wait without limit
    void await(long timeoutNanos) {
        boolean polled = isPolled();
        if (polled) {
            publishToPoller();
        }
        boolean overflown = (sqFlags() & IORING_SQ_CQ_OVERFLOW) != 0;
        if (overflown) {
            overflows++;
        }
        if (timeoutNanos == 0 || overflown || pollerLags || hasCompletions()) {
            pollerLags = false;
            boolean unsubmitted = !polled && unsubmitted() > 0;
            if (overflown || unsubmitted || (sqFlags() & IORING_SQ_TASKRUN) != 0) {
                enter(0, IORING_ENTER_GETEVENTS, Long.MAX_VALUE);
            }
        } else {
            enter(1, IORING_ENTER_GETEVENTS, timeoutNanos);
        }
    }

    /// Whether a thread of the kernel takes what is published (`IORING_SETUP_SQPOLL`).
    private boolean isPolled() {
        return (setup & IORING_SETUP_SQPOLL) != 0;
    }

    /// Publishes what was written, and wakes the poller if it sleeps. It says that it will sleep and then looks at the tail;
    /// we write the tail and then look whether it sleeps: at least one of the two sees the other.
    private void publishToPoller() {
        if (pushed == publishedTail) {
            return;
        }
        submitted += pushed - publishedTail;
        publishedTail = pushed;
        INT.setRelease(MEMORY, sqTail, pushed);
        VarHandle.fullFence();
        if ((sqFlags() & IORING_SQ_NEED_WAKEUP) != 0) {
            enter(0, IORING_ENTER_SQ_WAKEUP, Long.MAX_VALUE);
        }
    }

    /// Sends a no-op through the ring, which has been written as its next entry, to see whether it can be entered at all.
    ///
    /// @throws RingUnavailableException with what to do about it if it cannot
    void tryOut() {
        INT.setRelease(MEMORY, sqTail, pushed);
        publishedTail = pushed;
        int flags = IORING_ENTER_GETEVENTS | (isPolled() ? IORING_ENTER_SQ_WAKEUP : 0);
        int result;
        do {
            result = syscalls.enter(fd, unsubmitted(), 1, flags, 0, 0);
        } while (result == -Errno.EINTR.number());
        if (result < 0 || !hasCompletions()) {
            throw RingAdvice.explain("io_uring_enter", Errno.of(result));
        }
        advance();
    }

    private void enter(int minComplete, int flags, long timeoutNanos) {
        int toSubmit = 0;
        if (!isPolled()) {
            INT.setRelease(MEMORY, sqTail, pushed);
            toSubmit = unsubmitted();
        }
        long argument = 0;
        long argumentBytes = 0;
        if (minComplete > 0) {
            flags |= (features & IORING_FEAT_NO_IOWAIT) != 0 ? IORING_ENTER_NO_IOWAIT : 0;
            if (timeoutNanos != Long.MAX_VALUE) {
                waitArgument.set(JAVA_LONG, GETEVENTS_ARG_BYTES, timeoutNanos / 1_000_000_000);
                waitArgument.set(JAVA_LONG, GETEVENTS_ARG_BYTES + 8, timeoutNanos % 1_000_000_000);
                flags |= IORING_ENTER_EXT_ARG;
                argument = waitArgument.address();
                argumentBytes = GETEVENTS_ARG_BYTES;
            }
        }
        int result = syscalls.enter(fd, toSubmit, minComplete, flags, argument, argumentBytes);
        enters++;
        if (result >= 0) {
            submitted += result;
            return;
        }
        switch (Errno.of(result)) {
            // interrupted, timed out, out of memory for requests for now, or completions to be
            // fetched first: the loop
            // comes back with what the kernel did not take
            case EINTR, ETIME, EAGAIN, EBUSY -> {}
            default ->
                    throw new IllegalStateException(
                            "io_uring_enter failed: "
                                    + Errno.of(result)
                                    + " ("
                                    + -result
                                    + "), "
                                    + toSubmit
                                    + " entries unsubmitted");
        }
    }

    private int sqFlags() {
        return (int) INT.getOpaque(MEMORY, sqFlags);
    }

    /// Whether there is a completion to take.
    boolean hasCompletions() {
        return completions() != 0;
    }

    /// How many completions there are to take.
    int completions() {
        return (int) INT.getAcquire(MEMORY, cqTail) - taken;
    }

    /// The address of the first completion; there must be one.
    long completion() {
        return cqes + (long) (taken & cqMask) * CQE_BYTES;
    }

    /// Gives the first completion's place back to the kernel.
    void advance() {
        INT.setRelease(MEMORY, cqHead, ++taken);
    }

    long enters() {
        return enters;
    }

    long submitted() {
        return submitted;
    }

    long overflows() {
        return overflows;
    }

    String description() {
        var features = String.join(", ", features());
        return "io_uring, "
                + sqEntries
                + " submission and "
                + cqEntries
                + " completion entries"
                + (features.isEmpty() ? "" : ", " + features);
    }

    /// The ways of setting a ring up that this one has and others may not.
    List<String> features() {
        var names = new ArrayList<String>();
        if ((setup & IORING_SETUP_SINGLE_ISSUER) != 0) {
            names.add("SINGLE_ISSUER");
        }
        if ((setup & IORING_SETUP_DEFER_TASKRUN) != 0) {
            names.add("DEFER_TASKRUN");
        }
        if (isPolled()) {
            names.add("SQPOLL");
        }
        if ((setup & IORING_SETUP_NO_SQARRAY) != 0) {
            names.add("NO_SQARRAY");
        }
        return names;
    }

    @Override
    public void close() {
        syscalls.unmap(sqes, (long) sqEntries * SQE_BYTES);
        syscalls.unmap(rings, ringsBytes);
        syscalls.close(fd);
    }
}
