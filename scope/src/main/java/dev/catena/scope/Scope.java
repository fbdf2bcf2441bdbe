package dev.catena.scope;

import dev.catena.ops.Buffer;
import dev.catena.ops.Deadline;
import dev.catena.ops.Fd;
import dev.catena.ops.Multishot;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorGroup;
import dev.catena.proactor.loop.EventLoop;
import io.vavr.Tuple;
import io.vavr.Tuple0;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// The lifetime of operations, threads, buffers and descriptors.
///
/// Everything that is started in a scope belongs to it, and the scope does not end before all of it has: every
/// operation the kernel has got is terminal, every thread forked is done, every descriptor not moved elsewhere is
/// closed, every buffer given back. Scopes nest: cancelling one cancels those in it, and a child's deadline is never
/// later than its parent's.
///
/// ```java
/// long copied = Scope.open(proactor, scope -> {
///     var source = scope.await(open(path, READ));
///     var buffer = scope.lease(65536);
///     ...
/// });
/// ```
///
/// **Threads.** [#open(Proactor, Body)] runs its body on a virtual thread of the proactor's loop, where operations cost
/// least. `await`, `attempt`, `start`, `fork`, `lease` and `cancel` may be called by any thread; from outside the loop each
/// is handed over to it, which is correct but slower. [#join] and [#close] are for the thread that opened the scope.
///
/// **The end.** A scope ends when its body has returned and all in it is done, when its body throws, or when it is closed. It
/// is there for its tasks until the last of them is done: what they ask for is refused with the cancellation, as in any
/// cancelled scope, and works in a [shielded][ScopeOptions#shield] scope within it. After that everything is refused with an
/// `IllegalStateException`.
///
/// **Failures.** Whatever fails, one exception comes out: the first, with those after it suppressed in it in the order
/// of completion. Cancellations that the scope itself caused are not failures.
///
/// **Interrupts.** The library never interrupts a thread. A thread that is interrupted while it waits in a scope cancels
/// the scope, and finds the interrupt flag set when the wait is over.
public sealed interface Scope extends AutoCloseable permits LiveScope {

    /// What runs in a scope.
    ///
    /// @param <T> what it gives
    /// @param <X> what it throws besides `IOException`
    @FunctionalInterface
    interface Body<T extends @Nullable Object, X extends Exception> {
        /// Runs it.
        T run(Scope scope) throws IOException, X;
    }

    /// What runs in a scope and gives nothing.
    ///
    /// @param <X> what it throws besides `IOException`
    @FunctionalInterface
    interface Work<X extends Exception> {
        /// Runs it.
        void run(Scope scope) throws IOException, X;
    }

    /// What runs when a scope ends.
    @FunctionalInterface
    interface Cleanup {
        /// Runs it.
        ///
        /// @param scope a scope for what it does; the one that ends takes nothing any more
        void run(Scope scope) throws Exception;
    }

    /// What runs in a thread of its own, and gives nothing.
    @FunctionalInterface
    interface Action {
        /// Runs it.
        void run() throws Exception;
    }

    /// What a descriptor is handed on to.
    @FunctionalInterface
    interface Receiver {
        /// Uses the descriptor, which belongs to the scope that it was handed on to.
        void receive(Fd fd) throws Exception;
    }

    /// Runs `body` in a new scope: waits for everything it started if it returns, cancels that if it throws, and comes
    /// back in either case when nothing is left.
    ///
    /// Called from outside the loop, the body runs on a virtual thread of the loop while the caller waits; called on the
    /// loop, it runs in place.
    ///
    /// @return what the body gave
    /// @throws IOException the first failure, if it was one
    /// @throws X what the body threw
    /// @throws dev.catena.ops.OperationCancelledException if the scope was cancelled before it was done
    static <T extends @Nullable Object, X extends Exception> T open(
            Proactor proactor, Body<T, X> body) throws IOException, X {
        return open(proactor, ScopeOptions.DEFAULT, body);
    }

    /// Runs `body` in a new scope with a name, a deadline, or both.
    ///
    /// @throws dev.catena.ops.DeadlineExceededException if the deadline passed before it was done
    static <T extends @Nullable Object, X extends Exception> T open(
            Proactor proactor, ScopeOptions options, Body<T, X> body) throws IOException, X {
        return LiveScope.open(proactor, options, body);
    }

    /// Runs `work` in a new scope, as [#open(Proactor, Body)] does, for its effects alone.
    static <X extends Exception> void run(Proactor proactor, Work<X> work) throws IOException, X {
        Scope.<@Nullable Void, X>open(
                proactor,
                scope -> {
                    work.run(scope);
                    return null;
                });
    }

    /// Runs `work` in a new scope with a name, a deadline, or both, for its effects alone.
    static <X extends Exception> void run(Proactor proactor, ScopeOptions options, Work<X> work)
            throws IOException, X {
        Scope.<@Nullable Void, X>open(
                proactor,
                options,
                scope -> {
                    work.run(scope);
                    return null;
                });
    }

