package dev.catena.ops;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Opens a file (`openat2(2)`, Linux 5.6); the descriptor belongs to the scope that runs it and is closed on exec
/// (`O_CLOEXEC`).
///
/// Fails with, among others, [Errno#ENOENT], [Errno#EACCES], [Errno#EEXIST] (with [OpenFlag#EXCLUSIVE]),
/// [Errno#EMFILE] (the process's limit of descriptors), [Errno#EXDEV] and [Errno#ELOOP] (against a [Resolve] rule).
///
/// @param directory where relative paths begin, or null for the working directory; the kernel takes no slot here
/// @param path the file, at most 4095 bytes of UTF-8 without a NUL
/// @param flags how to open it: exactly one of `READ`, `WRITE` and `READ_WRITE`, and any of the others
/// @param resolve what the path may lead through
/// @param mode the permission bits of a file that is created, 0 to 07777 octal; the process's umask is taken off
public record Open(
        @Nullable Fd directory, Path path, Set<OpenFlag> flags, Set<Resolve> resolve, int mode)
        implements Op<Fd> {
    /// The mode of created files unless another is given: read and write for everyone, less the umask.
    public static final int DEFAULT_MODE = 0666;

    /// Checks path, flags and mode.
    public Open {
        Limits.path(path);
        Limits.mode(mode);
        Limits.number("open", directory);
        flags = Set.copyOf(flags);
        resolve = Set.copyOf(resolve);
        if (flags.stream().filter(OpenFlag::isAccess).count() != 1) {
            throw new InvalidValueException(
                    "open needs exactly one of READ, WRITE and READ_WRITE, got "
                            + Limits.names(flags));
        }
    }

    /// The same with other permission bits for a file that is created.
    public Open mode(int bits) {
        return new Open(directory, path, flags, resolve, bits);
    }

    /// The same with relative paths beginning at an open directory.
    public Open in(Fd openDirectory) {
        return new Open(openDirectory, path, flags, resolve, mode);
    }

    /// The same with rules for what the path may lead through.
    public Open resolve(Resolve first, Resolve... more) {
        return new Open(directory, path, flags, EnumSet.of(first, more), mode);
    }

    /// The same into a fixed file slot, for the links behind it: `open → read → close` as one chain.
    public OpenInto into(Fd slot) {
        return new OpenInto(this, slot);
    }

    @Override
    public @Nullable Fd fd() {
        return directory;
    }

    @Override
    public String opcode() {
        return "OPENAT2";
    }

    @Override
    public String toString() {
        return "open("
                + path
                + ", "
                + Limits.names(flags)
                + ")"
                + (directory == null ? "" : ".in(" + directory + ")")
                + (resolve.isEmpty() ? "" : ".resolve(" + Limits.names(resolve) + ")")
                + (mode == DEFAULT_MODE ? "" : ".mode(0" + Integer.toOctalString(mode) + ")");
    }
}
