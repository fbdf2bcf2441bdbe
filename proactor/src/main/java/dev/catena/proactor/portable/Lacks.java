package dev.catena.proactor.portable;

import dev.catena.ops.*;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the JDK has no way to do, one sentence each; `docs/portable.md` has the same as a table, which `spec-tests` compare.
final class Lacks {
    private static final String OTHERWISE = "the portable driver cannot: ";

    private static final Set<PollEvent> KNOWN = Set.of(PollEvent.READABLE, PollEvent.WRITABLE);
    private static final int PERMISSIONS = 0777;

    private Lacks() {}

    /// What is missing for an operation, or null.
    static @Nullable String of(Op<?> op) {
        var sentence = sentence(op);
        return sentence == null ? null : OTHERWISE + sentence;
    }

    private static @Nullable String sentence(Op<?> op) {
        return switch (op) {
            case Open open -> opening(open);
            case OpenInto(var open, _) -> opening(open);
            case MakeDirectory(_, var mode) -> permissions(mode);
            case Rename(_, _, var how) ->
                    how == Rename.How.EXCHANGE ? "the JDK does not exchange two names" : null;
            case Fallocate _ -> "the JDK does not reserve, punch or zero ranges of files";
            case Socket(var family, var type) ->
                    family == AddressFamily.UNIX && type == SocketType.DATAGRAM
                            ? "the JDK has no unix sockets for datagrams"
                            : null;
            case SendMsg message ->
                    message.descriptors().isEmpty() ? null : "the JDK does not pass descriptors";
            case RecvMsg message ->
                    message.maxDescriptors() == 0 ? null : "the JDK does not pass descriptors";
            case Poll(_, var events) -> polling(events);
            case PollEach(_, var events) -> polling(events);
            case WaitProcess _ ->
                    "the JDK tells the exit status of a process only to who started it"
                            + " (Process.onExit)";
            case Timeout timeout ->
                    timeout.clock() == Clock.BOOTTIME
                            ? "the JDK has no clock that goes on while the machine is suspended"
                            : null;
            case MessageRing _ -> "there is no ring that takes messages";
            case Accept _,
                    AcceptEach _,
                    Advise _,
                    Bind _,
                    Cancel _,
                    Close _,
                    Connect _,
                    Fsync _,
                    FutexWait _,
                    FutexWake _,
                    GetSocketOption _,
                    HardLink _,
                    LinkTimeout _,
                    Listen _,
                    Nop _,
                    Pipe _,
                    Read _,
                    ReadVector _,
                    Recv _,
                    RecvEach _,
                    Send _,
                    SendZeroCopy _,
                    SetSocketOption _,
                    Shutdown _,
                    SocketName _,
                    Splice _,
                    Status _,
                    SymbolicLink _,
                    Tee _,
                    Truncate _,
                    Unlink _,
                    UpdateTimeout _,
                    Write _,
                    WriteVector _ ->
                    null;
        };
    }

    private static @Nullable String opening(Open open) {
        var flags = open.flags();
        if (!open.resolve().isEmpty()) {
            return "the JDK has no rules for what a path leads through (Open.resolve)";
        }
        if (flags.contains(OpenFlag.READ_WRITE) && flags.contains(OpenFlag.APPEND)) {
            return "the JDK does not open a file for reading and appending at once";
        }
        if (flags.contains(OpenFlag.DIRECT) && !Opening.hasDirect()) {
            return "this JDK has no direct I/O (its module jdk.unsupported is missing)";
        }
        return permissions(open.mode());
    }

    private static @Nullable String permissions(int mode) {
        return (mode & ~PERMISSIONS) == 0
                ? null
                : "the JDK sets no permission bits beyond 0777 as it creates a file";
    }

    private static @Nullable String polling(Set<PollEvent> events) {
        return KNOWN.containsAll(events)
                ? null
                : "the JDK's selector tells readable and writable, and nothing else";
    }
}
