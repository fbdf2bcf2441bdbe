package dev.catena.scope;

import dev.catena.ops.*;
import dev.catena.ops.spi.Memory;
import dev.catena.proactor.driver.Payload;
import io.vavr.Tuple;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the number of a completion means for each operation.
final class Results {
    private Results() {}

    /// What an operation that succeeded gave besides its number, or null. Descriptors in it are the scope's from here on,
    /// before anyone can see them.
    static @Nullable Object take(LiveScope scope, Operation<?> operation, int entry, int result) {
        return switch (operation.op(entry)) {
            case Open _, Socket _, Accept _ -> scope.own(result);
            case OpenInto(_, var slot) -> {
                scope.occupied(slot);
                yield slot;
            }
            case SocketName _ -> ((Payload.Address) payload(scope, operation, entry)).address();
            case Status _ -> ((Payload.File) payload(scope, operation, entry)).status();
            case GetSocketOption _ -> ((Payload.Option) payload(scope, operation, entry)).value();
            case WaitProcess _ -> ((Payload.Exit) payload(scope, operation, entry)).exit();
            case Pipe _ -> {
                var ends = (Payload.Ends) payload(scope, operation, entry);
                yield new Pipe.Ends(scope.own(ends.reading()), scope.own(ends.writing()));
            }
            case RecvMsg _ -> {
                var message = (Payload.Message) payload(scope, operation, entry);
                var fds = message.descriptors().stream().<Fd>map(scope::own).toList();
                yield new RecvMsg.Message(result, message.from(), message.truncated(), fds);
            }
            default -> null;
        };
    }

    private static Payload payload(LiveScope scope, Operation<?> operation, int entry) {
        return scope.loop().payload(operation, entry);
    }

    /// An element of a multishot operation; what it refers to is the scope's from here on.
    static Object element(LiveScope scope, Multishot<?> multishot, int result, int flags) {
        return switch (multishot) {
            case AcceptEach _ -> scope.own(result);
            case RecvEach _ -> {
                var loop = scope.loop();
                loop.counters().provided++;
                yield scope.lend(
                        Memory.lent(loop.provided(flags, result), scope),
                        () -> {
                            loop.counters().provided--;
                            loop.provide(flags);
                        });
            }
            case PollEach _ -> PollEvent.of(result);
        };
    }

    /// Gives back what an element refers to, which nobody takes.
    static void discard(LiveScope scope, Multishot<?> multishot, int result, int flags) {
        switch (multishot) {
            case AcceptEach _ -> scope.loop().discard(result);
            case RecvEach _ -> giveBack(scope, result, flags);
            case PollEach _ -> {}
        }
    }

    /// Gives back what the kernel has filled, and nobody has looked at.
    static void giveBack(LiveScope scope, int size, int flags) {
        var _ = scope.loop().provided(flags, size);
        scope.loop().provide(flags);
    }

    /// The outcome of an operation that did what it was asked to.
    ///
    /// @param value what it gave, if that is not the number
    static Outcome<?> completed(Op<?> op, int result, @Nullable Object value) {
        return new Outcome.Completed<>(value(op, result, value));
    }

    /// The result of an operation that did what it was asked to.
    static Object value(Op<?> op, int result, @Nullable Object value) {
        return switch (op) {
            case Cancel(var target) -> target instanceof Cancel.Target.One ? 1 : result;
            case Op.Transfer _, FutexWake _, SendMsg _, Splice _, Tee _ -> result;
            case Poll _ -> PollEvent.of(result);
            case Accept _,
                    GetSocketOption _,
                    Multishot<?> _,
                    Open _,
                    OpenInto _,
                    Pipe _,
                    RecvMsg _,
                    Socket _,
                    SocketName _,
                    Status _,
                    WaitProcess _ ->
                    Objects.requireNonNull(value);
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
                    Rename _,
                    SetSocketOption _,
                    Shutdown _,
                    SymbolicLink _,
                    Timeout _,
                    Truncate _,
                    Unlink _,
                    UpdateTimeout _ ->
                    Tuple.empty();
        };
    }
}
