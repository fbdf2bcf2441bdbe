package dev.catena.ops;

/// Takes a connection from a listening socket (`accept4(2)`), waiting until there is one. The connection belongs to the
/// scope that runs it and is closed on exec.
///
/// An accept that is cancelled in the moment a connection arrives either gives the connection or leaves it in the queue:
/// none is lost.
///
/// @param listener the listening socket
public record Accept(Fd listener) implements Op<Fd> {
    @Override
    public Fd fd() {
        return listener;
    }

    @Override
    public String opcode() {
        return "ACCEPT";
    }

    @Override
    public String toString() {
        return "accept(" + listener + ")";
    }
}