    /// Runs `work` on every loop of a group at the same time, each in a scope of its own on a virtual thread of that loop, and
    /// waits for all. If one fails, the others are cancelled.
    ///
    /// @throws IOException the first failure, if it was one, with the others suppressed in it
    /// @throws X what the work threw first
    static <X extends Exception> void onEach(ProactorGroup group, Work<X> work)
            throws IOException, X {
        new EachLoop<>(work).run(group);
    }

    /// A scope for a `try` statement: what was not joined when it is closed is cancelled. It belongs to the calling
    /// thread; if that is outside the loop, each operation is handed over.
    static Scope open(Proactor proactor) {
        return LiveScope.open(proactor, ScopeOptions.DEFAULT);
    }

    /// Runs `body` in a scope within this one, on the calling thread.
    <T extends @Nullable Object, X extends Exception> T child(ScopeOptions options, Body<T, X> body)
            throws IOException, X;

    /// A scope within this one for a `try` statement, on the calling thread. It is to be closed before this one ends.
    Scope child(ScopeOptions options);

    /// Runs all `bodies` at the same time, each in a thread, and gives the result of the first that succeeds; the others are
    /// cancelled, and waited for.
    ///
    /// @throws IOException the first failure, if all failed
    <T> T firstSuccess(List<? extends Callable<T>> bodies) throws IOException;

    /// Runs an operation, chain or pipeline and waits for its result.
    ///
    /// @throws dev.catena.ops.OperationFailedException if the kernel refused it or ended it with an error
    /// @throws dev.catena.ops.DeadlineExceededException if a deadline passed
    /// @throws dev.catena.ops.OperationCancelledException if it was cancelled
    /// @throws IllegalStateException if the scope is closed, or the kernel still uses a buffer of it
    <R> R await(Pipeline<R> work) throws IOException;

    /// Runs an operation, chain or pipeline, waits for its end, and tells what became of it. Throws nothing for what can
    /// happen to I/O.
    ///
    /// @throws IllegalStateException if the scope is closed, or the kernel still uses a buffer of it
    <R> Outcome<R> attempt(Pipeline<R> work);

    /// Runs an operation, chain or pipeline without waiting for it. A failure that nobody asks the [Pending] for becomes
    /// the scope's when it ends.
    ///
    /// @throws IllegalStateException if the scope is closed, or the kernel still uses a buffer of it
    <R> Pending<R> start(Pipeline<R> work);

    /// Runs a multishot operation whose elements are taken one by one, with back-pressure. It is to be closed.
    ///
    /// @throws IllegalStateException if the scope is closed
    <E> Feed<E> feed(Multishot<E> source);

    /// Runs `body` on a virtual thread of the loop. If it fails, the scope throws its failure, and is cancelled first unless it
    /// [joins][ScopeOptions#joining] otherwise.
    default <T extends @Nullable Object> Task<T> fork(Callable<T> body) {
        return fork(Execution.PINNED, body);
    }

    /// Runs `body` on a virtual thread of the loop. If it fails, the scope throws its failure, and is cancelled first unless it
    /// [joins][ScopeOptions#joining] otherwise.
    default Task<Tuple0> fork(Action body) {
        return fork(Execution.PINNED, body);
    }

    /// Runs `body` on a virtual thread, of the loop or of the JDK's scheduler. If it fails, the scope throws its failure, and is
    /// cancelled first unless it [joins][ScopeOptions#joining] otherwise.
    <T extends @Nullable Object> Task<T> fork(Execution execution, Callable<T> body);

    /// Runs `body` on a virtual thread, of the loop or of the JDK's scheduler. If it fails, the scope throws its failure, and is
    /// cancelled first unless it [joins][ScopeOptions#joining] otherwise.
    default Task<Tuple0> fork(Execution execution, Action body) {
        return fork(
                execution,
                () -> {
                    body.run();
                    return Tuple.empty();
                });
    }

    /// Has work that blocks or computes done by a platform thread, while the caller waits and the loop goes on: JDK file I/O, name
    /// look-ups, native code, CPU-bound code.
    ///
    /// There are [so many threads][dev.catena.proactor.ProactorBuilder#blockingThreads] for that; while all are busy, callers wait in
    /// order. Cancelling the scope, or its deadline, ends the wait of those that no thread has taken yet, whose work is not
    /// done. Work that has begun is not interrupted: it is waited for, its result is kept, and if the scope's deadline has passed by
    /// then it is counted as [late][dev.catena.proactor.Metrics].
    ///
    /// @return what the work gave
    /// @throws IOException if the work threw one
    /// @throws java.util.concurrent.CompletionException if it threw another checked exception, which is the cause
    /// @throws dev.catena.ops.OperationCancelledException if it was not begun before the scope was cancelled
    /// @throws dev.catena.ops.DeadlineExceededException if it was not begun before the deadline passed
    <T extends @Nullable Object> T blocking(Callable<T> work) throws IOException;

    /// A buffer of `size` bytes that lives until the scope ends, or [#release] if that is earlier. Its contents are
    /// whatever its last user left; `fill((byte) 0)` clears it. It is aligned to its size, up to a page.
    ///
    /// @param size bytes, 1 to 1 GiB
    default Buffer lease(int size) {
        return lease(size, 1);
    }

