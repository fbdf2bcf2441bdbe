package dev.catena.io;

import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Ops;
import dev.catena.ops.Outcome;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What is done with whole files. Descriptors and buffers are held only as long as a call takes.
public final class Files {
    private static final int BLOCK_BYTES = 1 << 18;

    private Files() {}

    /// All bytes of a file.
    ///
    /// @throws dev.catena.ops.OperationFailedException with `ENOENT`, `EACCES` or `EISDIR`, among others
    /// @throws OutOfMemoryError if it does not fit into an array
    public static byte[] read(Scope scope, Path path) throws IOException {
        return scope.child(
                ScopeOptions.of("read " + path),
                inner -> {
                    var file = inner.await(Ops.open(path, OpenFlag.READ));
                    long size = inner.await(Ops.status(file)).size();
                    if (size > Integer.MAX_VALUE - 8) {
                        throw new OutOfMemoryError(path + " has " + size + " bytes");
                    }
                    var bytes = new byte[(int) size];
                    int done = 0;
                    // files that say 0, such as those of /proc, have more
                    var block = inner.lease(Math.clamp(size + 1, 4096, BLOCK_BYTES));
                    for (int n = inner.await(Ops.read(file, block).at(0));
                            n > 0;
                            n = inner.await(Ops.read(file, block).at(done))) {
                        if (done + n > bytes.length) {
                            bytes = Arrays.copyOf(bytes, Math.addExact(done + n, bytes.length / 2));
                        }
                        block.first(n).asByteBuffer().get(bytes, done, n);
                        done += n;
                    }
                    return done == bytes.length ? bytes : Arrays.copyOf(bytes, done);
                });
    }

    /// Makes a file of these bytes, replacing what was in it. They are in the file, not necessarily on the device.
    ///
    /// @throws dev.catena.ops.OperationFailedException with `ENOSPC` or `EDQUOT`, among others, also from the close, where a file
    ///     system of the network may say only then that it could not store them (`EIO`)
    public static void write(Scope scope, Path path, byte[] bytes) throws IOException {
        write(scope, path, bytes, OpenFlag.TRUNCATE);
    }

    /// Appends to a file, which is made if there is none. One such write is not torn by others to the same file (`O_APPEND`), as long
    /// as the disk is not full.
    ///
    /// @throws dev.catena.ops.OperationFailedException as [#write] does
    public static void append(Scope scope, Path path, byte[] bytes) throws IOException {
        write(scope, path, bytes, OpenFlag.APPEND);
    }

    private static void write(Scope scope, Path path, byte[] bytes, OpenFlag how)
            throws IOException {
        scope.child(
                ScopeOptions.of("write " + path),
                inner -> {
                    var file = inner.await(Ops.open(path, OpenFlag.WRITE, OpenFlag.CREATE, how));
                    if (bytes.length > 0) {
                        var block = inner.lease(bytes.length).put(0, bytes);
                        var _ = inner.await(Ops.writeFully(Ops.write(file, block)));
                    }
                    return inner.await(Ops.close(file)); // the scope would keep its error to itself
                });
    }

    /// Copies a file's bytes to another, which is made, or replaced. Gives how many.
    public static long copy(Scope scope, Path from, Path to) throws IOException {
        return scope.child(
                ScopeOptions.of("copy " + from),
                inner -> {
                    var source = inner.await(Ops.open(from, OpenFlag.READ));
                    var target =
                            inner.await(
                                    Ops.open(
                                            to,
                                            OpenFlag.WRITE,
                                            OpenFlag.CREATE,
                                            OpenFlag.TRUNCATE));
                    long size = copy(inner, source, target);
                    var _ = inner.await(Ops.close(target));
                    return size;
                });
    }

    private static long copy(Scope scope, Fd source, Fd target) throws IOException {
        var block = scope.lease(BLOCK_BYTES);
        long done = 0;
        while (true) {
            int n = scope.await(Ops.read(source, block).at(done));
            if (n == 0) {
                return done;
            }
            var _ = scope.await(Ops.writeFully(Ops.write(target, block.first(n)).at(done)));
            done += n;
        }
    }

    /// The files and directories under one, itself first, parents before what is in them. `io_uring` has no operation that reads a
    /// directory, so this is done by the JDK on a thread of its own; symbolic links are not followed.
    public static List<Path> walk(Scope scope, Path root) throws IOException {
        return OffLoop.call(
                scope,
                () -> {
                    try (Stream<Path> paths = java.nio.file.Files.walk(root)) {
                        return paths.toList();
                    } catch (UncheckedIOException e) {
                        throw e.getCause();
                    }
                });
    }

    /// A file that is only appended to: records that are on the device when [#append] returns.
    ///
    /// That holds for the bytes and the size of the file. The entry of a new file in its directory is not brought to the device: where
    /// a log must survive a crash right after it was made, sync the directory once, with `Ops.open(directory, OpenFlag.READ, OpenFlag.DIRECTORY)` and
    /// `Ops.fsync`.
    ///
    /// After an append that has failed it is not known what is at the end of the file: nothing, a part of the record, or all of it
    /// without being on the device. A sync that fails once may succeed the next time although the bytes are lost, so do not append
    /// again: close the log, read the file, cut it after the last record that is whole (which records must let a reader see, by a
    /// length and a checksum), and open it anew.
    ///
    /// @param scope the scope it belongs to
    /// @param file the file
    public record Log(Scope scope, Fd file) implements AutoCloseable {

        /// Opens a log, or makes it.
        public static Log open(Scope scope, Path path) throws IOException {
            return new Log(
                    scope,
                    scope.await(Ops.open(path, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.APPEND)));
        }

        /// Appends a record and brings it to the device: the write and the sync are one chain, one submission.
        ///
        /// A write that is short is not completed: it ends the chain, so that nothing is synced, and fails with `EIO` and how many
        /// bytes of the record are in the file.
        ///
        /// @throws dev.catena.ops.OperationFailedException with `ENOSPC` or `EIO`, among others; part of the record may be in the
        ///     file then
        public void append(byte[] bytes) throws IOException {
            if (bytes.length == 0) {
                return;
            }
            var block = scope.lease(bytes.length).put(0, bytes);
            try {
                var _ = scope.await(Ops.link(Ops.write(file, block), Ops.dataSync(file)));
            } finally {
                scope.release(block);
            }
        }

        /// Closes the file. Does nothing if it is closed.
        ///
        /// @throws dev.catena.ops.OperationFailedException if the close brought an error (`EIO`); the file is closed all the same
        @Override
        public void close() throws IOException {
            if (file.isOpen()
                    && scope.attempt(Ops.close(file)) instanceof Outcome.Failed<?> failed) {
                var _ = failed.get();
            } // cancelled or too late: the scope that it belongs to closes it
        }
    }
}
