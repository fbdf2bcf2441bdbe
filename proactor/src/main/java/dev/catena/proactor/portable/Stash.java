package dev.catena.proactor.portable;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/// Bytes that were read from a pipe or socket and not passed on yet: the next reader of it gets them first. This is how bytes can
/// be copied between two descriptors, and looked at before they are taken, without losing any. Loop thread only.
final class Stash {
    private final ArrayDeque<ByteBuffer> pieces = new ArrayDeque<>();

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /// The number of bytes.
    int size() {
        int size = 0;
        for (var piece : pieces) {
            size += piece.remaining();
        }
        return size;
    }

    /// Puts bytes behind what there is.
    void add(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            pieces.addLast(bytes);
        }
    }

    /// Puts bytes back before what there is.
    void putBack(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            pieces.addFirst(bytes);
        }
    }

    /// Moves bytes into buffers, and gives how many.
    int takeInto(ByteBuffer... buffers) {
        int moved = 0;
        for (var buffer : buffers) {
            for (var piece = pieces.peek();
                    piece != null && buffer.hasRemaining();
                    piece = pieces.peek()) {
                int length = Math.min(buffer.remaining(), piece.remaining());
                buffer.put(piece.slice(piece.position(), length));
                drop(length);
                moved += length;
            }
        }
        return moved;
    }

    /// A copy of the first bytes, at most `most`, which stay.
    ByteBuffer peek(int most) {
        var copy = ByteBuffer.allocateDirect(Math.min(most, size()));
        for (var piece : pieces) {
            copy.put(piece.slice(piece.position(), Math.min(piece.remaining(), copy.remaining())));
        }
        return copy.flip();
    }

    /// Takes the first bytes, at most `most`.
    ByteBuffer take(int most) {
        var bytes = peek(most);
        drop(bytes.remaining());
        return bytes;
    }

    /// Takes the first bytes away.
    void drop(int count) {
        int left = count;
        while (left > 0) {
            var first = pieces.getFirst();
            int length = Math.min(left, first.remaining());
            first.position(first.position() + length);
            left -= length;
            if (!first.hasRemaining()) {
                pieces.removeFirst();
            }
        }
    }
}
