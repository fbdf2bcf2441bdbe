package dev.catena.ops;

import io.vavr.Tuple0;

/// Ends one or both directions of a connection (`shutdown(2)`); the descriptor stays open.
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param socket the connected socket
/// @param direction what to end
public record Shutdown(Fd socket, Direction direction) implements Op<Tuple0> {
    /// A direction of a connection.
    public enum Direction {
        /// No more receiving (`SHUT_RD`).
        READ,
        /// No more sending; the peer sees the end of the stream (`SHUT_WR`).
        WRITE,
        /// Both (`SHUT_RDWR`).
        BOTH
    }

    @Override
    public Fd fd() {
        return socket;
    }

    @Override
    public String opcode() {
        return "SHUTDOWN";
    }

    @Override
    public String toString() {
        return "shutdown(" + socket + ", " + direction + ")";
    }
}
