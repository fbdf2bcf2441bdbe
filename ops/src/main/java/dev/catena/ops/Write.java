package dev.catena.ops;

/// Writes bytes (`pwrite(2)`, or `write(2)` at the current position). Gives how many were taken, which may be fewer than
/// offered.
///
/// Fails with, among others, [Errno#ENOSPC], [Errno#EPIPE] (the reader is gone; no signal is raised).
///
/// @param fd the descriptor
/// @param buffer the bytes; they may be read but not changed until the operation has ended
/// @param offset bytes from the start of the file, or -1 for the current position
public record Write(Fd fd, Buffer buffer, long offset) implements Op.Transfer {
    /// Checks the offset.
    public Write {
        Limits.offset(offset);
    }

    /// The same to `position`, in bytes from the start of the file.
    public Write at(long position) {
        return new Write(fd, buffer, position);
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
    public boolean shortBreaksLink() {
        return true;
    }

    @Override
    public Transfer remainder(int moved) {
        return new Write(fd, buffer.from(moved), Limits.advance(offset, moved));
    }

    @Override
    public String opcode() {
        return "WRITE";
    }

    @Override
    public String toString() {
        return "write(" + fd + ", " + buffer + ")" + (offset < 0 ? "" : ".at(" + offset + ")");
    }
}
