package dev.catena.ops;

import java.util.List;

/// Reads into several regions, one after the other (`preadv(2)`).
///
/// @param fd the descriptor
/// @param buffers where the bytes go, 1 to 1024 regions
/// @param offset bytes from the start of the file, or -1 for the current position
public record ReadVector(Fd fd, List<Buffer> buffers, long offset) implements Op.Transfer {
    /// Checks the offset and the number of regions.
    public ReadVector {
        Limits.offset(offset);
        buffers = Limits.vector(buffers);
    }

    /// The same from `position`.
    public ReadVector at(long position) {
        return new ReadVector(fd, buffers, position);
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
    public boolean fillsRegions() {
        return true;
    }

    @Override
    public boolean shortBreaksLink() {
        return true;
    }

    @Override
    public Transfer remainder(int moved) {
        return new ReadVector(fd, Limits.without(buffers, moved), Limits.advance(offset, moved));
    }

    @Override
    public String opcode() {
        return "READV";
    }

    @Override
    public String toString() {
        return "read(" + fd + ", " + buffers + ")" + (offset < 0 ? "" : ".at(" + offset + ")");
    }
}
