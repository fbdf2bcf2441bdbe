package dev.catena.proactor.loop;

import dev.catena.ops.Fd;
import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.Metrics;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.Payload;
import dev.catena.proactor.driver.Spawn;
import dev.catena.proactor.uring.Affinity;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The event loop.
///
/// One platform thread owns the driver, the table of entries in flight, the timers, the memory and every scope that runs
/// here; nothing of it is locked. The thread goes round:
///
/// 1. run tasks: continuations of virtual threads, and what other threads sent through the inbox;
/// 2. expire timers;
/// 3. enter the kernel once, with everything that was pushed, waiting only if there is nothing else to do;
/// 4. take the completions, which wake tasks.
///
/// A virtual thread of the loop runs *on* the loop's thread, so it may use loop-owned state directly, and does: an
/// operation is pushed into the submission queue by the thread that awaits it. Between two points at which it parks
/// nothing else runs here.
public final class EventLoop implements Proactor, Executor {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final long EXIT_PATIENCE_MILLIS = 250;
    private static final Duration LEAST_CLOSE = Duration.ofMillis(100);

    /// How often a dying loop may fail on the way to its end before it is left as it is.
    private static final int MOST_FAILURES = 100;

    // by their threads
    private static final Map<Thread, EventLoop> LOOPS = new ConcurrentHashMap<>();

    final Thread thread;
    private final Tasks tasks;
    private final LoopOptions options;
    private final Thread exitHook =
            Thread.ofPlatform().name("catena-exit").unstarted(this::closeAtExit);
    private final LoopEnd end = new LoopEnd();
    private final ReentrantLock lateTasks = new ReentrantLock();
    private final Heartbeat heartbeat;
    private final Sites sites;
    private final long idleSpinNanos;

    // made by the loop's thread before the loop is handed out
    private Driver driver;
    private Submissions submissions;
    private Slots slots;
    private boolean settles;

    // read by other threads to know where tasks go
    private volatile boolean stopped;
    private volatile boolean closing;

    // written by the exit hook before it has the loop closed
    private volatile boolean atExit;

    // loop-owned
    private final TimerQueue timers = new TimerQueue();
    private final Slabs slabs;
    private final Counters counters = new Counters();
    private final LinkedHashSet<Resident> residents = new LinkedHashSet<>();
    private int notComingBack;
    private @Nullable BlockingPool blocking;
    private boolean shuttingDown;
    private long reaped;
    private long doneBefore;
    private long idleSinceNanos;
    private int failures;

    // written by the loop: what it died of
    private volatile @Nullable Throwable death;

    // the driver is opened by the loop's own thread, which start() waits for
    @SuppressWarnings("NullAway.Init")
    private EventLoop(
            LoopOptions options,
            Supplier<? extends Driver> opener,
            CompletableFuture<Void> opened) {
        this.options = options;
        this.tasks = new Tasks(options.inboxInterval());
        this.slabs =
                new Slabs(options.strictBuffers(), options.slabBytes(), slab -> driver.slab(slab));
        this.sites = new Sites(options.capturesSites());
        this.idleSpinNanos = TimeUnit.NANOSECONDS.convert(options.idleSpin());
        this.heartbeat =
                new Heartbeat(
                        TimeUnit.NANOSECONDS.convert(options.stallThreshold()), tasks::isSleeping);
        this.thread = options.newThread(() -> open(opener, opened));
    }

