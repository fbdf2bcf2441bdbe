package dev.catena.proactor.sim;

import dev.catena.ops.*;

/// What the kernel says of each kind of operation.
final class LinkRules {
    private LinkRules() {}

    /// Whether an operation that ended so breaks a soft link behind it.
    ///
    /// Each operation's code in the kernel decides that (`req_set_fail`), and some never do: measured on Linux 6.18, a
    /// soft link survives the failure of `FSYNC`, `FALLOCATE`, `FTRUNCATE`, `STATX`, `SHUTDOWN` and of all that changes
    /// names.
    static boolean breaks(Op<?> op, int result) {
        return switch (op) {
            case Fsync _,
                    Fallocate _,
                    Truncate _,
                    Status _,
                    Rename _,
                    HardLink _,
                    SymbolicLink _,
                    Unlink _,
                    MakeDirectory _ ->
                    false;
            case Shutdown _ -> result == -Errno.ENOTSOCK.number();
            case Op.Transfer transfer ->
                    result < 0 || (transfer.shortBreaksLink() && result < transfer.sizeBytes());
            case Splice splice -> result != splice.length();
            case Tee tee -> result != tee.length();
            case Timeout _ -> result < 0 && result != -Errno.ETIME.number();
            case Accept _,
                    Advise _,
                    Bind _,
                    Cancel _,
                    Close _,
                    Connect _,
                    FutexWait _,
                    FutexWake _,
                    GetSocketOption _,
                    LinkTimeout _,
                    Listen _,
                    MessageRing _,
                    Multishot<?> _,
                    Nop _,
                    Open _,
                    OpenInto _,
                    Pipe _,
                    Poll _,
                    RecvMsg _,
                    SendMsg _,
                    SetSocketOption _,
                    Socket _,
                    SocketName _,
                    UpdateTimeout _,
                    WaitProcess _ ->
                    result < 0;
        };
    }

    /// Whether the kernel gives an operation to a worker thread in any case (`REQ_F_FORCE_ASYNC`), so that what was submitted
    /// behind it may come first.
    static boolean isForWorker(Op<?> op) {
        return switch (op) {
            case Open _,
                    OpenInto _,
                    Status _,
                    Rename _,
                    HardLink _,
                    SymbolicLink _,
                    Unlink _,
                    MakeDirectory _,
                    Fsync _,
                    Fallocate _,
                    Truncate _,
                    Shutdown _,
                    Splice _,
                    Tee _ ->
                    true;
            default -> false;
        };
    }
}
