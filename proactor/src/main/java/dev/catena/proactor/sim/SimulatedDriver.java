package dev.catena.proactor.sim;

import dev.catena.ops.MessageRing;
import dev.catena.ops.Op;
import dev.catena.ops.SocketName;
import dev.catena.ops.WaitProcess;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.DriverCounts;
import dev.catena.proactor.driver.Payload;
import dev.catena.proactor.driver.Spawn;
import dev.catena.proactor.sim.CompletionQueue.Completion;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A ring of a simulated machine: its queues, and waiting.
final class SimulatedDriver implements Driver {

    /// An entry of the submission queue.
    record Pushed(Op<?> op, int flags, long token, long nowNanos) {}

    private static final String NO_PROCESSES = "the simulated kernel has no processes";

    private final Machine machine;
    private final Thread thread = Thread.currentThread();
    private final int number;

    // the loop's
    private final ArrayList<Pushed> pushed = new ArrayList<>();

    // guarded by the kernel's lock
    private final CompletionQueue completions;
    private final LiveRequests live = new LiveRequests();
    private final Map<Long, Payload> payloads = new HashMap<>();
    private final @Nullable Description[] slots;
    private final ProvidedMemory provided;
    private final Execution execution;
    private final Chains chains;
    private boolean waiting;
    private long deadlineNanos = Long.MAX_VALUE;
    private int lateWakes;

    // work that goes on outside of the loop, while no time passes
    private int outside;
    private long enters;
    private long submitted;

    // set by any thread, cleared by the loop
    private volatile boolean woken;

    SimulatedDriver(Machine machine) {
        this.machine = machine;
        var capacity = machine.capacity;
        completions = new CompletionQueue(capacity.completionEntries());
        slots = new @Nullable Description[capacity.slots()];
        provided = new ProvidedMemory(capacity.providedBuffers(), capacity.providedBytes());
        execution = new Execution(machine, this);
        chains = new Chains(machine, this, execution);
        try (var _ = machine.lock.hold()) {
            number = machine.descriptors.open(new RingFile(this));
            machine.rings.add(this);
        }
    }

    // ---------------------------------------------------------------- the contract

    @Override
    public String description() {
        var capacity = machine.capacity;
        return "simulated kernel, "
                + capacity.submissionEntries()
                + " submission and "
                + capacity.completionEntries()
                + " completion entries";
    }

    @Override
    public Object table() {
        return machine.descriptors;
    }

    @Override
    public int capacity() {
        return machine.capacity.submissionEntries();
    }

    @Override
    public int room() {
        return capacity() - pushed.size();
    }

    @Override
    public int spawn(Spawn program) {
        throw new UnsupportedOperationException(NO_PROCESSES + ", so that none is started");
    }

    @Override
    public @Nullable String lacks(Op<?> op) {
        return op instanceof WaitProcess ? NO_PROCESSES : null;
    }

    @Override
    public void push(Op<?> op, int flags, long token, long nowNanos) {
        if (room() == 0) {
            throw new IllegalStateException(op + " was pushed into a full submission queue");
        }
        if (op instanceof SocketName) {
            try (var _ = machine.lock.hold()) {
                execution.answer(request(new Pushed(op, flags, token, nowNanos)));
            }
        } else {
            pushed.add(new Pushed(op, flags, token, nowNanos));
        }
    }

    @Override
    public void submit() {
        try (var _ = machine.lock.hold()) {
            take();
        }
    }

    @Override
    public void await(long timeoutNanos) {
        try (var _ = machine.lock.hold()) {
            take();
            if (hasInFlight()) {
                machine.runDue();
            }
            if (timeoutNanos == 0 || !pushed.isEmpty() || isReady()) {
                woken = false;
                return;
            }
            long now = machine.nowNanos();
            deadlineNanos =
                    timeoutNanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + timeoutNanos;
            waiting = true;
        }
        while (!mayReturn()) {
            LockSupport.park(this);
        }
    }

    private boolean mayReturn() {
        try (var _ = machine.lock.hold()) {
            machine.progress();
            if (!isReady()) {
                machine.tellWatchers();
                return false;
            }
            waiting = false;
            deadlineNanos = Long.MAX_VALUE;
            woken = false;
            return true;
        }
    }

    @Override
    public int reap(Completions sink) {
        List<Completion> taken;
        try (var _ = machine.lock.hold()) {
            taken = completions.take();
        }
        for (var completion : taken) {
            sink.completed(completion.token(), completion.result(), completion.flags());
        }
        return taken.size();
    }

    @Override
    public Payload payload(long token) {
        try (var _ = machine.lock.hold()) {
            return Objects.requireNonNull(
                    payloads.get(token), "nothing but a number was given for this token");
        }
    }

    @Override
    public void ended(long token) {
        try (var _ = machine.lock.hold()) {
            payloads.remove(token);
        }
    }

    @Override
    public void discard(int descriptor) {
        try (var _ = machine.lock.hold()) {
            if (!machine.descriptors.close(descriptor)) {
                machine.violation("fd(" + descriptor + ") was discarded and is not open");
            }
        }
    }

