package dev.catena.scope;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.catena.ops.Buffer;
import dev.catena.ops.Chain;
import dev.catena.ops.Deadline;
import dev.catena.ops.Fd;
import dev.catena.ops.Multishot;
import dev.catena.ops.Op;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.ops.Step;
import dev.catena.ops.spi.Descriptor;
import dev.catena.ops.spi.Memory;
import dev.catena.ops.spi.Region;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.loop.LoopTimer;
import dev.catena.proactor.loop.Resident;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one kind of [Scope].
///
/// All its state belongs to the loop's thread. A virtual thread of the loop uses it directly, since it runs there; any other
/// thread hands its calls over. What runs in it is in its [Contents], what it owns in its [Holdings], what went wrong in
/// its [Failures], and how it ends in its [Ending].
final class LiveScope implements Scope, Resident {

    private final EventLoop loop;
    private final @Nullable LiveScope parent;
    private final ScopeOptions options;
    private final Thread owner;
    private final boolean hasBody;
    private final Deadline deadline;

    // the scope, this one or one around it, whose deadline that is
    private final LiveScope bounding;

    // loop-owned from here on
    private @Nullable Stop stop;
    private Stop.@Nullable Asked lastAsked;
    private final Contents contents = new Contents();
    private final Ending ending = new Ending(this, contents);
    private final Failures failures = new Failures(this);
    private final Holdings holdings;
    private final Admission admission;
    private @Nullable Expiry expiry;
    private Bag.@Nullable Place<LiveScope> place;
    private long id;

    // where it was opened, if that is recorded
    private final @Nullable Throwable site;

    /// Ends the scope's time.
    private final class Expiry extends LoopTimer {
        @Override
        protected void expired() {
            expire();
        }
    }

    private LiveScope(
            EventLoop loop, @Nullable LiveScope parent, ScopeOptions options, boolean hasBody) {
        this.loop = loop;
        this.parent = parent;
        this.options = options;
        this.owner = Thread.currentThread();
        this.hasBody = hasBody;
        this.holdings = new Holdings(this);
        this.admission = new Admission(this, loop);
        this.site = loop.site();
        var own = options.deadlineAt(loop.nanoTime());
        if (parent != null && !options.shielded() && parent.deadline.compareTo(own) <= 0) {
            this.deadline = parent.deadline;
            this.bounding = parent.bounding;
        } else {
            this.deadline = own;
            this.bounding = this;
        }
        loop.perform(() -> enter(own));
    }

    private void enter(Deadline own) {
        if (parent == null) {
            loop.enter(this);
        } else {
            if (!parent.ending.takesScopes()) {
                parent.checkOpen();
            }
            place = parent.contents.scopes.add(this);
            if (!options.shielded()) {
                stop = parent.refusal();
            }
        }
        loop.counters().scopes++;
        id = ++loop.counters().scopesOpened;
        if (!own.isNever()) {
            expiry = new Expiry();
            loop.arm(expiry, own.nanos());
        }
    }

    // ---------------------------------------------------------------- opening

    static Scope open(Proactor proactor, ScopeOptions options) {
        return new LiveScope((EventLoop) proactor, null, options, false);
    }

