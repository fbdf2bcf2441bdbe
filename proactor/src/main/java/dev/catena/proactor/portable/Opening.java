package dev.catena.proactor.portable;

import dev.catena.ops.Open;
import dev.catena.ops.OpenFlag;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Opens files as `open(2)` does, with what the JDK has instead of its flags. On a thread of the pool.
final class Opening {
    private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

    // com.sun.nio.file.ExtendedOpenOption.DIRECT, by name, since javac warns of it and cannot be
    // told not to
    private static final @Nullable OpenOption DIRECT = direct();

    private Opening() {}

    /// Opens a file.
    ///
    /// @param path where the file is; relative ones begin in the working directory
    static OpenFile.Disk open(Path path, Open open) throws IOException {
        var absolute = path.toAbsolutePath();
        var flags = open.flags();
        if (flags.contains(OpenFlag.TEMPORARY)) {
            return temporary(absolute, open);
        }
        if (flags.contains(OpenFlag.DIRECTORY)
                && Files.exists(absolute)
                && !Files.isDirectory(absolute)) {
            throw new NotDirectoryException(path.toString());
        }
        if (flags.contains(OpenFlag.READ)) {
            prepare(absolute, open);
        }
        var channel = FileChannel.open(absolute, options(open), attributes(absolute, open.mode()));
        try {
            if (flags.contains(OpenFlag.TRUNCATE)
                    && flags.contains(OpenFlag.APPEND)
                    && flags.contains(OpenFlag.WRITE)) {
                channel.truncate(0); // the JDK refuses the two together
            }
            return new OpenFile.Disk(channel, absolute, Statuses.of(absolute, true));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// Creates or truncates what is then opened for reading, for which the JDK does neither.
    private static void prepare(Path path, Open open) throws IOException {
        var flags = open.flags();
        if (flags.contains(OpenFlag.CREATE)) {
            try {
                Files.createFile(path, attributes(path, open.mode()));
            } catch (FileAlreadyExistsException exists) {
                if (flags.contains(OpenFlag.EXCLUSIVE)) {
                    throw exists;
                }
            }
        }
        if (flags.contains(OpenFlag.TRUNCATE)) {
            FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
        }
    }

    /// A file without a name: it has one for a moment.
    private static OpenFile.Disk temporary(Path directory, Open open) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw Files.exists(directory)
                    ? new NotDirectoryException(directory.toString())
                    : new NoSuchFileException(directory.toString());
        }
        var path =
                Files.createTempFile(
                        directory, ".catena", ".tmp", attributes(directory, open.mode()));
        try {
            var channel = FileChannel.open(path, access(open));
            return new OpenFile.Disk(channel, path, Statuses.of(path, true));
        } finally {
            Files.delete(path);
        }
    }

    /// Whether this JDK can read and write past the page cache.
    static boolean hasDirect() {
        return DIRECT != null;
    }

    private static @Nullable OpenOption direct() {
        try {
            for (var option :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                if (option.toString().equals("DIRECT")) {
                    return (OpenOption) option;
                }
            }
        } catch (ClassNotFoundException absent) {
            return null; // a runtime image without the module jdk.unsupported
        }
        return null;
    }

    private static Set<OpenOption> access(Open open) {
        var options = new HashSet<OpenOption>();
        boolean both = open.flags().contains(OpenFlag.READ_WRITE);
        if (both || open.flags().contains(OpenFlag.READ)) {
            options.add(StandardOpenOption.READ);
        }
        if (both || open.flags().contains(OpenFlag.WRITE)) {
            options.add(StandardOpenOption.WRITE);
        }
        return options;
    }

    private static Set<OpenOption> options(Open open) {
        var options = access(open);
        boolean writes = options.contains(StandardOpenOption.WRITE);
        boolean exclusive = open.flags().contains(OpenFlag.EXCLUSIVE);
        boolean appends = open.flags().contains(OpenFlag.APPEND);
        for (var flag : open.flags()) {
            switch (flag) {
                case READ, WRITE, READ_WRITE, EXCLUSIVE, DIRECTORY, TEMPORARY -> {}
                case CREATE -> {
                    if (writes) {
                        options.add(
                                exclusive
                                        ? StandardOpenOption.CREATE_NEW
                                        : StandardOpenOption.CREATE);
                    }
                }
                case TRUNCATE -> {
                    if (writes && !appends) {
                        options.add(StandardOpenOption.TRUNCATE_EXISTING);
                    }
                }
                case APPEND -> {
                    if (writes) {
                        options.add(StandardOpenOption.APPEND);
                    }
                }
                case DIRECT -> options.add(Objects.requireNonNull(DIRECT));
                case DATA_SYNC -> options.add(StandardOpenOption.DSYNC);
                case NO_FOLLOW -> options.add(LinkOption.NOFOLLOW_LINKS);
            }
        }
        return options;
    }

    /// The permission bits of what is created, where the file system has such.
    static FileAttribute<?>[] attributes(Path path, int mode) {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return NO_ATTRIBUTES;
        }
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        int bit = 0400; // of the first of them: they are declared in the order of a mode's bits
        for (var permission : PosixFilePermission.values()) {
            if ((mode & bit) != 0) {
                permissions.add(permission);
            }
            bit >>= 1;
        }
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
    }
}
