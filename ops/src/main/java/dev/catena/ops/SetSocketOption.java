package dev.catena.ops;

import io.vavr.Tuple0;

/// Sets a socket option that is a number (`setsockopt(2)`; through the ring since Linux 6.7).
///
/// @param socket the socket
/// @param option which
/// @param value its value; 1 and 0 for on and off
public record SetSocketOption(Fd socket, SocketOption option, int value) implements Op<Tuple0> {
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
        return "setSocketOption(" + socket + ", " + option + ", " + value + ")";
    }
}
