package dev.catena.ops;

/// Sends without copying into the kernel (`send(2)` with `MSG_ZEROCOPY`; Linux 6.0). Gives how many bytes were taken.
///
/// The kernel goes on reading the buffer after that, until the network has it: the operation ends, and the buffer is free,
/// with a second completion, the notification. Worth it for large buffers only.
///
/// @param fd the socket
/// @param buffer the bytes
public record SendZeroCopy(Fd fd, Buffer buffer) implements Op.Transfer {
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
        return true;
    }

    @Override
    public Transfer remainder(int moved) {
        return new SendZeroCopy(fd, buffer.from(moved));
    }

    @Override
    public String opcode() {
        return "SEND_ZC";
    }

    @Override
    public String toString() {
        return "sendZeroCopy(" + fd + ", " + buffer + ")";
    }
}
