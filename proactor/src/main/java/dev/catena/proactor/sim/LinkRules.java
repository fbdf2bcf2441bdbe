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
                    Shutdown _,
                    Rename _,
                    HardLink _,
                    SymbolicLink _,
                    Unlink _,
                    MakeDirectory _ ->
                    false;
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

    /// Whether an operation is about names of files, which is a disk's work.
    static boolean isPathWork(Op<?> op) {
        return switch (op) {
            case Open _,
                    OpenInto _,
                    Status _,
                    Rename _,
                    HardLink _,
                    SymbolicLink _,
                    Unlink _,
                    MakeDirectory _ ->
                    true;
            default -> false;
        };
    }
}
