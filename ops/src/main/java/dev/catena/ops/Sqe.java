package dev.catena.ops;

/// One submission queue entry: an operation and the flags it is submitted with.
///
/// @param op the operation
/// @param flags the `IOSQE_` bits of `io_uring.h`, those named here
/// @param step which link of its chain it stands for, counted from 0; a link timeout added by `within` has the number of
///     the link it bounds
/// @param isBound whether it is such a link timeout
public record Sqe(Op<?> op, int flags, int step, boolean isBound) {
    /// `IOSQE_FIXED_FILE`.
    public static final int FIXED_FILE = 1;

    /// `IOSQE_IO_DRAIN`.
    public static final int DRAIN = 1 << 1;

    /// `IOSQE_IO_LINK`.
    public static final int LINK = 1 << 2;

    /// `IOSQE_IO_HARDLINK`.
    public static final int HARDLINK = 1 << 3;

    /// `IOSQE_CQE_SKIP_SUCCESS`.
    public static final int SKIP_SUCCESS = 1 << 6;

    /// The entry of an operation on its own.
    public static int flagsOf(Op<?> op) {
        var fd = op.fd();
        return fd != null && fd.isSlot() && !(op instanceof Close) ? FIXED_FILE : 0;
    }

    @Override
    public String toString() {
        return Explanation.of(this);
    }
}
