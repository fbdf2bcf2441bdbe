package dev.catena.ops;

import org.jspecify.annotations.Nullable;

/// One operation, described: what the kernel shall do, not when nor for whom.
///
/// The set is sealed, and drivers switch over it without a default: a new operation does not compile until every driver
/// says what it does with it. To add one, see CONTRIBUTING.md.
///
/// @param <R> what it gives when it completes
public sealed interface Op<R> extends Step<R>
        permits Accept,
                Advise,
                Bind,
                Cancel,
                Close,
                Connect,
                Fallocate,
                Fsync,
                FutexWait,
                FutexWake,
                GetSocketOption,
                HardLink,
                LinkTimeout,
                Listen,
                MakeDirectory,
                MessageRing,
                Multishot,
                Nop,
                Op.Transfer,
                Open,
                OpenInto,
                Pipe,
                Poll,
                RecvMsg,
                Rename,
                SendMsg,
                SetSocketOption,
                Shutdown,
                Socket,
                SocketName,
                Splice,
                Status,
                SymbolicLink,
                Tee,
                Timeout,
                Truncate,
                Unlink,
                UpdateTimeout,
                WaitProcess {

    /// An operation that moves bytes between a descriptor and a buffer. It gives the number of bytes moved, which may be
    /// fewer than the buffer has room for.
    sealed interface Transfer extends Op<Integer>
            permits Read, ReadVector, Recv, Send, SendZeroCopy, Write, WriteVector {

        /// Whether moving fewer bytes than asked for ends a soft link behind it. It does for files and for `read` and
        /// `write` on anything; receives and sends say so with `MSG_WAITALL` only.
        boolean shortBreaksLink();

        /// The same transfer without its first `moved` bytes.
        ///
        /// @param moved 1 to less than [#sizeBytes]
        Transfer remainder(int moved);

        /// The bytes asked for.
        default long sizeBytes() {
            long size = 0;
            for (int i = 0; i < regions(); i++) {
                size += region(i).size();
            }
            return size;
        }

        /// This with a policy for moving fewer bytes than asked for.
        default Pipeline<Integer> onShort(ShortTransfer policy) {
            return new Pipeline.Whole<>(Chain.of(this), policy);
        }
    }

    /// The kernel's name for it, without the prefix `IORING_OP_`.
    String opcode();

    /// The descriptor it works on, or null.
    default @Nullable Fd fd() {
        return null;
    }

    /// The second descriptor it works on, or null.
    default @Nullable Fd otherFd() {
        return null;
    }

    /// How many memory regions it gives to the kernel.
    default int regions() {
        return 0;
    }

    /// One of those regions.
    default Buffer region(int index) {
        throw new IndexOutOfBoundsException(this + " has no region " + index);
    }

    /// Whether the kernel writes its regions, or only reads them.
    default boolean fillsRegions() {
        return false;
    }

    /// Whether the kernel only looks at its regions, and others are meant to write them meanwhile: a futex word. The memory is kept,
    /// and nobody is kept out.
    default boolean watchesRegions() {
        return false;
    }

    /// Whether its failure ends a soft link behind it. After some operations Linux goes on although they failed, and tells
    /// nobody of the failure of one that [skips its completion][Step#skipSuccess] (seen with 6.18: these do not mark
    /// their request as failed).
    default boolean failureBreaksLink() {
        return !(this instanceof Fallocate
                || this instanceof Fsync
                || this instanceof HardLink
                || this instanceof MakeDirectory
                || this instanceof Rename
                || this instanceof Shutdown
                || this instanceof Status
                || this instanceof SymbolicLink
                || this instanceof Truncate
                || this instanceof Unlink);
    }

    @Override
    default Op<R> op() {
        return this;
    }
}
