package dev.catena.proactor;

import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.loop.LoopOptions;
import dev.catena.proactor.uring.Affinity;
import dev.catena.proactor.uring.RingOptions;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The settings of a proactor: those of its loop, which hold on every driver, and those of its ring, which hold where it has
/// one. Not thread-safe; every method but [#open] gives back this builder.
public final class ProactorBuilder {
    static final int SUBMISSION_ENTRIES = 256;
    static final int COMPLETION_ENTRIES = 4096;

    private static final int LARGEST_SLAB = 1 << 30;
    private static final int PAGE = 4096;

    // the loop
    private String name = "catena";
    private @Nullable ThreadFactory threadFactory;
    private final BitSet processors = new BitSet();
    private int inboxInterval = 31;
    private int eventInterval = 61;
    private Duration idleSpin = Duration.ZERO;
    private Duration stallThreshold = Duration.ofSeconds(1);
    private int blockingThreads = 64;
    private int slabBytes = 1 << 20;
    private Duration closeLimit = Duration.ofSeconds(10);
    private boolean capturesSites = Boolean.getBoolean("catena.capture");
    private boolean strictBuffers = Boolean.getBoolean("catena.strict");

    // the ring
    private int submissionEntries = SUBMISSION_ENTRIES;
    private int completionEntries = COMPLETION_ENTRIES;
    private boolean singleIssuer = true;
    private Duration submissionPolling = Duration.ZERO;
    private Duration busyPoll = Duration.ZERO;
    private int boundedWorkers;
    private int unboundedWorkers;
    private int fixedFiles = RingOptions.SLOTS;
    private final Set<FastPath> without = EnumSet.noneOf(FastPath.class);

    private @Nullable DriverKind kind;
    private @Nullable Supplier<? extends Driver> driver;

    ProactorBuilder() {}

    // ---------------------------------------------------------------- the loop

    /// The name of the loop's thread; `catena` unless given.
    public ProactorBuilder name(String threadName) {
        name = threadName;
        return this;
    }

    /// What makes the loop's thread, which must be a platform thread and not started: for its priority, group, stack size or
    /// class loader. It gets the loop's [name][#name]; whether it is a daemon is the factory's to say, and a thread that is
    /// none keeps the JVM alive until the proactor is closed. Unless given, it is a daemon thread.
    public ProactorBuilder threadFactory(ThreadFactory factory) {
        threadFactory = factory;
        return this;
    }

    /// Pins the loop's thread to one processor (`sched_setaffinity(2)`, Linux).
    ///
    /// Threads that are started on the loop by the JDK or by libraries are pinned with it, since the kernel gives a thread the mask of
    /// the thread that starts it; those for [blocking work][#blockingThreads] and forks that steal are not.
    ///
    /// @param processor its number, from 0
    /// @throws UnsupportedOperationException if this is not Linux
    public ProactorBuilder pin(int processor) {
        within("the number of a processor", 0, 1023, processor);
        var one = new BitSet();
        one.set(processor);
        return pin(one);
    }

    /// Pins the loop's thread to some processors; it then runs on any of them. An empty set, as unless given, is no pinning.
    ///
    /// @param set their numbers, from 0
    /// @throws UnsupportedOperationException if this is not Linux
    public ProactorBuilder pin(BitSet set) {
        if (!Affinity.isKnown()) {
            throw new UnsupportedOperationException(
                    "threads can be pinned on Linux only, and this is "
                            + System.getProperty("os.name"));
        }
        processors.clear();
        processors.or(set);
        return this;
    }

    /// After how many tasks the loop looks at what other threads have sent it, even if its own queue is never empty; 31 unless
    /// given, as Tokio has it. Smaller: others are served sooner. Larger: more of the loop's own work in a row, less looking.
    ///
    /// @param tasks at least 1
    public ProactorBuilder inboxInterval(int tasks) {
        inboxInterval = within("inboxInterval", 1, Integer.MAX_VALUE, tasks);
        return this;
    }

    /// After how many tasks the loop looks at completions and timers; 61 unless given, as Tokio has it. Smaller: I/O is served
    /// sooner. Larger: the kernel is entered less often, with more to submit each time.
    ///
    /// @param tasks at least 1
    public ProactorBuilder eventInterval(int tasks) {
        eventInterval = within("eventInterval", 1, Integer.MAX_VALUE, tasks);
        return this;
    }

    /// How long the loop goes round without work before it sleeps in the kernel; zero unless given. Spares the time of waking, 10 to 25 µs
    /// on a virtual machine, at the price of a processor that is never idle for that long: loops that wait for each other's messages
    /// answer many times sooner (`benchmarks/results/mailboxes.md`), if each has a processor of its own. In real time, whatever
    /// the driver's clock.
    ///
    /// @param spin not negative; a little more than an answer takes, such as 50 µs
    public ProactorBuilder idleSpin(Duration spin) {
        idleSpin = notNegative("idleSpin", spin);
        return this;
    }

