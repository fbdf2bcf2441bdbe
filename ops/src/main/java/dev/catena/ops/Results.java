package dev.catena.ops;

/// What operations give.
final class Results {
    private Results() {}

    /// Whether the result is made of more than the fact that the operation succeeded: a number, a descriptor, a structure.
    static boolean givesMoreThanANumber(Op<?> op) {
        return switch (op) {
            case Accept _,
                    GetSocketOption _,
                    Multishot<?> _,
                    Open _,
                    Pipe _,
                    Poll _,
                    RecvMsg _,
                    Socket _,
                    SocketName _,
                    Splice _,
                    Status _,
                    Tee _,
                    WaitProcess _,
                    Cancel _,
                    FutexWake _,
                    Recv _,
                    Send _,
                    SendZeroCopy _,
                    SendMsg _ ->
                    true;
            case Advise _,
                    Bind _,
                    Close _,
                    Connect _,
                    Fallocate _,
                    Fsync _,
                    FutexWait _,
                    HardLink _,
                    LinkTimeout _,
                    Listen _,
                    MakeDirectory _,
                    MessageRing _,
                    Nop _,
                    OpenInto _,
                    Read _,
                    ReadVector _,
                    Rename _,
                    SetSocketOption _,
                    Shutdown _,
                    SymbolicLink _,
                    Timeout _,
                    Truncate _,
                    Unlink _,
                    UpdateTimeout _,
                    Write _,
                    WriteVector _ ->
                    false;
        };
    }
}
