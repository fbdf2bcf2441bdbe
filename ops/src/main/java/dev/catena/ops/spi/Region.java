package dev.catena.ops.spi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.catena.ops.Buffer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;

/// The one kind of [Buffer]: `size` bytes of a [Memory] from `offset` on.
///
/// @param memory the memory behind it, which knows who may touch it
/// @param offset the first byte, counted from the start of the memory
/// @param size the number of bytes, at least 1
public record Region(Memory memory, int offset, int size) implements Buffer {

    /// Checks that the region lies in its memory and is not empty.
    public Region {
        Objects.checkFromIndexSize(offset, size, memory.size());
        if (size == 0) {
            throw new IllegalArgumentException(
                    "a buffer must hold at least one byte: the kernel takes no empty region");
        }
    }

    /// The native address of the first byte: for drivers, which hold the memory while they use it.
    public long address() {
        return memory.segment().address() + offset;
    }

    /// The bytes, whoever holds them: for drivers that play the kernel's part.
    public MemorySegment unguarded() {
        return memory.segment().asSlice(offset, size);
    }

    @Override
    public Buffer slice(int from, int length) {
        Objects.checkFromIndexSize(from, length, size);
        return new Region(memory, offset + from, length);
    }

    @Override
    public byte get(int index) {
        return readable(index, 1).get(JAVA_BYTE, at(index));
    }

    @Override
    public Buffer set(int index, byte value) {
        writable(index, 1).set(JAVA_BYTE, at(index), value);
        return this;
    }

    @Override
    public Buffer put(int index, byte[] source) {
        MemorySegment.copy(
                source, 0, writable(index, source.length), JAVA_BYTE, at(index), source.length);
        return this;
    }

    @Override
    public byte[] copy(int index, int length) {
        var bytes = new byte[length];
        MemorySegment.copy(readable(index, length), JAVA_BYTE, at(index), bytes, 0, length);
        return bytes;
    }

    @Override
    public Buffer copyFrom(int index, Buffer source, int sourceOffset, int length) {
        var from = (Region) source;
        MemorySegment.copy(
                from.readable(sourceOffset, length),
                from.at(sourceOffset),
                writable(index, length),
                at(index),
                length);
        return this;
    }

    @Override
    public Buffer fill(byte value) {
        writable(0, size).asSlice(offset, size).fill(value);
        return this;
    }

    @Override
    public ByteBuffer asByteBuffer() {
        return asSegment().asByteBuffer();
    }

    @Override
    public MemorySegment asSegment() {
        return writable(0, size).asSlice(offset, size);
    }

    /// Size, and place if it is not the beginning.
    @Override
    public String toString() {
        return offset == 0 ? "buffer(" + size + ")" : "buffer(" + offset + "+" + size + ")";
    }

    private long at(int index) {
        return (long) offset + index;
    }

    private MemorySegment readable(int index, int length) {
        Objects.checkFromIndexSize(index, length, size);
        return memory.readable(offset + index, length);
    }

    private MemorySegment writable(int index, int length) {
        Objects.checkFromIndexSize(index, length, size);
        return memory.writable(offset + index, length);
    }
}
