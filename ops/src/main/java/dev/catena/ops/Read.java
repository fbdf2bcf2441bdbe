package dev.catena.ops;

/// Reads bytes (`pread(2)`, or `read(2)` at the current position). Gives how many arrived: 0 at the end of a file, and
/// fewer than the buffer has room for near it, or from a pipe or socket.
///
/// @param fd the descriptor
/// @param buffer where the bytes go; the kernel may write it until the operation has ended
/// @param offset bytes from the start of the file, or -1 for the current position, which is the only choice for pipes
public record Read(Fd fd, Buffer buffer, long offset) implements Op.Transfer {
    /// Checks the offset.
    public Read {
        Limits.offset(offset);
    }

    /// The same from `position`, in bytes from the start of the file.
    public Read at(long position) {
        return new Read(fd, buffer, position);
    }

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
        return true;
    }

    @Override
    public Transfer remainder(int moved) {
        return new Read(fd, buffer.from(moved), Limits.advance(offset, moved));
    }

    @Override
    public String opcode() {
        return "READ";
    }

    @Override
    public String toString() {
        return "read(" + fd + ", " + buffer + ")" + (offset < 0 ? "" : ".at(" + offset + ")");
    }
}
