package dev.catena.proactor;

import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.loop.LoopOptions;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The settings of a proactor. Not thread-safe; every method but [#open] gives back this builder.
public final class ProactorBuilder {
    static final int SUBMISSION_ENTRIES = 256;
    static final int COMPLETION_ENTRIES = 4096;

    private String name = "catena";
    private int submissionEntries = SUBMISSION_ENTRIES;
    private int completionEntries = COMPLETION_ENTRIES;
    private int inboxInterval = 31;
    private int eventInterval = 61;
    private Duration closeLimit = Duration.ofSeconds(10);
    private boolean capturesSites = Boolean.getBoolean("catena.capture");
    private boolean strictBuffers = Boolean.getBoolean("catena.strict");
    private @Nullable DriverKind kind;
    private @Nullable Supplier<? extends Driver> driver;

    ProactorBuilder() {}

    /// The name of the loop's thread; `catena` unless given.
    public ProactorBuilder name(String threadName) {
        name = threadName;
        return this;
    }

    /// The entries of the submission queue, which is also the length of the longest chain: 1 to 32768, rounded up to a
    /// power of two; 256 unless given.
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

    /// After how many tasks the loop looks at what other threads have sent it; 31 unless given.
    public ProactorBuilder inboxInterval(int tasks) {
        inboxInterval = within("inboxInterval", 1, Integer.MAX_VALUE, tasks);
        return this;
    }

    /// After how many tasks the loop looks at completions and timers; 61 unless given.
    public ProactorBuilder eventInterval(int tasks) {
        eventInterval = within("eventInterval", 1, Integer.MAX_VALUE, tasks);
        return this;
    }

    /// How long a close of the proactor, or the exit of the JVM, waits for what is running and cannot be cancelled; 10 seconds
    /// unless given; what ends by itself in 100 milliseconds is waited for at least. After that the loop goes on in the background with what is left, and its memory is kept until then.
    public ProactorBuilder closeLimit(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("closeLimit cannot be negative: " + limit);
        }
        closeLimit = limit;
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

    /// The kind of driver to run on; unless given, the one that the system property `catena.driver` names, and without it
    /// [DriverKind#BEST].
    public ProactorBuilder driver(DriverKind kindOfDriver) {
        kind = kindOfDriver;
        return this;
    }

    /// The driver to run on, instead of the one that is best here: `opener` is called on the loop's own thread.
    public ProactorBuilder driver(Supplier<? extends Driver> opener) {
        driver = opener;
        return this;
    }

    /// Opens it.
    ///
    /// @throws RingUnavailableException if io_uring is demanded and no ring can be made; the message says why and what to do
    public Proactor open() {
        int completions = Math.max(submissionEntries, completionEntries);
        var chosen = kind != null ? kind : DriverKind.ofProperty();
        Supplier<? extends Driver> opener =
                driver != null
                        ? driver
                        : () -> DriverChoice.open(chosen, submissionEntries, completions);
        var options =
                new LoopOptions(
                        name,
                        inboxInterval,
                        eventInterval,
                        closeLimit,
                        capturesSites,
                        strictBuffers);
        return EventLoop.start(options, opener);
    }

    private static int within(String what, int least, int most, int value) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + " must be " + least + " to " + most + ": " + value);
        }
        return value;
    }
}
