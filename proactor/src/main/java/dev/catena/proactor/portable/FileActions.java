package dev.catena.proactor.portable;

import dev.catena.ops.Errno;
import dev.catena.ops.Rename;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// What is done with files, on threads of the pool. Results are the kernel's.
final class FileActions {
    private static final int EINVAL = -Errno.EINVAL.number();
    private static final int EISDIR = -Errno.EISDIR.number();
    private static final int ENOTDIR = -Errno.ENOTDIR.number();

    private FileActions() {}

    /// Reads at an offset, or at the current position if that is -1.
    static int read(FileChannel file, long offset, ByteBuffer... into) throws IOException {
        if (offset < 0) {
            return (int) Math.max(0, file.read(into));
        }
        int moved = 0;
        for (var part : into) {
            int room = part.remaining();
            int result = file.read(part, offset + moved);
            moved += Math.max(0, result);
            if (result < room) {
                break;
            }
        }
        return moved;
    }

    /// Writes at an offset, or at the current position if that is -1.
    static int write(FileChannel file, long offset, ByteBuffer... from) throws IOException {
        if (offset < 0) {
            return (int) file.write(from);
        }
        int moved = 0;
        for (var part : from) {
            int size = part.remaining();
            int result = file.write(part, offset + moved);
            moved += result;
            if (result < size) {
                break;
            }
        }
        return moved;
    }

    /// Gives a file a size.
    static int truncate(OpenFile.Disk disk, long size) throws IOException {
        var file = disk.channel();
        try {
            if (size <= file.size()) {
                long position = file.position();
                file.truncate(size);
                file.position(position); // which the JDK had moved to the new end
            } else {
                grow(file, size);
            }
        } catch (NonWritableChannelException readOnly) {
            return EINVAL;
        } catch (NonReadableChannelException writeOnly) {
            if (Statuses.of(disk.path(), true).inode() != disk.atOpening().inode()) {
                throw new NoSuchFileException(disk.path() + ", which is another file by now");
            }
            try (var other =
                    FileChannel.open(
                            disk.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                grow(other, size);
            }
        }
        return 0;
    }

    /// Makes a file larger. Mapping its new end is the JDK's one way to do that without writing.
    private static void grow(FileChannel file, long size) throws IOException {
        try (var arena = Arena.ofConfined()) {
            file.map(FileChannel.MapMode.READ_WRITE, size - 1, 1, arena);
        }
    }

    static int rename(Path from, Path to, Rename.How how) throws IOException {
        switch (how) {
            case REPLACE -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            case KEEP -> {
                // what fails if there is one already, in one step: a link for a file, else a
                // directory
                if (Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectory(to);
                    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                } else {
                    Files.createLink(to, from);
                    Files.delete(from);
                }
            }
            case EXCHANGE -> throw new UnsupportedOperationException("see Lacks");
        }
        return 0;
    }

    static int unlink(Path path, boolean directory) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) != directory) {
            if (directory && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return ENOTDIR;
            }
            if (!directory) {
                return EISDIR;
            }
        }
        Files.delete(path);
        return 0;
    }
}
