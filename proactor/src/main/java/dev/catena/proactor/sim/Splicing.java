package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.WAIT;
import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.Errno;

/// Moving bytes between pipes and other things (`splice(2)`, `tee(2)`).
final class Splicing {
    private Splicing() {}

    /// Moves what is there, at most `length` bytes.
    static int splice(
            Description from, long fromOffset, Description to, long toOffset, int length) {
        if ((from instanceof PipeEnd && fromOffset >= 0)
                || (to instanceof PipeEnd && toOffset >= 0)) {
            return no(Errno.ESPIPE);
        }
        if (to instanceof OpenFile file && file.appends()) {
            return no(Errno.EINVAL);
        }
        if (from instanceof PipeEnd source) {
            int refused = check(source, to);
            return refused != 0 ? refused : fromPipe(source, to, toOffset, length);
        }
        if (to instanceof PipeEnd target) {
            return target.isReading()
                    ? no(Errno.EBADF)
                    : intoPipe(from, fromOffset, target, length);
        }
        return no(Errno.EINVAL);
    }

    private static int fromPipe(PipeEnd source, Description to, long toOffset, int length) {
        if (source.isEmpty()) {
            return source.isAtEnd() ? 0 : WAIT;
        }
        if (to instanceof PipeEnd target) {
            return source.moveTo(target, length);
        }
        int moved = to.write(Bytes.of(source.peek(length)), toOffset);
        if (moved > 0) {
            source.drop(moved);
        }
        return moved;
    }

    private static int intoPipe(Description from, long offset, PipeEnd target, int length) {
        if ((target.ready() & Description.POLLERR) != 0) {
            return no(Errno.EPIPE);
        }
        if (target.isFull()) {
            return WAIT;
        }
        if (from instanceof OpenFile file && !file.isDirect()) {
            return file.share(target, offset, length);
        }
        var bytes = new byte[Math.min(length, target.room())];
        int read = from.read(Bytes.of(bytes), offset);
        return read > 0 ? target.put(java.util.Arrays.copyOf(bytes, read)) : read;
    }

    /// Puts what is in one pipe, at most `length` bytes, into another, too.
    static int tee(Description from, Description to, int length) {
        boolean opposite =
                (from instanceof PipeEnd out && !out.isReading())
                        || (to instanceof PipeEnd in && in.isReading());
        if (opposite) { // looked at before it is looked at whether both are pipes
            return no(Errno.EBADF);
        }
        if (!(from instanceof PipeEnd source) || !(to instanceof PipeEnd target)) {
            return no(Errno.EINVAL);
        }
        int refused = check(source, target);
        if (refused != 0) {
            return refused;
        }
        if (source.isEmpty()) {
            return source.isAtEnd() ? 0 : WAIT;
        }
        return source.shareWith(target, length);
    }

    private static int check(PipeEnd source, Description to) {
        if (!source.isReading()) {
            return no(Errno.EBADF);
        }
        if (to instanceof PipeEnd target) {
            if (target.isReading()) {
                return no(Errno.EBADF);
            }
            return source.isSamePipe(target) ? no(Errno.EINVAL) : 0;
        }
        return 0;
    }
}
