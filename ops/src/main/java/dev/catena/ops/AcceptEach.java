package dev.catena.ops;

/// Takes connections from a listening socket until it is cancelled (multishot `accept`, Linux 5.19).
///
/// @param listener the listening socket
public record AcceptEach(Fd listener) implements Multishot<Fd> {
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
        return "acceptEach(" + listener + ")";
    }
}