    static <T extends @Nullable Object, X extends Exception> T open(
            Proactor proactor, ScopeOptions options, Body<T, X> body) throws IOException, X {
        var loop = (EventLoop) proactor;
        if (loop.isOnLoop()) {
            loop.checkMayWait();
            return new LiveScope(loop, null, options, true).run(body);
        }
        return new Visit<>(loop, options, body).await();
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T child(
            ScopeOptions childOptions, Body<T, X> body) throws IOException, X {
        return new LiveScope(loop, this, childOptions, true).run(body);
    }

    @Override
    public Scope child(ScopeOptions childOptions) {
        return new LiveScope(loop, this, childOptions, false);
    }

    @Override
    public <T> T firstSuccess(List<? extends Callable<T>> bodies) throws IOException {
        if (bodies.isEmpty()) {
            throw new IllegalArgumentException("there is nothing that could succeed");
        }
        var options = ScopeOptions.of(name() + "-first").joining(Joining.FIRST_SUCCESS);
        return child(
                options,
                scope -> {
                    var tasks = bodies.stream().map(scope::fork).toList();
                    scope.join();
                    for (var task : tasks) {
                        if (((Forked<T>) task).hasSucceeded()) {
                            return task.await();
                        }
                    }
                    return tasks.getFirst().await(); // all were cut short: it says by what
                });
    }

    /// Opens a scope and runs a body in it, on this thread. For [Visit], which gets the scope as it is made.
    static <T extends @Nullable Object, X extends Exception> T runHere(
            EventLoop loop, ScopeOptions options, Body<T, X> body, Consumer<LiveScope> opened)
            throws IOException, X {
        var scope = new LiveScope(loop, null, options, true);
        opened.accept(scope);
        return scope.run(body);
    }

    private <T extends @Nullable Object, X extends Exception> T run(Body<T, X> body)
            throws IOException, X {
        T value;
        try {
            value = body.run(this);
            join();
        } catch (Throwable thrown) {
            cancel("the body of " + this + " failed: " + thrown);
            end();
            throw Failures.<X>rethrow(loop.call(() -> failures.with(thrown)));
        }
        end();
        loop.call(failures::afterBody).throwIfAny();
        checkOrder();
        return value;
    }

    // ---------------------------------------------------------------- the verbs

    @Override
    public <R> R await(Pipeline<R> work) throws IOException {
        if (!(work instanceof Op<R> op) || !mayReuse()) {
            return begin(work, false).await();
        }
        var operation = awaited(op);
        try {
            return operation.result();
        } finally {
            admission.reuseLater(operation);
        }
    }

    @Override
    public <R> Outcome<R> attempt(Pipeline<R> work) {
        if (!(work instanceof Op<R> op) || !mayReuse()) {
            return begin(work, false).outcome();
        }
        var operation = awaited(op);
        var outcome = operation.verdict();
        admission.reuseLater(operation);
        return outcome;
    }

    /// Whether nobody but the caller will hold the operation that it is about to await, so that it can be used again: the caller is
    /// on the loop, and no exception will name where it was submitted.
    private boolean mayReuse() {
        return loop.isOnLoop() && !loop.capturesSites();
    }

    /// An operation that has been run to its end (a virtual thread on the loop).
    private <R> Operation<R> awaited(Op<R> op) {
        loop.checkMayWait();
        checkOpen();
        var operation = admission.reused(op);
        admission.admit(operation);
        loop.settle(operation);
        operation.parkUntilEnded();
        return operation;
    }

    @Override
    public <R> Pending<R> start(Pipeline<R> work) {
        return begin(work, true);
    }

    @Override
    public <E> Feed<E> feed(Multishot<E> source) {
        return loop.call(
                () -> {
                    checkOpen();
                    var feed = new FeedRun<>(this, source);
                    launch(feed, false);
                    return feed;
                });
    }

    private <R> Running<R> begin(Pipeline<R> work, boolean reportsFailure) {
        loop.checkMayWait();
        return loop.call(() -> launch(work, reportsFailure));
    }

    /// Starts anything (loop thread).
    private <R> Running<R> launch(Pipeline<R> work, boolean reportsFailure) {
        checkOpen();
        return switch (work) {
            case Step<R> step -> launch(admission.of(step), reportsFailure);
            case Chain<R> chain -> launch(admission.of(chain), reportsFailure);
            case Pipeline<R> composed -> launch(composite(composed, 0, 0), reportsFailure);
        };
    }

    /// A pipeline of this scope, not yet begun; one that is not an operation or chain (loop thread).
    ///
    /// @param shields how many clean-ups it is part of
    /// @param depth how many composites it is part of
    @SuppressWarnings("unchecked") // each gives what its pipeline gives
    <R> Composite<R> composite(Pipeline<R> pipeline, int shields, int depth) {
        return (Composite<R>)
                switch (pipeline) {
                    case Pipeline.Whole<R> whole -> new WholeRun<>(this, whole, shields, depth);
                    case Pipeline.Both<?, ?, R> both -> Group.of(this, both, shields, depth);
                    case Pipeline.Race<R> race -> Group.of(this, race, shields, depth);
                    case Pipeline.ForEach<?> each -> new EachRun<>(this, each, shields, depth);
                    case Pipeline.Sleep sleep -> new Nap(this, sleep, shields, depth);
                    default -> new PipelineRun<>(this, pipeline, shields, depth);
                };
    }

    private <R> Running<R> launch(Composite<R> composite, boolean reportsFailure) {
        contents.composites.add(composite);
        composite.expect(reportsFailure);
        try {
            composite.begin();
        } catch (RuntimeException | Error refused) { // it has not begun, and so never ends
            contents.composites.remove(composite);
            failures.observed(composite);
            throw refused;
        }
        return composite;
    }

    private <R> Running<R> launch(Operation<R> operation, boolean reportsFailure) {
        admission.admit(operation);
        if (reportsFailure) { // not before: one that was refused by an exception never ends
            operation.expect(true);
            if (operation.hasEnded()) {
                failures.ended(operation);
            }
        }
        return operation;
    }

    /// Why nothing new is to be started: it was stopped, its time is up although the timer has not said so yet, or it is
    /// ending (loop thread).
    @Nullable Stop refusal() {
        if (stop == null && !deadline.isNever() && deadline.nanos() <= loop.nanoTime()) {
            bounding.expire();
        }
        return stop != null || ending.isOpen() ? stop : new Stop.Decided(this + " is ending");
    }

    @Override
    public <T extends @Nullable Object> Task<T> fork(Execution execution, Callable<T> body) {
        return loop.call(
                () -> {
                    checkOpen();
                    var forked = new Forked<>(this, body);
                    forked.place = contents.threads.add(forked);
                    try {
                        forked.start(loop, execution);
                    } catch (RuntimeException | Error noThread) { // it never ends
                        contents.threads.remove(forked.place);
                        ending.advance();
                        throw noThread;
                    }
                    return forked;
                });
    }

    @Override
    public <T extends @Nullable Object> T blocking(Callable<T> work) throws IOException {
        return BlockingCall.run(this, work);
    }

    /// Takes something that waits, or stops it at once (loop thread).
    void admit(Waiting waiting) {
        checkOpen();
        waiting.place = contents.waits.add(waiting);
        var why = refusal();
        if (why != null) {
            waiting.stop(why);
        } else {
            begin(waiting);
        }
    }

    private void begin(Waiting waiting) {
        try {
            waiting.begin();
        } catch (RuntimeException | Error refused) { // it has not begun, and so never ends
            waiting.claim(refused);
            contents.waits.remove(waiting.place);
            ending.advance();
            throw refused;
        }
    }

    void ended(Waiting waiting) {
        waiting.ended();
        contents.waits.remove(waiting.place);
        ending.advance();
    }

    @Override
    public Buffer lease(int size, int alignment) {
        return loop.call(
                () -> {
                    checkOpen();
                    return holdings.lease(size, alignment);
                });
    }

    @Override
    public void release(Buffer buffer) {
        loop.perform(() -> holdings.release(buffer));
    }

    @Override
    public Fd adopt(Fd fd) {
        return loop.call(
                () -> {
                    checkOpen();
                    holdings.adopt((Descriptor) fd);
                    return fd;
                });
    }

    @Override
    public Fd adopt(int number) {
        return loop.call(
                () -> {
                    checkOpen();
                    if (!loop.hasProcessTable()) {
                        throw new UnsupportedOperationException(
                                "adopt("
                                        + number
                                        + "): the numbers of the process mean nothing to this driver, which has"
                                        + " descriptors of its own: "
                                        + loop.driver());
                    }
                    return holdings.own(number);
                });
    }

    @Override
    public void handOn(Fd fd, Scope to, Receiver receiver) {
        var other = (LiveScope) to;
        if (!loop.sharesDescriptorsWith(other.loop)) {
            throw new UnsupportedOperationException(
                    fd
                            + " cannot be handed on: the drivers of the two proactors have descriptors of their own: "
                            + loop.driver());
        }
        loop.perform(
                () -> {
                    checkOpen();
                    Handover.send((Descriptor) fd, holdings, other, receiver);
                });
    }

    /// Takes over a descriptor that another loop has handed on, and whose number nobody has (loop thread).
    void receive(int number, List<byte[]> bytes, Receiver receiver) {
        var fd = new Descriptor(number, loop.table());
        holdings.take(fd, bytes);
        var _ = fork(() -> receiver.receive(fd));
    }

    /// Whether something new may be started in it (loop thread).
    boolean takesWork() {
        return ending.takesWork();
    }

    @Override
    public void onClose(Cleanup finalizer) {
        loop.perform(
                () -> {
                    checkOpen();
                    ending.onClose(finalizer);
                });
    }

    @Override
    public Fd slot() {
        return loop.call(
                () -> {
                    checkOpen();
                    return holdings.slot();
                });
    }

    @Override
    public void cancel(String reason) {
        loop.perform(() -> stop(new Stop.Asked(reason)));
    }

    @Override
    public boolean isCancelled() {
        return loop.call(() -> stop != null);
    }

    @Override
    public boolean isExpired() {
        return loop.call(() -> stop instanceof Stop.Expired(var whose, _) && whose == this);
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public Proactor proactor() {
        return loop;
    }

    // ---------------------------------------------------------------- waiting for the end

    @Override
    public void join() throws IOException {
        checkOwner();
        var inside = loop.call(this::bodiesInside);
        if (!inside.isEmpty()) {
            throw new IllegalStateException(
                    this + " was joined in the body of " + inside.getFirst() + ", which is in it");
        }
        waitFor(contents::isQuietButForOpenScopes, ending.quiet());
        loop.call(failures::first).throwIfAny();
    }

    @Override
    public void close() throws IOException {
        checkOwner();
        cancel("the scope was closed");
        loop.perform(this::endBodiesInside);
        end();
        loop.call(failures::first).throwIfAny();
        checkOrder();
    }

    /// The scopes within this one whose bodies run on the owner's thread, and so go on only when the owner does (loop thread).
    private List<LiveScope> bodiesInside() {
        var inside = new ArrayList<LiveScope>(0);
        for (var scope : contents.scopes.newestFirst()) {
            if (scope.owner == owner) {
                if (scope.hasBody) {
                    inside.add(scope);
                }
                inside.addAll(scope.bodiesInside());
            }
        }
        return inside;
    }

    /// Ends those scopes without waiting for their bodies (loop thread).
    private void endBodiesInside() {
        for (var scope : bodiesInside()) {
            ending.outOfOrder();
            scope.stop(new Stop.Asked("the scope around it was closed"));
            scope.ending.begin(false);
        }
    }

    private void checkOrder() {
        if (loop.call(ending::takeOutOfOrder)) {
            throw new IllegalStateException(
                    this + " was ended before scopes within it, which were closed first");
        }
    }

    /// Ends the scope and waits until it has.
    private void end() {
        loop.perform(() -> ending.begin(true));
        waitFor(ending::isClosed, ending.closed());
    }

    private void waitFor(BooleanSupplier condition, Watchers watchers) {
        loop.checkMayWait();
        while (true) {
            var latch = new Latch();
            boolean holds =
                    loop.call(
                            () -> {
                                if (condition.getAsBoolean()) {
                                    return true;
                                }
                                watchers.add(latch);
                                return false;
                            });
            if (holds) {
                return;
            }
            latch.await(this::interrupted);
        }
    }

    @Override
    public void shutDown(String reason) {
        stop(new Stop.Asked(reason));
        if (!hasBody) {
            loop.report(this + " was not closed before its proactor", site);
            ending.begin(false);
        }
    }

    @Override
    public boolean hasCalledExit() {
        return (hasBody && isInExit(owner))
                || contents.threads.newestFirst().stream().anyMatch(one -> isInExit(one.thread()))
                || contents.scopes.newestFirst().stream().anyMatch(LiveScope::hasCalledExit);
    }

    private static boolean isInExit(@Nullable Thread thread) {
        return thread != null
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(
                                frame ->
                                        frame.getClassName().equals("java.lang.Runtime")
                                                && frame.getMethodName().equals("exit"));
    }

    @Override
    public void describe(StringBuilder text) {
        new Dump(loop, text).add(this, 0);
    }

    @Override
    public String dump() {
        return Dump.of(
                loop,
                () -> {
                    var text = new StringBuilder();
                    describe(text);
                    return text.toString();
                });
    }

    /// Ends it from outside, if its owner has not begun to.
    ///
    /// @return whether that was so
    boolean beginEndByParent() {
        if (hasBody || !ending.isOpen()) {
            return false;
        }
        stop(new Stop.Asked("the scope around it was ended"));
        ending.begin(false);
        return true;
    }

    /// Starts closing what is open (loop thread).
    void closeDescriptors() {
        holdings.closeDescriptors(admission::publish);
    }

    /// The last of it: nothing is in flight, and nothing open (loop thread).
    void leave() {
        holdings.endLeases();
        if (expiry != null) {
            loop.disarm(expiry);
        }
        loop.counters().scopes--;
        if (parent == null) {
            loop.leave(this);
        } else {
            parent.contents.scopes.remove(place);
            parent.ending.advance();
        }
    }

    // ---------------------------------------------------------------- what happens in it

    /// Asks everything in it to end. The first reason stays.
    void stop(Stop why) {
        if (stop == null && !ending.isClosed()) {
            stop = why;
            contents.stop(why);
        }
    }

    /// The stop of something in it, of which many have the same reason.
    Stop.Asked asked(String reason) {
        var last = lastAsked;
        if (last == null || !last.reason().equals(reason)) {
            last = new Stop.Asked(reason);
            lastAsked = last;
        }
        return last;
    }

    private void expire() {
        stop(expiredStop());
    }

    /// The stop that the effective deadline makes.
    Stop.Expired expiredStop() {
        return new Stop.Expired(bounding, "the deadline of " + bounding);
    }

    @Nullable Stop whyStopped() {
        return stop;
    }

    boolean isStopped() {
        return stop != null || !ending.isOpen();
    }

    /// Whether it is a scope or within it, and so ends before it.
    boolean isWithin(Object scope) {
        for (LiveScope at = this; at != null; at = at.parent) {
            if (at == scope) {
                return true;
            }
        }
        return false;
    }

    void ended(Operation<?> operation) {
        contents.flights.remove(operation);
        if (operation.isCancelRequested()) {
            if (operation.verdict().isCompleted()) {
                loop.counters().completedAfterCancel++;
                if (stop instanceof Stop.Expired) {
                    loop.counters().late++;
                }
            } else {
                loop.counters().cancelled++;
            }
        }
        if (operation.isExpected()) {
            failures.ended(operation);
        }
        ending.advance();
    }

    void ended(Composite<?> run) {
        contents.composites.remove(run);
        failures.ended(run);
        ending.advance();
    }

    void ended(Forked<?> thread) {
        contents.threads.remove(thread.place);
        var failure = thread.failure();
        if (failure == null) {
            if (options.joining() == Joining.FIRST_SUCCESS) {
                failures.forgive();
                stop(new Stop.Decided("another task of " + this + " was first"));
            }
        } else if (Failures.isCausedBy(stop, failure)) {
            failures.cut();
        } else {
            failures.addOfTask(failure);
            if (options.joining() == Joining.FAIL_FAST) {
                stop(new Stop.Asked("a task of " + this + " failed: " + failure));
            }
        }
        ending.advance();
    }

    /// Somebody has seen how it ended.
    void observed(Running<?> running) {
        failures.observed(running);
    }

    /// Takes over a descriptor in the moment it is made.
    Descriptor own(int number) {
        return holdings.own(number);
    }

    /// Something has been opened into a fixed file slot.
    void occupied(Fd slot) {
        holdings.occupied(slot);
    }

    /// Takes over memory that is given back by an action.
    Buffer lend(Memory memory, Runnable giveBack) {
        return holdings.lend(memory, giveBack).whole();
    }

    /// Gives a buffer back.
    void giveBack(Buffer buffer) {
        holdings.release(buffer);
    }

    /// Gives a buffer back that nobody has taken; its bytes stay with the socket they came over.
    void giveBack(Buffer buffer, Fd socket) {
        if (((Descriptor) socket).owner() instanceof Holdings holder) {
            var bytes = ((Region) buffer).unguarded().toArray(JAVA_BYTE);
            holder.arrearsToKeep().keep((Descriptor) socket, bytes);
        }
        holdings.release(buffer);
    }

    /// Takes the bytes that have come over a socket and that nobody has worked on; null if there are none.
    @Nullable Buffer arrears(Fd socket) {
        var arrears = Arrears.of(socket);
        if (arrears == null) {
            return null;
        }
        var bytes = arrears.take((Descriptor) socket, Integer.MAX_VALUE);
        return holdings.lease(bytes.length, 1).put(0, bytes);
    }

    /// A close of a descriptor has ended.
    void closed(Descriptor fd, int result) {
        holdings.closed(fd, result);
    }

    /// A thread was interrupted while it waited here.
    void interrupted() {
        cancel("a thread was interrupted while it waited in " + this);
    }

    @Override
    public long id() {
        return id;
    }

    Thread owner() {
        return owner;
    }

    Contents contents() {
        return contents;
    }

    Ending ending() {
        return ending;
    }

    Holdings holdings() {
        return holdings;
    }

    Admission admission() {
        return admission;
    }

    Flights flights() {
        return contents.flights;
    }

    Failures failures() {
        return failures;
    }

    ScopeOptions options() {
        return options;
    }

    boolean hasBody() {
        return hasBody;
    }

    EventLoop loop() {
        return loop;
    }

    private void checkOpen() {
        if (!takesWork()) {
            throw new IllegalStateException(this + " is closed");
        }
    }

    private void checkOwner() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException(
                    this + " belongs to " + owner + ", not to " + Thread.currentThread());
        }
    }

    @Override
    public String toString() {
        return options.name().equals(ScopeOptions.DEFAULT.name())
                ? "the scope"
                : "scope '" + options.name() + "'";
    }
}