    /// How long the loop may be busy without coming back to its queues before that is logged as a stall, with the stack of
    /// the thread that holds it; each stall once. 1 second unless given; zero for never. A loop that sleeps is not stalled.
    /// Costs a write a task; one thread looks after all loops of the JVM.
    ///
    /// @param threshold not negative
    public ProactorBuilder stallThreshold(Duration threshold) {
        stallThreshold = notNegative("stallThreshold", threshold);
        return this;
    }

    /// The most platform threads for `scope.blocking(…)`, 64 unless given. They are made when they are needed and end when they have
    /// been idle for 10 seconds. Callers that find none free are parked until one is.
    ///
    /// @param most 1 to 32768
    public ProactorBuilder blockingThreads(int most) {
        blockingThreads = within("blockingThreads", 1, 32768, most);
        return this;
    }

    /// The size of the slabs of native memory that leased buffers are cut from; 1 MiB unless given. A buffer of that size or more
    /// is allocated alone. Slabs are not given back before the proactor is closed.
    ///
    /// @param bytes a power of two, 4 KiB to 1 GiB
    public ProactorBuilder slabBytes(int bytes) {
        within("slabBytes", PAGE, LARGEST_SLAB, bytes);
        if (Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException("slabBytes must be a power of two: " + bytes);
        }
        slabBytes = bytes;
        return this;
    }

    /// Whether slabs are registered with the ring when transfers at an offset, those of files, use them; true unless given. It saves
    /// processor time, 12 % of a direct read of 4 KiB (`docs/decisions/0007`), and counts against an ordinary user's limit of locked
    /// memory, at most 16 slabs for each proactor; when that is reached, transfers go on without. Not with strict buffers, nor on other
    /// drivers.
    public ProactorBuilder registersBuffers(boolean does) {
        if (does) {
            without.remove(FastPath.REGISTERED_BUFFERS);
        } else {
            without.add(FastPath.REGISTERED_BUFFERS);
        }
        return this;
    }

    /// How long a close of the proactor, or the exit of the JVM, waits for what is running and cannot be cancelled; 10 seconds
    /// unless given; what ends by itself in 100 milliseconds is waited for at least. After that the loop goes on in the background with what is left, and its memory is kept until then.
    public ProactorBuilder closeLimit(Duration limit) {
        closeLimit = notNegative("closeLimit", limit);
        return this;
    }

    /// Whether exceptions and reports say where an operation was submitted, and operations that nobody awaits are reported. Costs a
    /// stack trace an operation. Off, unless the system property `catena.capture` is true.
    public ProactorBuilder captureSites(boolean on) {
        capturesSites = on;
        return this;
    }

    /// Whether each leased buffer has memory of its own, which is poisoned and freed when it is given back, so that a view
    /// used too late faults instead of reading what belongs to someone else. Slow, for tests. Off, unless the system property
    /// `catena.strict` is true.
    public ProactorBuilder strictBuffers(boolean on) {
        strictBuffers = on;
        return this;
    }

    // ---------------------------------------------------------------- the ring

    /// The entries of the submission queue, which is also the length of the longest chain: 1 to 32768, rounded up to a
    /// power of two; 256 unless given. Holds on every driver.
    public ProactorBuilder submissionEntries(int entries) {
        submissionEntries = within("submissionEntries", 1, 32768, entries);
        return this;
    }

    /// The entries of the completion queue: 1 to 65536, rounded up to a power of two, and at least as many as the submission
    /// queue has; 4096 unless given. More completions than fit are kept by the kernel and fetched later, which is slower.
    public ProactorBuilder completionEntries(int entries) {
        completionEntries = within("completionEntries", 1, 65536, entries);
        return this;
    }

    /// Whether the kernel may rely on one thread using the ring (`IORING_SETUP_SINGLE_ISSUER` with
    /// `IORING_SETUP_DEFER_TASKRUN`, Linux 6.1), which is so and is faster; true unless given. False has completions posted whenever the
    /// loop's thread enters the kernel (`IORING_SETUP_COOP_TASKRUN`): to compare, or to go around a fault of a kernel.
    public ProactorBuilder singleIssuer(boolean on) {
        singleIssuer = on;
        return this;
    }

    /// Has a thread of the kernel take submissions from the queue by itself (`IORING_SETUP_SQPOLL`), so that the loop need not enter
    /// the kernel to submit. That thread uses a processor whenever there is work, and for `idle` after that; then it sleeps and is
    /// woken with a system call. Not unless given. Pays with processors to spare and a ring that is seldom idle; on a machine whose
    /// processors are all busy it is slower.
    ///
    /// @param idle how long it stays awake without work, in whole milliseconds, at least 1; zero for no such thread
    public ProactorBuilder submissionPolling(Duration idle) {
        notNegative("submissionPolling", idle);
        if (!idle.isZero() && idle.toMillis() == 0) {
            throw new IllegalArgumentException(
                    "submissionPolling is counted in milliseconds: " + idle);
        }
        submissionPolling = idle;
        return this;
    }