    /// The same, its address a multiple of `alignment`: files opened with `DIRECT` want multiples of the device's block, 4096
    /// suits them all.
    ///
    /// @param size bytes, 1 to 1 GiB
    /// @param alignment a power of two, 1 to 4096
    Buffer lease(int size, int alignment);

    /// Gives a buffer of this scope back before the scope ends; every region of it refuses access from here on.
    ///
    /// @throws IllegalStateException if the kernel still uses it, or it is not a lease of this scope
    void release(Buffer buffer);

    /// Takes a descriptor over from the scope it belongs to, which then does not close it.
    ///
    /// @return the same descriptor
    /// @throws IllegalStateException if it is closed or being closed, or no scope's
    Fd adopt(Fd fd);

    /// Takes over a descriptor that something outside Catena has opened, by its number in the process; it is closed when the scope
    /// ends. Standard input is `adopt(0)`, and closed then, too.
    ///
    /// @throws UnsupportedOperationException on a driver with descriptors of its own: the portable one and the simulated kernel
    Fd adopt(int number);

    /// Hands a descriptor over to another scope of the same proactor: `to.adopt(fd)`.
    default Fd moveTo(Scope to, Fd fd) {
        return to.adopt(fd);
    }

    /// Hands a descriptor on to a scope of another proactor, which is how one loop accepts connections and others serve them. There
    /// `receiver` runs on a thread with it, as one that is [forked][#fork(Action)], and the descriptor belongs to that scope before
    /// the receiver sees it. If that scope has ended before it arrives, it is closed. Bytes that an early end of a `forEach` has
    /// left with it go along.
    ///
    /// `fd` itself is refused from here on, as a closed one is. Does not wait; the message travels as those of a [Mailbox] do.
    ///
    /// @param fd of a scope of this proactor, and not in use: what is in flight on it is to be awaited or cancelled first
    /// @param to a scope of another proactor, or of this one
    /// @throws IllegalStateException if it is closed, being closed, a slot or no scope's, or operations are in flight on it;
    /// nothing has changed then
    /// @throws UnsupportedOperationException where drivers have descriptors of their own: on the portable one and the simulated
    /// kernel, unless both scopes are of one proactor
    void handOn(Fd fd, Scope to, Receiver receiver);

    /// Has something run when the scope ends, however it ends: after everything in it has ended and before its descriptors
    /// are closed. The finalizers of a scope are run newest first, in a scope of their own that the cancellation does not
    /// reach, with [a time limit][ScopeOptions#cleanup] for all of them; one that throws does not keep the others from being
    /// run.
    void onClose(Cleanup finalizer);

    /// A fixed file slot of the ring, which lives until the scope ends: for chains that open, use and close a file in one
    /// submission (`open(path, READ).into(slot)`). What is in it then is closed.
    ///
    /// @throws UnsupportedOperationException if the driver has no slots
    /// @throws IllegalStateException if all are leased
    Fd slot();

    /// What lives on a proactor, as text for people: the tree of its scopes, each with its owner, state, deadline, and the number of its
    /// tasks, leases and descriptors; in each the operations in flight, with age, state, and where they were submitted if
    /// [that is recorded][dev.catena.proactor.ProactorBuilder#captureSites]; and what else it waits for. Its format is not a promise.
    ///
    /// From any thread. The loop is asked; if it does not answer within 5 seconds, the text says what holds it instead. Ages are good to
    /// some milliseconds. Costs nothing while nobody asks but noting a time once a round of the loop.
    static String dump(Proactor proactor) {
        var loop = (EventLoop) proactor;
        return Dump.of(loop, loop::dump);
    }

    /// What lives in this scope, as [#dump(Proactor)] says it. Nothing but a line that it is closed when it has ended.
    String dump();

    /// Asks everything in this scope to end. The first reason stays; later calls do nothing. Operations end with
    /// [Outcome.Cancelled] unless they complete first, and new ones are refused that way.
    void cancel(String reason);

    /// Whether the scope, or one around it, was cancelled or ran out of time.
    boolean isCancelled();

    /// Whether its own deadline, not that of a scope around it, has passed and ended it.
    boolean isExpired();

    /// The earliest deadline of this scope and those around it.
    Deadline deadline();

    /// Its name, for messages.
    String name();

    /// The proactor it runs on.
    Proactor proactor();

    /// Waits until everything started in the scope has ended by itself.
    ///
    /// @throws IOException the first failure, if there was one; a scope that fails fast has been cancelled then
    /// @throws WrongThreadException if the caller is not the scope's owner
    /// @throws IllegalStateException if the caller is in the body of a scope within this one, which could not end
    void join() throws IOException;

    /// Cancels what is left in the scope, waits for its end, closes its descriptors and ends its leases. Does nothing if
    /// it is closed already.
    ///
    /// @throws IOException the first failure that nobody has seen
    /// @throws WrongThreadException if the caller is not the scope's owner
    /// @throws IllegalStateException if the caller is in the body of a scope within this one: that was closed first
    @Override
    void close() throws IOException;
}
