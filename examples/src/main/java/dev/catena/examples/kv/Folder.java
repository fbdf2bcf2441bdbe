package dev.catena.examples.kv;

import dev.catena.examples.program.ProgramException;
import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/// The folder that holds a store. Its files have numbers: the log `N.log` goes on from the snapshot `N.snapshot`, which holds all that the
/// logs before it say.
///
/// @param path where it is
/// @param lock keeps others out while it is open
record Folder(Path path, FileChannel lock) implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("(\\d{1,18})\\.(log|snapshot)");

    /// The numbers of the files of each kind, in order.
    record Contents(List<Long> logs, List<Long> snapshots) {}

    /// Makes the folder if there is none, and takes it for this process alone.
    static Folder take(Path path) throws IOException, ProgramException {
        Files.createDirectories(path);
        var channel =
                FileChannel.open(
                        path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new Folder(path, channel);
            }
        } catch (OverlappingFileLockException ours) {
            channel.close();
            throw new ProgramException(path + " is in use by this process");
        }
        channel.close();
        throw new ProgramException(path + " is in use by another server");
    }

    Contents contents() throws IOException {
        var contents = new Contents(new ArrayList<>(), new ArrayList<>());
        try (var files = Files.newDirectoryStream(path)) {
            for (var file : files) {
                var name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    boolean isLog = name.group(2).equals("log");
                    (isLog ? contents.logs() : contents.snapshots())
                            .add(Long.parseLong(name.group(1)));
                }
            }
        }
        Collections.sort(contents.logs());
        Collections.sort(contents.snapshots());
        return contents;
    }

    Path log(long number) {
        return path.resolve(number + ".log");
    }

    Path snapshot(long number) {
        return path.resolve(number + ".snapshot");
    }

    /// Opens a log to write, making it, name and all, if there is none.
    Fd openLog(Scope scope, long number) throws IOException {
        var fd = scope.await(Ops.open(log(number), OpenFlag.WRITE, OpenFlag.CREATE));
        sync(scope);
        return fd;
    }

    /// Brings the names in it to the device.
    void sync(Scope scope) throws IOException {
        var directory = scope.await(Ops.open(path, OpenFlag.READ, OpenFlag.DIRECTORY));
        var _ = scope.await(Ops.fsync(directory));
        var _ = scope.await(Ops.close(directory));
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
