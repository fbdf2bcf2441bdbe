package dev.catena.proactor.portable;

import dev.catena.ops.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/// What files are, as far as the JDK tells. It does not tell the space a file takes nor the block that suits it: the first is
/// taken from the size, the second is a page.
final class Statuses {
    private static final int BLOCK_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;
    private static final int S_IFMT = 0170000;
    private static final String UNIX =
            "unix:mode,ino,dev,nlink,uid,gid,ctime,size,lastModifiedTime,lastAccessTime";
    private static final LinkOption[] FOLLOW = {};
    private static final LinkOption[] NO_FOLLOW = {LinkOption.NOFOLLOW_LINKS};

    private Statuses() {}

    /// What the file of a name is.
    static FileStatus of(Path path, boolean followLinks) throws IOException {
        var links = followLinks ? FOLLOW : NO_FOLLOW;
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? unix(Files.readAttributes(path, UNIX, links))
                : basic(Files.readAttributes(path, BasicFileAttributes.class, links));
    }

    /// What an open file is. The JDK asks by name only: if its name is gone or belongs to another file, this is what it was as
    /// it was opened, with the size it has now.
    static FileStatus of(OpenFile.Disk disk) throws IOException {
        var then = disk.atOpening();
        try {
            var now = of(disk.path(), true);
            if (now.inode() == then.inode() && now.device() == then.device()) {
                return now;
            }
        } catch (NoSuchFileException gone) {
            return withSize(then, disk.channel().size(), 0);
        }
        return withSize(then, disk.channel().size(), then.links());
    }

    /// What a socket or a pipe is: nothing but that.
    static FileStatus of(Endpoint endpoint) {
        var type = endpoint.isSocket() ? FileStatus.Type.SOCKET : FileStatus.Type.PIPE;
        return status(type, 0600, 0, 1, 0, 0, 0, 0, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
    }

    private static FileStatus unix(Map<String, Object> values) {
        int mode = integer(values, "mode");
        return status(
                type(mode),
                mode & 07777,
                number(values, "size"),
                integer(values, "nlink"),
                integer(values, "uid"),
                integer(values, "gid"),
                number(values, "dev"),
                number(values, "ino"),
                time(values, "lastAccessTime"),
                time(values, "lastModifiedTime"),
                time(values, "ctime"));
    }

    private static FileStatus basic(BasicFileAttributes file) {
        var type =
                file.isDirectory()
                        ? FileStatus.Type.DIRECTORY
                        : file.isSymbolicLink()
                                ? FileStatus.Type.SYMBOLIC_LINK
                                : file.isRegularFile()
                                        ? FileStatus.Type.FILE
                                        : FileStatus.Type.OTHER;
        var modified = file.lastModifiedTime().toInstant();
        var accessed = file.lastAccessTime().toInstant();
        long inode = Objects.hashCode(file.fileKey());
        return status(type, 0, file.size(), 1, 0, 0, 0, inode, accessed, modified, modified);
    }

    private static FileStatus status(
            FileStatus.Type type,
            int mode,
            long size,
            int links,
            int userId,
            int groupId,
            long device,
            long inode,
            Instant accessed,
            Instant modified,
            Instant changed) {
        return new FileStatus(
                type,
                mode,
                size,
                links,
                userId,
                groupId,
                device,
                inode,
                sectors(size),
                BLOCK_BYTES,
                accessed,
                modified,
                changed);
    }

    private static FileStatus withSize(FileStatus file, long size, int links) {
        return status(
                file.type(),
                file.mode(),
                size,
                links,
                file.userId(),
                file.groupId(),
                file.device(),
                file.inode(),
                file.accessed(),
                file.modified(),
                file.changed());
    }

    private static long sectors(long size) {
        return (size + SECTOR_BYTES - 1) / SECTOR_BYTES;
    }

    private static FileStatus.Type type(int mode) {
        return switch (mode & S_IFMT) {
            case 0100000 -> FileStatus.Type.FILE;
            case 0040000 -> FileStatus.Type.DIRECTORY;
            case 0120000 -> FileStatus.Type.SYMBOLIC_LINK;
            case 0010000 -> FileStatus.Type.PIPE;
            case 0140000 -> FileStatus.Type.SOCKET;
            case 0020000 -> FileStatus.Type.CHARACTER_DEVICE;
            case 0060000 -> FileStatus.Type.BLOCK_DEVICE;
            default -> FileStatus.Type.OTHER;
        };
    }

    private static int integer(Map<String, Object> values, String name) {
        return (int) number(values, name);
    }

    private static long number(Map<String, Object> values, String name) {
        return ((Number) value(values, name)).longValue();
    }

    private static Instant time(Map<String, Object> values, String name) {
        return ((FileTime) value(values, name)).toInstant();
    }

    private static Object value(Map<String, Object> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }
}
