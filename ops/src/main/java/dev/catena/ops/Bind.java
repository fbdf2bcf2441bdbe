package dev.catena.ops;

import io.vavr.Tuple0;
import java.net.SocketAddress;

/// Gives a socket its local address (`bind(2)`; as a ring operation since Linux 6.11). Fails with, among others,
/// [Errno#EADDRINUSE] and [Errno#EADDRNOTAVAIL].
///
/// @param socket the socket
/// @param address the address; port 0 lets the kernel pick one
public record Bind(Fd socket, SocketAddress address) implements Op<Tuple0> {
    /// Checks that the address is one that a socket can have.
    public Bind {
        AddressFamily.of(address);
    }

    @Override
    public Fd fd() {
        return socket;
    }

    @Override
    public String opcode() {
        return "BIND";
    }

    @Override
    public String toString() {
        return "bind(" + socket + ", " + address + ")";
    }
}
