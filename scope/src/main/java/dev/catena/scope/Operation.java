package dev.catena.scope;

import dev.catena.ops.Chain;
import dev.catena.ops.Close;
import dev.catena.ops.Errno;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Multishot;
import dev.catena.ops.Op;
import dev.catena.ops.OperationId;
import dev.catena.ops.Outcome;
import dev.catena.ops.RecvEach;
import dev.catena.ops.Sqe;
import dev.catena.ops.Timeout;
import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.loop.Submission;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An operation or chain on its way through the kernel: what it holds there, and what it will have given.
///
/// Its life: admitted (nothing held, may be refused), holding (buffers held, descriptors counted), published, terminal
/// (everything given back, then whoever waits is told). All of it on the loop's thread; memory is never given back
/// before the terminal completion, and always then.
final class Operation<R> extends Submission implements Running<R> {
    private static final int[] NO_RESULTS = {};
    private static final @Nullable Object[] NO_VALUES = {};
    private static final String ELSEWHERE =
            "its descriptor was being closed, or another operation cancelled it";

    private final LiveScope scope;

    // exactly one of the two
    private @Nullable Op<?> single;
    private final @Nullable Chain<R> chain;

    // whether a Close is in it, which few have
    private boolean closes;

    // loop-owned: whether its failure is the scope's unless somebody asks for it
    private boolean expected;

    // loop-owned: the scope's list of what is in flight, or of what can be used again
    @Nullable Operation<?> previous;
    @Nullable Operation<?> next;

    private final Watchers watchers = new Watchers();

    // loop-owned
    private int result;
    private @Nullable Object value;
    private int[] results = NO_RESULTS;
    private @Nullable Object[] values = NO_VALUES;
    private @Nullable Stop stop;
    private boolean entered;

    // of a multishot: who takes its elements, and how many there were
    private @Nullable Consumer<Object> shotSink;
    private long shots;

    // whether the scope's end does not reach it, since it cleans up
    private boolean shielded;
    private final @Nullable Throwable site;
    private @Nullable Outcome<R> refusal;

    // what had come before for the receives in it
    private @Nullable Served served;

    Operation(LiveScope scope, Op<R> single) {
        this.scope = scope;
        this.site = scope.loop().site();
        this.single = single;
        this.chain = null;
        closes = single instanceof Close;
    }

    Operation(LiveScope scope, Chain<R> chain) {
        this.scope = scope;
        this.site = scope.loop().site();
        this.single = null;
        this.chain = chain;
        closes = chain.steps().stream().anyMatch(step -> step.op() instanceof Close);
        results = new int[chain.entries().size()];
        values = new @Nullable Object[results.length];
    }

    /// Forgets everything: it has ended, nobody holds it, and it will [#begin] anew. What the kernel and the loop's tables may still
    /// say of it goes by its old token, and is stale.
    @Override
    protected void reset() {
        super.reset();
        single = null;
        closes = false;
        expected = false;
        previous = null;
        next = null;
        watchers.forget();
        result = 0;
        value = null;
        results = NO_RESULTS;
        values = NO_VALUES;
        stop = null;
        entered = false;
        shotSink = null;
        shots = 0;
        shielded = false;
        refusal = null;
        served = null;
    }

    /// Begins anew as another operation.
    @SuppressWarnings("unchecked") // nobody knows it as what it was
    <S> Operation<S> begin(Op<S> op) {
        next = null; // of those that can be used again
        single = op;
        closes = op instanceof Close;
        return (Operation<S>) this;
    }

    @Override
    public @Nullable Throwable site() {
        return site;
    }

    @Override
    public LiveScope scope() {
        return scope;
    }

    /// Gives the elements of a multishot to `sink`, on the loop.
    Operation<R> withSink(Consumer<Object> sink) {
        shotSink = sink;
        return this;
    }

    /// Puts it out of reach of the scope's end.
    Operation<R> shield() {
        shielded = true;
        return this;
    }

    /// Whether it is one operation, and not a chain.
    boolean isSingle() {
        return chain == null;
    }