    @Override
    public int slots() {
        return slots.length;
    }

    @Override
    public MemorySegment provided(int flags, int size) {
        return provided.filled(flags, size);
    }

    @Override
    public void provide(int flags) {
        try (var _ = machine.lock.hold()) {
            if (!provided.giveBack(flags)) {
                machine.violation("a provided buffer was given back twice");
            }
        }
    }

    @Override
    public int ring() {
        return number;
    }

    @Override
    public void outside(int change) {
        try (var _ = machine.lock.hold()) {
            outside += change;
        }
        LockSupport.unpark(thread);
    }

    /// Whether work goes on outside of its loop.
    boolean hasOutside() {
        return outside > 0;
    }

    @Override
    public void wake() {
        try (var _ = machine.lock.hold()) {
            long late = machine.decisions.wakeDelayNanos();
            if (late > 0) {
                lateWakes++;
                machine.after(late, this::wokenLate);
            } else {
                woken = true;
            }
        }
        LockSupport.unpark(thread);
    }

    private void wokenLate() {
        lateWakes--;
        woken = true;
    }

    @Override
    public long nanoTime() {
        return machine.nowNanos();
    }

    @Override
    public DriverCounts counts() {
        try (var _ = machine.lock.hold()) {
            return new DriverCounts(enters, submitted, completions.overflows());
        }
    }

    @Override
    public void close() {
        try (var _ = machine.lock.hold()) {
            for (var request : live.list()) {
                machine.violation("the ring was closed with " + request + " in flight");
            }
            if (!provided.isWhole()) {
                machine.violation(
                        "the ring was closed with provided buffers that were not given back");
            }
            machine.rings.remove(this);
            machine.descriptors.close(number);
            for (var slot : slots) {
                if (slot != null) {
                    slot.release();
                }
            }
            machine.nudgeRings();
            machine.tellWatchers();
        }
    }

    // ---------------------------------------------------------------- taking (with the lock held)

    /// Takes what was pushed, if the schedule lets it: all, or the first chains.
    private void take() {
        if (pushed.isEmpty()) {
            return;
        }
        enters++;
        machine.runDue(); // what was to happen before this was submitted
        var refusal = execution.refusesSubmission();
        if (refusal != null) {
            machine.note(
                    Trail.Kind.REFUSED,
                    null,
                    refusal.number(),
                    refusal + ", " + pushed.size() + " entries stay");
            return;
        }
        int count = execution.takesWhole() ? pushed.size() : Chains.firstEnd(pushed);
        if (count < pushed.size()) {
            machine.note(
                    Trail.Kind.REFUSED,
                    null,
                    0,
                    "took " + count + " of " + pushed.size() + " entries");
        }
        var taken = pushed.subList(0, count);
        chains.submit(taken.stream().map(this::request).toList());
        taken.clear();
        submitted += count;
    }

    private Request request(Pushed entry) {
        var request =
                new Request(
                        this,
                        entry.op(),
                        entry.flags(),
                        entry.token(),
                        entry.nowNanos(),
                        machine.nextRequest());
        machine.note(Trail.Kind.SUBMITTED, entry.op(), 0, request + Chains.flagNames(request));
        if (!live.add(request)) {
            machine.violation(request + " has the token of another that is in flight");
        }
        return request;
    }

    // ---------------------------------------------------------------- for the rest of the kernel

    Execution execution() {
        return execution;
    }

    Chains chains() {
        return chains;
    }

    LiveRequests live() {
        return live;
    }

    @Nullable Description[] slotTable() {
        return slots;
    }

    ProvidedMemory providedMemory() {
        return provided;
    }

    void give(Request request, Payload payload) {
        payloads.put(request.token, payload);
    }

    /// Posts a completion.
    void post(long token, int result, int flags) {
        completions.post(new Completion(token, result, flags), machine.faults.overflowsNow());
    }

    /// Posts a completion of a multishot operation, if there is room for it.
    boolean postShot(long token, int result, int flags) {
        boolean full =
                !completions.hasRoom()
                        || machine.faults.overflowsNow()
                        || machine.decisions.happens(Decision.OVERFLOW);
        if (!full) {
            completions.post(new Completion(token, result, flags), false);
        }
        return !full;
    }

    /// Posts the message of another ring.
    void postMessage(long message) {
        machine.note(Trail.Kind.COMPLETED, null, 0, "message " + message);
        post(Driver.MESSAGE | (message & MessageRing.MAX), 0, 0);
    }

    boolean hasInFlight() {
        return live.size() > 0 || lateWakes > 0;
    }

    boolean isWaiting() {
        return waiting;
    }

    /// Whether a thread that waits has something to do.
    boolean isReady() {
        return woken || !completions.isEmpty() || deadlineNanos <= machine.nowNanos();
    }

    /// Until when its thread waits.
    long deadlineNanos() {
        return deadlineNanos;
    }

    /// Has its thread look again.
    void nudge() {
        LockSupport.unpark(thread);
    }
}
