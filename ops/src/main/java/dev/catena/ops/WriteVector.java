package dev.catena.ops;

import java.util.List;

/// Writes several regions, one after the other (`pwritev(2)`).
///
/// @param fd the descriptor
/// @param buffers the bytes, 1 to 1024 regions
/// @param offset bytes from the start of the file, or -1 for the current position
public record WriteVector(Fd fd, List<Buffer> buffers, long offset) implements Op.Transfer {
    /// Checks the offset and the number of regions.
    public WriteVector {
        Limits.offset(offset);
        buffers = Limits.vector(buffers);
    }

    /// The same to `position`.
    public WriteVector at(long position) {
        return new WriteVector(fd, buffers, position);
    }

    @Override
    public int regions() {
        return buffers.size();
    }

    @Override
    public Buffer region(int index) {
        return buffers.get(index);
    }

    @Override
    public boolean shortBreaksLink() {
        return true;
    }

    @Override
    public Transfer remainder(int moved) {
        return new WriteVector(fd, Limits.without(buffers, moved), Limits.advance(offset, moved));
    }

    @Override
    public String opcode() {
        return "WRITEV";
    }

    @Override
    public String toString() {
        return "write(" + fd + ", " + buffers + ")" + (offset < 0 ? "" : ".at(" + offset + ")");
    }
}