    /// How long a wait for completions polls the network devices of its sockets before it sleeps (NAPI,
    /// `IORING_REGISTER_NAPI`, Linux 6.9): lower latency for a processor that does not rest. Zero, which is no polling, unless given.
    /// Matters for devices with queues of their own, not for the loopback.
    ///
    /// @param time in microseconds or more
    public ProactorBuilder busyPoll(Duration time) {
        notNegative("busyPoll", time);
        if (!time.isZero() && time.toNanos() < 1_000) {
            throw new IllegalArgumentException("busyPoll is counted in microseconds: " + time);
        }
        busyPoll = time;
        return this;
    }

    /// Limits the threads of the kernel that do what cannot be done without blocking (`IORING_REGISTER_IOWQ_MAX_WORKERS`, Linux
    /// 5.15). Each loop has its own: since Linux 5.12 they belong to the thread that submits. The kernel's own limits unless
    /// given: 4 for each processor, and as many as the user may have threads.
    ///
    /// @param bounded for regular files and block devices; 0 leaves the limit as it is
    /// @param unbounded for everything else; 0 leaves the limit as it is
    public ProactorBuilder kernelWorkers(int bounded, int unbounded) {
        boundedWorkers = within("bounded kernelWorkers", 0, 32768, bounded);
        unboundedWorkers = within("unbounded kernelWorkers", 0, 32768, unbounded);
        return this;
    }

    /// The fixed file slots of the ring (`scope.slot()`; `IORING_REGISTER_FILES2`, Linux 5.19): 0 to 32768, 1024 unless given. They are
    /// registered when the first is leased.
    public ProactorBuilder fixedFiles(int slots) {
        fixedFiles = within("fixedFiles", 0, 32768, slots);
        return this;
    }

    /// Has the ring do without fast paths that its kernel may have: to compare, or because one of them is suspected. What is done is the
    /// same, and nothing is said. Operations that say such a path themselves, such as `sendZeroCopy`, are refused, as by a kernel
    /// that does not have them.
    ///
    /// @param paths added to those of earlier calls
    public ProactorBuilder without(FastPath... paths) {
        Collections.addAll(without, paths);
        return this;
    }

    // ---------------------------------------------------------------- the driver

    /// The kind of driver to run on; unless given, the one that the system property `catena.driver` names, and without it
    /// [DriverKind#BEST].
    public ProactorBuilder driver(DriverKind kindOfDriver) {
        kind = kindOfDriver;
        return this;
    }

    /// The driver to run on, instead of the one that is best here: `opener` is called on the loop's own thread. The settings of the
    /// ring are its own affair then.
    public ProactorBuilder driver(Supplier<? extends Driver> opener) {
        driver = opener;
        return this;
    }

    /// Opens it.
    ///
    /// @throws RingUnavailableException if io_uring is demanded and no ring can be made; the message says why and what to do
    /// @throws UnsupportedOperationException if the kernel cannot do what a setting of the ring asks for
    /// @throws IllegalStateException if the loop cannot be pinned to any of its processors
    /// @throws IllegalArgumentException if the thread factory makes no platform thread
    public Proactor open() {
        var chosen = kind != null ? kind : DriverKind.ofProperty();
        var ring = ringOptions();
        Supplier<? extends Driver> opener =
                driver != null ? driver : () -> DriverChoice.open(chosen, ring);
        var pinnedTo = (BitSet) processors.clone();
        var options =
                new LoopOptions(
                        name,
                        threadFactory,
                        inboxInterval,
                        eventInterval,
                        idleSpin,
                        stallThreshold,
                        !pinnedTo.isEmpty(),
                        blockingThreads,
                        slabBytes,
                        closeLimit,
                        capturesSites,
                        strictBuffers);
        return EventLoop.start(
                options,
                () -> {
                    if (!pinnedTo.isEmpty()) {
                        Affinity.pin(pinnedTo); // before the ring, whose memory is then near
                    }
                    return opener.get();
                });
    }

    private RingOptions ringOptions() {
        return new RingOptions(
                submissionEntries,
                Math.max(submissionEntries, completionEntries),
                singleIssuer,
                submissionPolling,
                busyPoll,
                boundedWorkers,
                unboundedWorkers,
                fixedFiles,
                without);
    }

    private static Duration notNegative(String what, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(what + " cannot be negative: " + value);
        }
        return value;
    }

    private static int within(String what, int least, int most, int value) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + " must be " + least + " to " + most + ": " + value);
        }
        return value;
    }
}
