package dev.catena.ops;

/// Gives a socket option that is a number (`getsockopt(2)`; through the ring since Linux 6.7, and there for the options of
/// `socket(7)` only: [SocketOption#TCP_NO_DELAY] can be set but not asked for).
///
/// @param socket the socket
/// @param option which
public record GetSocketOption(Fd socket, SocketOption option) implements Op<Integer> {
    @Override
    public Fd fd() {
        return socket;
    }

    @Override
    public String opcode() {
        return "URING_CMD";
    }

    @Override
    public String toString() {
        return "getSocketOption(" + socket + ", " + option + ")";
    }
}