    private boolean isSpare() {
        return single == null && chain == null;
    }

    boolean isShielded() {
        return shielded;
    }

    /// The elements of a multishot so far.
    long shots() {
        return shots;
    }

    /// The last result, of a single operation.
    int lastResult() {
        return result;
    }

    // ---------------------------------------------------------------- what it holds

    /// Why it cannot be admitted: a descriptor of it that is closed.
    @Nullable Outcome<R> refusedBecauseClosed() {
        var op = Uses.ofClosed(this);
        return op == null ? null : badDescriptor(op);
    }

    private Outcome<R> badDescriptor(Op<?> op) {
        var failed =
                new Outcome.Failed<R>(Errno.EBADF, op, "its descriptor is closed or being closed");
        return chain == null ? failed : Verdict.together(chain, Verdict.refused(chain, op, failed));
    }

    /// Holds its buffers.
    ///
    /// @throws IllegalStateException if one is in use, or leased from a scope that may end before; nothing is held then
    void hold() {
        Uses.hold(this);
    }

    /// Takes what had come before for the receives in it, which hold their buffers.
    ///
    /// @throws IllegalStateException if it has a link that cannot be given that; nothing is held then
    void serve() {
        try {
            served = Served.of(this, entries());
        } catch (IllegalStateException cannot) {
            Uses.release(this);
            throw cannot;
        }
    }

    /// Counts itself in at the descriptors it uses, but for those that it closes itself: they have to be drained first.
    void enterAllBut(List<Descriptor> closed) {
        if (closed.isEmpty()) {
            Uses.forEachDescriptor(this, Descriptor::enter);
        } else {
            Uses.forEachDescriptor(this, fd -> enterIf(!closed.contains(fd), fd));
        }
    }

    /// Counts itself in at those, too; at all of them it counts itself out when it has ended. A close itself does not count: it waits for
    /// those that do.
    void enter(List<Descriptor> closed) {
        entered = true;
        if (!closed.isEmpty()) {
            Uses.forEachDescriptor(this, fd -> enterIf(closed.contains(fd), fd));
        }
    }

    private static void enterIf(boolean condition, Descriptor fd) {
        if (condition) {
            fd.enter();
        }
    }

    private void release() {
        Uses.release(this);
        if (entered) {
            Uses.forEachDescriptor(this, Descriptor::leave);
        }
    }

    /// The descriptors that it closes, which have to be drained first. Slots are not among them: in a chain they are closed by
    /// the link that comes after their last use.
    List<Descriptor> closes() {
        return closes ? Uses.closed(this) : List.of();
    }

    // ---------------------------------------------------------------- its way through the kernel

    @Override
    protected int entries() {
        return chain == null ? 1 : chain.entries().size();
    }

    @Override
    protected Op<?> op(int entry) {
        return served == null ? said(entry) : served.op(entry);
    }

    /// The operation of an entry, as it was written.
    Op<?> said(int entry) {
        return chain == null ? single() : chain.entries().get(entry).op();
    }

    @Override
    protected LiveScope home() {
        return scope;
    }

    @Override
    protected int flags(int entry) {
        return chain == null ? Sqe.flagsOf(single()) : chain.entries().get(entry).flags();
    }

    @Override
    protected void completed(int entry, int number, int flags, boolean isFinal) {
        int res = served == null ? number : served.result(entry, number);
        if ((flags & Driver.NOTIFICATION) != 0) {
            return; // the memory of a zero-copy send is free; what it gave is known
        }
        var op = said(entry);
        if (op instanceof Multishot<?> multishot) {
            shot(multishot, res, flags);
        }
        var given =
                op instanceof Multishot
                        ? Long.valueOf(shots)
                        : res >= 0 ? Results.take(scope, this, entry, res) : null;
        if (chain == null) {
            result = res;
            value = given;
        } else {
            results[entry] = res;
            values[entry] = given;
        }
        if (op instanceof Close(var fd)) {
            scope.closed((Descriptor) fd, res);
        }
    }

