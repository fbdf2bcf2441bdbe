package dev.catena.ops;

/// Receives bytes from a socket (`recv(2)`). Gives how many arrived, 0 when the peer has ended its side.
///
/// Fails with, among others, [Errno#ECONNRESET].
///
/// @param fd the socket
/// @param buffer where the bytes go; the kernel may write it until the operation has ended
/// @param waitAll whether to wait until the buffer is full (`MSG_WAITALL`); the end of the stream and errors still
///     cut it short
public record Recv(Fd fd, Buffer buffer, boolean waitAll) implements Op.Transfer {
    @Override
    public int regions() {
        return 1;
    }

    @Override
    public Buffer region(int index) {
        return buffer;
    }

    @Override
    public boolean fillsRegions() {
        return true;
    }

    @Override
    public boolean shortBreaksLink() {
        return waitAll;
    }

    @Override
    public Transfer remainder(int moved) {
        return new Recv(fd, buffer.from(moved), waitAll);
    }

    @Override
    public String opcode() {
        return "RECV";
    }

    @Override
    public String toString() {
        return (waitAll ? "recvAll(" : "recv(") + fd + ", " + buffer + ")";
    }
}
