package dev.catena.ops;

/// Makes a socket (`socket(2)`), closed on exec.
///
/// @param family the kind of its addresses
/// @param type how it carries bytes
public record Socket(AddressFamily family, SocketType type) implements Op<Fd> {
    @Override
    public String opcode() {
        return "SOCKET";
    }

    @Override
    public String toString() {
        return "socket(" + family + ", " + type + ")";
    }
}
