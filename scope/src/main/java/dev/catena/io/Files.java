package dev.catena.io;

import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Ops;
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

    /// Makes a file of these bytes, replacing what was in it.
    public static void write(Scope scope, Path path, byte[] bytes) throws IOException {
        write(scope, path, bytes, OpenFlag.TRUNCATE);
    }

    /// Appends to a file, which is made if there is none. One such write is not torn by others to the same file (`O_APPEND`), as long
    /// as the disk is not full.
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
                    return file;
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
                    return copy(inner, source, target);
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
        /// @throws dev.catena.ops.OperationFailedException with `ENOSPC`, among others; part of the record may be in the file then
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

        @Override
        public void close() {
            if (file.isOpen()) {
                var _ = scope.attempt(Ops.close(file));
            }
        }
    }
}
