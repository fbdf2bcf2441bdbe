package dev.catena.proactor.sim;

import dev.catena.ops.Errno;
import dev.catena.ops.FileStatus;

/// An end of a pipe (`pipe(7)`).
final class PipeEnd extends Description {
    private final PipeBuffer buffer;
    private final boolean reading;

    // set once, by pair()
    private PipeEnd other;
    private boolean closed;

    @SuppressWarnings("NullAway.Init")
    private PipeEnd(PipeBuffer buffer, boolean reading) {
        this.buffer = buffer;
        this.reading = reading;
    }

    /// A new pipe: the end to read from, and the end to write to.
    static PipeEnd[] pair() {
        var buffer = new PipeBuffer();
        var reading = new PipeEnd(buffer, true);
        var writing = new PipeEnd(buffer, false);
        reading.other = writing;
        writing.other = reading;
        return new PipeEnd[] {reading, writing};
    }

    @Override
    String kind() {
        return reading ? "pipe, to read from" : "pipe, to write to";
    }

    boolean isReading() {
        return reading;
    }

    boolean isSamePipe(PipeEnd end) {
        return buffer == end.buffer;
    }

    int room() {
        return buffer.room();
    }

    @Override
    int read(Bytes into, long offset) {
        if (!reading) {
            return no(Errno.EBADF);
        }
        var bytes = peek(into.size());
        if (bytes.length == 0) {
            return other.closed ? 0 : WAIT;
        }
        into.put(0, bytes);
        drop(bytes.length);
        return bytes.length;
    }

    /// The first bytes, which stay.
    byte[] peek(int most) {
        return buffer.peek(most);
    }

    /// Takes out the first bytes.
    void drop(int bytes) {
        boolean wasFull = buffer.isFull();
        buffer.drop(bytes);
        if (wasFull) {
            other.stir(POLLOUT);
        }
    }

    /// Whether there is nothing to read and never will be.
    boolean isAtEnd() {
        return buffer.isEmpty() && other.closed;
    }

    @Override
    int write(Bytes from, long offset) {
        return reading ? no(Errno.EBADF) : put(from.get(0, from.size()));
    }

    /// Puts in what fits.
    int put(byte[] bytes) {
        return other.closed ? no(Errno.EPIPE) : filled(buffer.put(bytes));
    }

    /// Puts in a part of a page of a file, if it is not full, and nothing is copied.
    void share(byte[] page, int from, int to) {
        buffer.share(page, from, to);
        other.stir(POLLIN);
    }

    /// Moves bytes into another pipe, as many as fit there, and nothing is copied.
    int moveTo(PipeEnd target, int most) {
        if (target.other.closed) {
            return no(Errno.EPIPE);
        }
        boolean wasFull = buffer.isFull();
        int moved = buffer.moveTo(target.buffer, most);
        if (wasFull && moved > 0) {
            other.stir(POLLOUT);
        }
        return target.filled(moved);
    }

    /// Puts what is in it into another pipe, too, as much as fits there, and nothing is copied.
    int shareWith(PipeEnd target, int most) {
        return target.other.closed
                ? no(Errno.EPIPE)
                : target.filled(buffer.shareWith(target.buffer, most));
    }

    private int filled(int bytes) {
        if (bytes == 0) {
            return WAIT;
        }
        other.stir(POLLIN);
        return bytes;
    }

    boolean isFull() {
        return buffer.isFull();
    }

    boolean isEmpty() {
        return buffer.isEmpty();
    }

    @Override
    int ready() {
        if (reading) {
            return (buffer.isEmpty() ? 0 : POLLIN) | (other.closed ? POLLHUP : 0);
        }
        return (buffer.isFull() ? 0 : POLLOUT) | (other.closed ? POLLERR : 0);
    }

    @Override
    FileStatus status() {
        return Inode.anonymous(FileStatus.Type.PIPE, 0600);
    }

    @Override
    void ended() {
        closed = true;
        other.stir(ANY);
    }
}