    /// One element of a multishot operation: to whoever takes them, else given back. A buffer that the kernel has picked and
    /// put nothing into is no element.
    private void shot(Multishot<?> multishot, int res, int flags) {
        boolean hasBuffer = (flags & Driver.BUFFER) != 0;
        if (hasBuffer && res <= 0) {
            Results.giveBack(scope, 0, flags);
        }
        if (res < 0 || (multishot instanceof RecvEach && (res == 0 || !hasBuffer))) {
            return;
        }
        shots++;
        if (shotSink == null) {
            Results.discard(scope, multishot, res, flags);
        } else {
            shotSink.accept(Results.element(scope, multishot, res, flags));
        }
    }

    @Override
    protected boolean broke(int entry) {
        int res = results[entry];
        return switch (said(entry)) {
            case LinkTimeout _ -> false; // what it did is seen in the link it bounds
            case Timeout _ -> res < 0 && res != -Errno.ETIME.number();
            case Op.Transfer transfer ->
                    res < 0 || (transfer.shortBreaksLink() && res < transfer.sizeBytes());
            case Op<?> op -> res < 0 && op.failureBreaksLink();
        };
    }

    @Override
    protected int silentResult(int entry) {
        return said(entry) instanceof Op.Transfer transfer
                ? Math.toIntExact(transfer.sizeBytes())
                : 0;
    }

    @Override
    protected void terminal() {
        if (served != null) {
            served.end();
        }
        release();
        if (!wasPublished()) {
            closes().forEach(Descriptor::reopen);
        }
        scope.ended(this);
        watchers.tellOnce(); // the last thing: whoever is told may give it back, to be used again
    }

    /// Ends it without it having been admitted.
    void refuse(Outcome<R> outcome) {
        refusal = outcome;
    }

    /// Ends it without it having been admitted.
    void refuse(Stop why) {
        refusal =
                chain == null
                        ? why.outcome(single())
                        : Verdict.together(chain, Verdict.all(chain.steps(), why));
    }

    // ---------------------------------------------------------------- what it gave

    @Override
    public void stop(Stop why) {
        // who stops all that a scope has may come to one that was given back since the list was
        // made
        if (stop == null && !hasEnded() && !isSpare()) {
            stop = why;
            scope.loop().cancel(this, why);
        }
    }

    @Override
    public boolean hasEnded() {
        return refusal != null || isTerminal();
    }

    @Override
    public Watchers watchers() {
        return watchers;
    }

    @Override
    public boolean isExpected() {
        return expected;
    }

    @Override
    public void expect(boolean whether) {
        expected = whether;
    }

    @Override
    @SuppressWarnings("unchecked") // an Op<R> gives an R
    public Outcome<R> verdict() {
        if (refusal != null) {
            return refusal;
        }
        var why = stop;
        if (!wasPublished() && why != null) {
            return chain == null
                    ? why.outcome(single())
                    : Verdict.together(chain, Verdict.all(chain.steps(), why));
        }
        return chain == null
                ? (Outcome<R>) Verdict.single(single(), result, given(), why, ELSEWHERE)
                : Verdict.together(
                        chain,
                        Verdict.of(
                                chain,
                                results,
                                values,
                                why,
                                scope.deadline(),
                                scope.expiredStop(),
                                ELSEWHERE));
    }

    /// The result of a single operation, or the exception that says why there is none.
    @SuppressWarnings("unchecked") // an Op<R> gives an R
    R result() throws IOException {
        return refusal == null && wasPublished() && result >= 0
                ? (R) Results.value(single(), result, given())
                : verdict().get();
    }

    @Override
    public OperationId id() {
        return scope.loop().call(() -> new OperationId(firstToken()));
    }

    @Override
    public @Nullable Throwable crash() {
        return null;
    }

    @Override
    public String toString() {
        return chain == null ? single().toString() : chain.toString();
    }

    private @Nullable Object given() {
        return single instanceof Multishot ? Long.valueOf(shots) : value;
    }

    @SuppressWarnings("unchecked") // it was made, or begun anew, for an Op<R>
    private Op<R> single() {
        return (Op<R>) Objects.requireNonNull(single);
    }
}
