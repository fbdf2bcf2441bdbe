package dev.catena.ops;

/// Sends bytes to a connected socket (`send(2)`, without `SIGPIPE`). Gives how many the kernel took.
///
/// Fails with, among others, [Errno#ECONNRESET] and [Errno#EPIPE].
///
/// @param fd the socket
/// @param buffer the bytes; they may be read but not changed until the operation has ended
/// @param waitAll whether to go on until all are taken (`MSG_WAITALL`, which io_uring gives sends too)
public record Send(Fd fd, Buffer buffer, boolean waitAll) implements Op.Transfer {
    @Override
    public int regions() {
        return 1;
    }

    @Override
    public Buffer region(int index) {
        return buffer;
    }

    @Override
    public boolean shortBreaksLink() {
        return waitAll;
    }

    @Override
    public Transfer remainder(int moved) {
        return new Send(fd, buffer.from(moved), waitAll);
    }

    @Override
    public String opcode() {
        return "SEND";
    }

    @Override
    public String toString() {
        return (waitAll ? "sendAll(" : "send(") + fd + ", " + buffer + ")";
    }
}
