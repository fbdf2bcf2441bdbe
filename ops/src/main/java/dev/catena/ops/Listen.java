package dev.catena.ops;

import io.vavr.Tuple0;

/// Lets a bound socket take connections (`listen(2)`; as a ring operation since Linux 6.11).
///
/// @param socket the socket
/// @param backlog how many connections may wait to be accepted, at least 1; the kernel caps it at
///     `net.core.somaxconn`
public record Listen(Fd socket, int backlog) implements Op<Tuple0> {
    /// The backlog unless another is given.
    public static final int DEFAULT_BACKLOG = 4096;

    /// Checks the backlog.
    public Listen {
        Limits.atLeast("the backlog", 1, backlog);
    }

    @Override
    public Fd fd() {
        return socket;
    }

    @Override
    public String opcode() {
        return "LISTEN";
    }

    @Override
    public String toString() {
        return "listen(" + socket + ", " + backlog + ")";
    }
}
