package dev.catena.proactor.driver;

import dev.catena.ops.FileStatus;
import dev.catena.ops.WaitProcess;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an operation gives besides the number in its completion. Descriptors in it are numbers in the driver's table that
/// nobody owns yet.
public sealed interface Payload {
    /// Of [dev.catena.ops.SocketName].
    record Address(SocketAddress address) implements Payload {}

    /// Of [dev.catena.ops.Status].
    record File(FileStatus status) implements Payload {}

    /// Of [dev.catena.ops.Pipe].
    record Ends(int reading, int writing) implements Payload {}

    /// Of [dev.catena.ops.RecvMsg], besides the number of bytes.
    record Message(@Nullable SocketAddress from, boolean truncated, List<Integer> descriptors)
            implements Payload {}

    /// Of [dev.catena.ops.WaitProcess].
    record Exit(WaitProcess.Exit exit) implements Payload {}

    /// Of [dev.catena.ops.GetSocketOption].
    record Option(int value) implements Payload {}
}
