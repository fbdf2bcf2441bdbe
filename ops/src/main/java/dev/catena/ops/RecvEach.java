package dev.catena.ops;

/// Receives from a socket until the peer ends its side or it is cancelled (multishot `recv`, Linux 6.0). Each element is a
/// buffer that the kernel has picked from the loop's provided buffers; it belongs to the scope, and is to be released
/// soon, since the kernel has only so many. When it has none left the operation ends with [Errno#ENOBUFS].
///
/// @param socket the socket
public record RecvEach(Fd socket) implements Multishot<Buffer> {
    @Override
    public Fd fd() {
        return socket;
    }

    @Override
    public String opcode() {
        return "RECV";
    }

    @Override
    public String toString() {
        return "recvEach(" + socket + ")";
    }
}
