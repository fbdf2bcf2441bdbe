package dev.catena.proactor.sim;

import dev.catena.ops.Errno;
import dev.catena.ops.Fallocate;
import dev.catena.ops.FileStatus;
import dev.catena.ops.OpenFlag;
import java.util.Set;

/// An open file or directory.
final class OpenFile extends Description {
    /// Files end here; larger ones would not fit into the simulation.
    private static final long MOST_BYTES = 1L << 40;

    private static final int DIRECT_BYTES = 512;

    private final Inode inode;
    private final String path;
    private final Set<OpenFlag> flags;
    private long position;

    OpenFile(Inode inode, String path, Set<OpenFlag> flags) {
        this.inode = inode;
        this.path = path;
        this.flags = flags;
    }

    Inode inode() {
        return inode;
    }

    boolean appends() {
        return flags.contains(OpenFlag.APPEND);
    }

    boolean reads() {
        return flags.contains(OpenFlag.READ) || flags.contains(OpenFlag.READ_WRITE);
    }

    boolean writes() {
        return flags.contains(OpenFlag.WRITE) || flags.contains(OpenFlag.READ_WRITE);
    }

    @Override
    String kind() {
        return (inode instanceof Inode.Directory ? "directory " : "file ") + path;
    }

    @Override
    boolean isDisk() {
        return true;
    }

    @Override
    int read(Bytes into, long offset) {
        if (!reads()) {
            return no(Errno.EBADF);
        }
        if (!(inode instanceof Inode.File file)) {
            return no(Errno.EISDIR);
        }
        long from = offset < 0 ? position : offset;
        if (isMisaligned(into, from)) {
            return no(Errno.EINVAL);
        }
        var bytes = file.pages().read(from, into.size());
        into.put(0, bytes);
        file.read();
        if (offset < 0) {
            position += bytes.length;
        }
        return bytes.length;
    }

    boolean isDirect() {
        return flags.contains(OpenFlag.DIRECT);
    }

    /// Puts its pages into a pipe, which then has the same bytes as the file, whatever is written to the file later
    /// (`filemap_splice_read` in `mm/filemap.c`).
    ///
    /// @param target one that is not full
    int share(PipeEnd target, long offset, int most) {
        if (!reads()) {
            return no(Errno.EBADF);
        }
        if (!(inode instanceof Inode.File file)) {
            return no(Errno.EISDIR);
        }
        long from = offset < 0 ? position : offset;
        long end = Math.min(file.pages().size(), from + most);
        long at = from;
        while (at < end && !target.isFull()) {
            int start = (int) (at % Pages.PAGE_BYTES);
            int part = (int) Math.min(Pages.PAGE_BYTES - start, end - at);
            target.share(file.pages().page(at / Pages.PAGE_BYTES), start, start + part);
            at += part;
        }
        file.read();
        if (offset < 0) {
            position = at;
        }
        return (int) (at - from);
    }

    @Override
    int write(Bytes from, long offset) {
        if (!writes() || !(inode instanceof Inode.File file)) {
            return no(Errno.EBADF);
        }
        long to = appends() ? file.size() : offset < 0 ? position : offset;
        if (isMisaligned(from, to)) {
            return no(Errno.EINVAL);
        }
        if (to + from.size() > MOST_BYTES) {
            return no(Errno.EFBIG);
        }
        file.pages().write(to, from.get(0, from.size()));
        file.written();
        if (offset < 0) {
            position = to + from.size();
        }
        return from.size();
    }

    private boolean isMisaligned(Bytes bytes, long offset) {
        return isDirect()
                && (offset % DIRECT_BYTES != 0
                        || bytes.size() % DIRECT_BYTES != 0
                        || !bytes.isAligned(DIRECT_BYTES));
    }

    int truncate(long size) {
        if (!writes() || !(inode instanceof Inode.File file)) {
            return no(Errno.EINVAL);
        }
        if (size > MOST_BYTES) {
            return no(Errno.EFBIG);
        }
        file.pages().resize(size);
        file.written();
        return 0;
    }

    int fallocate(Fallocate.How how, long offset, long length) {
        if (!writes() || !(inode instanceof Inode.File file)) {
            return no(Errno.EBADF);
        }
        if (offset + length > MOST_BYTES) {
            return no(Errno.EFBIG);
        }
        var pages = file.pages();
        long end = offset + length;
        switch (how) {
            case ALLOCATE -> {
                pages.reserve(offset, length);
                pages.resize(Math.max(pages.size(), end));
            }
            case KEEP_SIZE -> pages.reserve(offset, length);
            case PUNCH_HOLE -> pages.clear(offset, length);
            case ZERO -> {
                pages.clear(offset, length);
                pages.resize(Math.max(pages.size(), end));
            }
        }
        file.written();
        return 0;
    }

    @Override
    int ready() {
        return POLLIN | POLLOUT;
    }

    @Override
    FileStatus status() {
        return inode.status();
    }

    @Override
    void ended() {}
}
