package dev.catena.ops;

import java.net.SocketAddress;

/// The address of a socket, or of its peer (`getsockname(2)`, `getpeername(2)`).
///
/// It does not wait, so drivers answer it with a plain system call as it is submitted; it cannot be a link of a chain.
///
/// @param socket the socket
/// @param side which end of it
public record SocketName(Fd socket, Side side) implements Op<SocketAddress> {
    /// An end of a connection.
    public enum Side {
        /// This end.
        LOCAL,
        /// The other end; [Errno#ENOTCONN] if there is none.
        PEER
    }

    @Override
    public Fd fd() {
        return socket;
    }

    @Override
    public String opcode() {
        return side == Side.LOCAL ? "(getsockname)" : "(getpeername)";
    }

    @Override
    public String toString() {
        return (side == Side.LOCAL ? "localAddress(" : "peerAddress(") + socket + ")";
    }
}