    /// Starts a loop over the driver that `opener` opens on the loop's thread: a ring belongs to the thread that made it.
    public static EventLoop start(LoopOptions options, Supplier<? extends Driver> opener) {
        var opened = new CompletableFuture<Void>();
        var loop = new EventLoop(options, opener, opened);
        loop.thread.start();
        try {
            opened.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                cause.addSuppressed(new IllegalStateException("while opening " + options.name()));
                throw cause;
            }
            throw e;
        }
        if (!VirtualThreads.canSchedule()) {
            VirtualThreads.warnOnce();
        }
        Runtime.getRuntime().addShutdownHook(loop.exitHook);
        return loop;
    }

    // ---------------------------------------------------------------- for any thread

    /// Whether the caller runs on the loop's thread, as the thread itself or as a virtual thread mounted on it.
    public boolean isOnLoop() {
        return VirtualThreads.carrier() == thread;
    }

    /// Whether closing would wait for the caller: it runs here, or is a thread of one of the scopes here that the JDK schedules.
    public boolean isWaitedFor() {
        return isOnLoop() || Home.is(this);
    }

    /// Runs a task on the loop, some time soon. This is how the JDK schedules the loop's virtual threads.
    @Override
    public void execute(Runnable task) {
        if (isOnLoop() && !stopped) {
            tasks.push(task);
        } else if (tasks.offer(task)) {
            wake();
        }
        rescue();
    }

    /// As [#execute], but from another loop the wake-up goes out with what that loop submits next (`MSG_RING`) instead of by a
    /// system call of its own: for callers that return to their loop soon.
    public void post(Runnable task) {
        var here = LOOPS.get(VirtualThreads.carrier());
        if (here == null || here == this) {
            execute(task);
            return;
        }
        if (tasks.offer(task)) {
            boolean sameTable = here.driver.table() == driver.table();
            if (!sameTable || driver.ring() < 0 || !here.driver.pushWake(driver.ring())) {
                wake();
            }
        }
        rescue();
    }

    private void wake() {
        try {
            driver.wake();
        } catch (RuntimeException | Error e) {
            tasks.notWoken();
            throw e;
        }
    }

    /// Has what came too late for the loop run by a thread of its own: those of a pool may all be waiting for just that.
    private void rescue() {
        if (stopped) {
            var _ = Thread.ofPlatform().daemon().name("catena-late").start(this::runLateTasks);
        }
    }

    /// Runs what came after the loop had ended: threads that outlived it, and callers that are told so.
    private void runLateTasks() {
        // No monitor: its thread carries continuations here, and one that is unmounted takes the
        // monitors of its
        // carrier along (JDK 25), which ends in a crash of the garbage collector.
        lateTasks.lock();
        try {
            tasks.run(Integer.MAX_VALUE);
        } finally {
            lateTasks.unlock();
        }
    }

    /// Does something on the loop and gives back what it gave: at once if the caller is on the loop, else handed over.
    public <T extends @Nullable Object> T call(Supplier<T> work) {
        if (isOnLoop()) {
            return work.get();
        }
        var handoff = new Handoff<>(sites.from(work));
        execute(handoff);
        return handoff.await();
    }

    /// Does something on the loop: at once if the caller is on the loop, else handed over and waited for.
    public void perform(Runnable work) {
        if (isOnLoop()) {
            work.run();
        } else {
            call(
                    () -> {
                        work.run();
                        return work;
                    });
        }
    }

    /// A virtual thread of this loop, not started.
    public Thread newThread(String name, Runnable body) {
        return VirtualThreads.create(
                this, name, VirtualThreads.canSchedule() ? body : Home.at(this, body));
    }

    /// A virtual thread of the JDK's own scheduler, which runs it on any processor; not started.
    public Thread newStealingThread(String name, Runnable body) {
        return VirtualThreads.createStealing(
                name,
                // its carrier may be this loop's child
                Home.at(this, options.pinned() ? unpinned(body) : body));
    }

    /// What a thread does that may have been started by a pinned loop, on any processor.
    public static Runnable unpinned(Runnable body) {
        return () -> {
            Affinity.release();
            body.run();
        };
    }

    /// Has work that blocks done by a platform thread, as soon as one is free (loop thread).
    public void executeBlocking(Runnable work) {
        if (blocking == null) {
            blocking =
                    new BlockingPool(thread.getName(), options.blockingThreads(), options.pinned());
        }
        driver.outside(1);
        try {
            blocking.execute(
                    () -> {
                        try {
                            work.run();
                        } finally {
                            driver.outside(-1);
                        }
                    });
        } catch (RuntimeException | Error refused) {
            driver.outside(-1);
            throw refused;
        }
    }

    /// Whether the caller may wait here by parking: not the loop's own thread, which would wait for itself.
    public void checkMayWait() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException(
                    "a function of a pipeline runs on the loop and must not wait: return a pipeline instead of awaiting one");
        }
    }

    @Override
    public long nanoTime() {
        return driver.nanoTime();
    }

    @Override
    public String driver() {
        return driver.description();
    }

    @Override
    public Fd ring() {
        return call(
                () -> {
                    if (driver.ring() < 0) {
                        throw new UnsupportedOperationException(
                                driver() + " has no ring that takes messages");
                    }
                    return new Descriptor(driver.ring(), driver.table());
                });
    }

    @Override
    public void onMessage(LongConsumer handler) {
        perform(() -> submissions.onMessage(handler));
    }

    @Override
    public Metrics metrics() {
        return stopped ? count() : call(this::count);
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    @Override
    public boolean close(Duration grace) {
        if (isWaitedFor()) {
            throw new IllegalStateException(
                    "a proactor cannot be closed from its own loop, which it would wait for");
        }
        closing = true;
        execute(() -> {}); // it may have nothing to wait for
        forgetExitHook();
        boolean byItself = end.await(thread.getName(), grace);
        if (!byItself) {
            execute(() -> shutDownResidents("the proactor is being closed"));
            var limit = options.closeLimit();
            var atLeast = limit.compareTo(LEAST_CLOSE) < 0 ? LEAST_CLOSE : limit;
            if (!end.await(thread.getName(), atLeast)) {
                quarantine();
            }
        }
        return byItself;
    }

    private void forgetExitHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(exitHook);
        } catch (IllegalStateException exiting) {
            LOG.debug("{} is closed while the JVM exits", thread.getName());
        }
    }

    /// What cannot be cancelled goes on: the loop stays with it, and with its memory, until it has ended.
    private void quarantine() {
        LOG.error(
                "{} could not be closed within {}: something in it does not end. Its loop goes on in the background, and"
                        + " memory that the kernel may use is kept until then",
                thread.getName(),
                options.closeLimit());
        execute(
                () -> {
                    counters.quarantined = submissions.inFlight();
                    LOG.error("what is left of it:\n{}", dump());
                });
    }

    /// Closes the loop as the JVM exits, unless the loop itself waits for that: a body called `System.exit`.
    private void closeAtExit() {
        var answers = new CountDownLatch(1);
        execute(answers::countDown);
        try {
            if (answers.await(EXIT_PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                atExit = true;
                close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return thread.getName()
                + ": "
                + driver.description()
                + (VirtualThreads.canSchedule() ? "" : ", virtual threads on the JDK's scheduler");
    }

    /// Whether it is recorded where operations are submitted.
    public boolean capturesSites() {
        return options.capturesSites();
    }

    /// Where the caller is, or who has handed over what it does, if that is recorded.
    public @Nullable Throwable site() {
        return sites.here(isOnLoop());
    }

    /// Tells the operators of a program about a mistake in it.
    public void report(String mistake, @Nullable Throwable site) {
        LOG.warn(mistake, site);
    }

    // ---------------------------------------------------------------- for the loop's thread

    /// What the watchdog looks at.
    Heartbeat heartbeat() {
        return heartbeat;
    }

    /// All that lives here, line by line, for people.
    public String dump() {
        var text = new StringBuilder(toString());
        text.append(
                "\n%d scopes open, %d entries in flight, %d timers armed\n"
                        .formatted(counters.scopes, submissions.inFlight(), timers.size()));
        residents.forEach(resident -> resident.describe(text));
        return text.toString();
    }

    /// How long the kernel has had a submission, in nanoseconds; -1 if it does not have it.
    public long ageNanos(Submission submission) {
        return submissions.ageNanos(submission);
    }

    /// The thread that has the loop now: a virtual one, if that can be told (any thread).
    public Thread holder() {
        var virtual = VirtualThreads.ofTask(tasks.running());
        return virtual != null ? virtual : thread;
    }

    /// The loop's memory.
    public Slabs slabs() {
        return slabs;
    }

    /// The loop's counters.
    public Counters counters() {
        return counters;
    }

    /// Whether descriptors that something else in the process has opened can be used here.
    public boolean hasProcessTable() {
        return driver.hasProcessTable();
    }

    /// Whether the numbers of descriptors mean the same on both loops (any thread).
    public boolean sharesDescriptorsWith(EventLoop other) {
        return driver.table() == other.driver.table();
    }

    /// Starts a program; see [Driver#spawn]. Any thread, but not the loop's own, which it would hold up.
    public int spawn(Spawn program) {
        return driver.spawn(program);
    }

    /// The identity of the driver's descriptor table.
    public Object table() {
        return driver.table();
    }

    /// What an operation gave that is not a number; see [Driver#payload].
    public Payload payload(Submission submission, int entry) {
        return driver.payload(submission.token(entry));
    }

    /// Closes a descriptor that nobody has seen.
    public void discard(int descriptor) {
        driver.discard(descriptor);
    }

    /// The buffer that the kernel picked for a completion, and that is the caller's until [#provide].
    public MemorySegment provided(int flags, int size) {
        return driver.provided(flags, size);
    }

    /// Gives a buffer that the kernel picked back to it.
    public void provide(int flags) {
        driver.provide(flags);
    }

    /// The fixed file slots of the ring.
    public Slots slots() {
        return slots;
    }

    /// Counts a resident in.
    ///
    /// @throws IllegalStateException if the proactor is closed or closing
    public void enter(Resident resident) {
        if (closing) {
            throw new IllegalStateException(
                    "the proactor " + thread.getName() + " is closed", death);
        }
        residents.add(resident);
    }

    /// Counts a resident out.
    public void leave(Resident resident) {
        residents.remove(resident);
    }

    /// Arms a timer, again if it was armed.
    public void arm(LoopTimer timer, long deadlineNanos) {
        timers.arm(timer, deadlineNanos);
    }

    /// Disarms a timer, if it is armed.
    public void disarm(LoopTimer timer) {
        timers.cancel(timer);
    }

    /// Checks that a submission can be made on this ring.
    ///
    /// @throws IllegalArgumentException if it can never fit into the queue
    /// @throws UnsupportedOperationException if the driver cannot do one of its operations
    public void check(Submission submission) {
        submissions.check(submission);
    }

    /// Publishes a submission that was [checked][#check], or lets it wait for room: a chain is never split.
    public void submit(Submission submission) {
        submissions.submit(submission);
    }

    /// Lets the submission that was made last end now if it moves bytes and the driver can do that without waiting, so that the task
    /// that runs need not wait: as long as it is not the turn of others, and unless it has been interrupted, which it notices as it
    /// waits.
    public void settle(Submission submission) {
        if (settles && tasks.mayGoOn() && !Thread.currentThread().isInterrupted()) {
            submissions.settle(submission);
        }
    }

    /// Asks for the end of a submission. One that is still waiting for room ends at once; of one in flight, the link that
    /// runs is cancelled, and each that still starts after it.
    ///
    /// @param why in words, by its `toString`
    public void cancel(Submission submission, Object why) {
        submissions.cancel(submission, why);
    }

    // ---------------------------------------------------------------- the thread itself

    private void open(Supplier<? extends Driver> opener, CompletableFuture<Void> opened) {
        try {
            begin(opener);
        } catch (RuntimeException | Error e) {
            opened.completeExceptionally(e);
            return;
        }
        opened.complete(null);
        try {
            runUntilDone();
            driver.close();
            end.tell(death);
        } catch (RuntimeException | Error e) {
            LOG.error("the loop {} could not end; its memory is kept", thread.getName(), e);
            end.tell(e);
            throw e;
        } finally {
            stopped = true;
            LOOPS.remove(thread);
            Watchdog.forget(this);
            if (blocking != null) {
                blocking.close();
            }
            runLateTasks();
        }
    }

    /// Opens all that it needs, or leaves nothing open.
    private void begin(Supplier<? extends Driver> opener) {
        driver = opener.get();
        try {
            submissions = new Submissions(driver, timers, counters, heartbeat);
            slots = new Slots(driver);
            settles = driver.settles();
            LOOPS.put(thread, this);
            if (heartbeat.thresholdNanos() > 0) {
                Watchdog.watch(this);
            }
        } catch (RuntimeException | Error e) {
            LOOPS.remove(thread);
            Watchdog.forget(this);
            try {
                driver.close();
            } catch (RuntimeException | Error another) {
                e.addSuppressed(another);
            }
            throw e;
        }
    }

    /// Goes round until it is done, whatever is thrown on the way: even a loop that dies takes its scopes down in order, since
    /// the kernel goes on with what they have in flight.
    private void runUntilDone() {
        while (true) {
            try {
                run();
                return;
            } catch (RuntimeException | Error e) {
                if (++failures > MOST_FAILURES) {
                    throw e;
                }
                die(e);
            }
        }
    }

    private void die(Throwable cause) {
        if (death == null) {
            death = cause;
            closing = true;
            tasks.push(
                    () -> shutDownResidents("the loop " + thread.getName() + " died of " + cause));
            LOG.error(
                    "the loop {} died; the {} scopes on it are being cancelled and drained",
                    thread.getName(),
                    residents.size(),
                    cause);
        } else {
            LOG.error("the loop {} failed again while it ends", thread.getName(), cause);
        }
    }

    private void run() {
        while (!isDone()) {
            heartbeat.beat();
            boolean more = tasks.run(options.eventInterval());
            if (timers.size() > 0) {
                timers.expire(driver.nanoTime());
            }
            submissions.publishBacklog();
            if (!more && isOnlyExiting()) {
                end.tell(null);
            }
            // a task may have been the last thing to wait for, and nothing would end the sleep then
            if (more || isDone() || goesOnSpinning() || !tasks.prepareSleep()) {
                submissions.await(0);
            } else {
                submissions.await(
                        timers.size() == 0 ? Long.MAX_VALUE : timers.delayNanos(driver.nanoTime()));
                tasks.awake();
            }
            reaped += submissions.reap();
        }
    }

    /// Whether it has not been without work for long enough to sleep. Measured in real time, since it is a processor's.
    private boolean goesOnSpinning() {
        if (idleSpinNanos == 0) {
            return false;
        }
        long now = System.nanoTime();
        long done = tasks.count() + reaped;
        if (done != doneBefore) {
            doneBefore = done;
            idleSinceNanos = now;
        }
        Thread.onSpinWait();
        return now - idleSinceNanos < idleSpinNanos;
    }

    private boolean isDone() {
        return closing && residents.isEmpty() && submissions.isEmpty();
    }

    private void shutDownResidents(String reason) {
        if (!shuttingDown) {
            shuttingDown = true;
            for (var resident : List.copyOf(residents)) {
                resident.shutDown(reason);
            }
        }
        if (atExit) {
            notComingBack = (int) residents.stream().filter(Resident::hasCalledExit).count();
        }
    }

    /// Whether all that is left, as the JVM exits, are scopes with a body that waits for the exit itself: there is nothing to wait
    /// for once the kernel has nothing of theirs.
    private boolean isOnlyExiting() {
        return notComingBack > 0
                && residents.size() == notComingBack
                && submissions.isEmpty()
                && !end.isTold();
    }

    private Metrics count() {
        var driverCounts = driver.counts();
        return new Metrics(
                counters.published,
                counters.terminal,
                counters.cancelled,
                counters.completedAfterCancel,
                counters.late,
                counters.stale,
                counters.quarantined,
                driverCounts.enters(),
                driverCounts.overflows(),
                counters.descriptors,
                slabs.blocksOut() + counters.provided,
                counters.scopes,
                timers.size());
    }
}
