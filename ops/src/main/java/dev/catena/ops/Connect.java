package dev.catena.ops;

import io.vavr.Tuple0;
import java.net.SocketAddress;

/// Connects a socket to an address (`connect(2)`), waiting until it is or fails: [Errno#ECONNREFUSED],
/// [Errno#ETIMEDOUT], [Errno#EHOSTUNREACH] and others.
///
/// After a connect that failed or was cancelled the socket's state is unspecified: close it.
///
/// @param socket the socket
/// @param address a resolved address of the socket's family
public record Connect(Fd socket, SocketAddress address) implements Op<Tuple0> {
    /// Checks that the address is one that a socket can have.
    public Connect {
        AddressFamily.of(address);
    }

    @Override
    public Fd fd() {
        return socket;
    }

    @Override
    public String opcode() {
        return "CONNECT";
    }

    @Override
    public String toString() {
        return "connect(" + socket + ", " + address + ")";
    }
}
