package dev.catena.ops;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Asks what a file is (`statx(2)`).
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param fd the open file, or the directory where a relative path begins, or null for the working directory; the kernel
/// takes no slot here
/// @param path the file, or null for the open file itself
/// @param followLinks whether a symbolic link at the end of the path is followed
public record Status(@Nullable Fd fd, @Nullable Path path, boolean followLinks)
        implements Op<FileStatus> {
    /// Checks that there is something to ask about.
    public Status {
        if (path == null && fd == null) {
            throw new InvalidValueException("status needs a path or an open file");
        }
        if (path != null) {
            Limits.path(path);
        }
        Limits.number("status", fd);
    }

    /// The same, of a symbolic link instead of what it points to.
    public Status noFollow() {
        return new Status(fd, path, false);
    }

    @Override
    public String opcode() {
        return "STATX";
    }

    @Override
    public String toString() {
        return "status(" + (path == null ? fd : path) + ")" + (followLinks ? "" : ".noFollow()");
    }
}
