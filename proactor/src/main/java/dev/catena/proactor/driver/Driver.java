package dev.catena.proactor.driver;

import dev.catena.ops.Errno;
import dev.catena.ops.Op;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A small kernel: it takes submissions, a chain at a time, and gives completions `(token, result, flags)` with the
/// meaning io_uring gives them. It has a descriptor table of its own.
///
/// Used by one thread, the loop's, except where a method says otherwise. It copies nothing and frees nothing that an
/// operation uses before that operation's final completion.
public interface Driver extends AutoCloseable {

    /// Takes completions.
    @FunctionalInterface
    interface Completions {
        /// One completion queue entry.
        ///
        /// @param token the token its submission was pushed with
        /// @param result 0 or more, or a negative error number
        /// @param flags the `IORING_CQE_F_` bits; with [#MORE] this is not the last for its token
        void completed(long token, int result, int flags);
    }

    /// `IORING_CQE_F_BUFFER`: the completion names a [provided][#provided] buffer.
    int BUFFER = 1;

    /// A completion with a negative token other than -1 is a [message][dev.catena.ops.MessageRing]: this bit and 62 of its own.
    long MESSAGE = Long.MIN_VALUE;

    /// `IORING_CQE_F_NOTIF`: the notification of a zero-copy send, whose result has come before.
    int NOTIFICATION = 1 << 3;

    /// `IORING_CQE_F_MORE`: more completions of the same submission follow.
    int MORE = 1 << 1;

    /// What it is, in a line for people.
    String description();

    /// The identity of its descriptor table.
    Object table();

    /// Whether that table is the process's, so that numbers from elsewhere mean something in it.
    default boolean hasProcessTable() {
        return false;
    }

    /// Work that the loop waits for goes on outside of it, on a thread of its own (1), or has ended and woken the loop (-1; any
    /// thread). Time that is simulated does not pass meanwhile.
    default void outside(int change) {}

    /// Tells it of a slab that buffers are cut from and that is never freed; it may tell its kernel beforehand, to save time.
    default void slab(MemorySegment slab) {}

    /// Starts a program whose descriptors are of the process's table. It is waited for with a [dev.catena.ops.WaitProcess]. Blocks
    /// until the program is loaded. From any thread.
    ///
    /// @return its number, or a negative error number; `-ENOSYS` where the JDK is to start programs, since this driver knows none
    /// @throws UnsupportedOperationException if scopes of this driver can have no programs at all, or not this one
    default int spawn(Spawn program) {
        return -Errno.ENOSYS.number();
    }

    /// The entries of its submission queue: the longest chain it can take.
    int capacity();

    /// The entries that can be pushed now.
    int room();

    /// Whether it can do an operation at all.
    ///
    /// @return null if it can, or what is missing, such as the kernel that has it
    @Nullable String lacks(Op<?> op);

    /// Writes one entry. The entries of a chain are pushed one after the other, with nothing in between.
    ///
    /// @param op the operation, which this driver does not [lack][#lacks]
    /// @param flags the bits of [dev.catena.ops.Sqe]
    /// @param token comes back with its completions
    /// @param nowNanos the time at which its chain is submitted
    void push(Op<?> op, int flags, long token, long nowNanos);

    /// Hands what was pushed to the kernel, without waiting. If the kernel does not take all, the rest stays pushed.
    void submit();

    /// Hands over what was pushed and waits until there is a completion, a [#wake], or `timeoutNanos` have passed; it
    /// may return earlier.
    ///
    /// @param timeoutNanos 0 to look only, [Long#MAX_VALUE] to wait without limit
    void await(long timeoutNanos);

    /// Gives all completions there are to `sink`, which may push and submit meanwhile.
    ///
    /// @return how many
    int reap(Completions sink);

    /// Whether some operations are done as they are submitted, so that it is worth asking whether one [was][#settle].
    default boolean settles() {
        return false;
    }

    /// Hands over what was pushed, and gives the completion of the entry that was pushed last to `sink` if it was done at once:
    /// who pushed it then need not wait for [#reap].
    ///
    /// @param token of an entry that is a chain by itself and gives one completion
    /// @return whether it has ended
    default boolean settle(long token, Completions sink) {
        return false;
    }

    /// What an operation gave that is not a number; called from within its completion, if that was not an error.
    Payload payload(long token);

    /// The operation of a token has ended, and what the driver kept for it is free.
    void ended(long token);

    /// Closes a descriptor that nobody has seen, at once: for results that came too late to be handed out.
    void discard(int descriptor);

    /// The fixed file slots of this driver; 0 if it has none.
    int slots();

    /// What a completion that names a provided buffer has filled of it. Asked for once for each such completion, in their order; it is the
    /// caller's until it is [given back][#provide], which is to be done once for each.
    ///
    /// @param flags of the completion
    /// @param size the bytes that were filled
    MemorySegment provided(int flags, int size);

    /// Gives what a completion has filled of a provided buffer back.
    ///
    /// @param flags of the completion that named it
    void provide(int flags);

    /// The descriptor of its ring, for messages from others; -1 if it has none.
    int ring();

    /// Ends a current or the next [#await]. From any thread.
    void wake();

    /// Pushes a wake-up for another ring of the same [table][#table], which goes out with what this one submits next: no
    /// system call of its own. Loop thread.
    ///
    /// @param otherRing its [#ring]
    /// @return whether it was pushed; if not, [#wake] of the other is the way
    default boolean pushWake(int otherRing) {
        return false;
    }

    /// The time: nanoseconds of the monotonic clock. From any thread.
    long nanoTime();

    /// Whether its time is the machine's, which others may look at in its place: [System#nanoTime].
    default boolean keepsMachineTime() {
        return false;
    }

    /// What it has counted.
    DriverCounts counts();

    /// Gives its resources back. Only when nothing is in flight: the kernel goes on writing after a ring is closed.
    @Override
    void close();
}
