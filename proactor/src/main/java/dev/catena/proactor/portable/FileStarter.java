package dev.catena.proactor.portable;

import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.Open;
import dev.catena.ops.Status;
import dev.catena.proactor.driver.Payload;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Opens, describes and closes what descriptors stand for. Loop thread only.
final class FileStarter {
    private static final int EBADF = -Errno.EBADF.number();
    private static final int ENOTDIR = -Errno.ENOTDIR.number();

    private final DescriptorTable table;
    private final Chains chains;
    private final Readiness readiness;
    private final FilePool pool;

    FileStarter(DescriptorTable table, Chains chains, Readiness readiness, FilePool pool) {
        this.table = table;
        this.chains = chains;
        this.readiness = readiness;
        this.pool = pool;
    }

    /// Opens a file.
    ///
    /// @param slot where it goes, or null for a number of its own
    void open(Entry entry, Open open, @Nullable Fd slot) {
        var base = table.get(open.directory());
        if (open.directory() != null && !(base instanceof OpenFile.Disk)) {
            chains.end(entry, base == null ? EBADF : ENOTDIR);
            return;
        }
        var path = resolve(base, open.path());
        pool.start(
                entry,
                () -> Opening.open(path, open),
                disk -> {
                    if (slot == null) {
                        return table.add(disk);
                    }
                    var before = table.put(slot.number(), disk);
                    if (before != null) {
                        discard(before);
                    }
                    return 0;
                });
    }

    private static Path resolve(@Nullable OpenFile base, Path path) {
        return base instanceof OpenFile.Disk directory ? directory.path().resolve(path) : path;
    }

    void status(Entry entry, Status op) {
        var file = table.get(op.fd());
        if (op.fd() != null && file == null) {
            chains.end(entry, EBADF);
            return;
        }
        var path = op.path();
        pool.start(
                entry,
                () -> {
                    if (path != null) {
                        return Statuses.of(resolve(file, path), op.followLinks());
                    }
                    return switch (file) {
                        case OpenFile.Disk disk -> Statuses.of(disk);
                        case Endpoint endpoint -> Statuses.of(endpoint);
                        case null -> throw new IllegalArgumentException("nothing is asked about");
                    };
                },
                status -> {
                    entry.payload = new Payload.File(status);
                    return 0;
                });
    }

    void close(Entry entry, Fd fd) {
        switch (table.remove(fd)) {
            case null -> chains.end(entry, EBADF);
            case OpenFile.Disk disk ->
                    pool.start(
                            entry,
                            () -> {
                                disk.channel().close();
                                return 0;
                            },
                            result -> result);
            case Endpoint endpoint -> {
                try {
                    readiness.close(endpoint, () -> chains.end(entry, 0));
                } catch (IOException e) {
                    chains.end(entry, ErrorNumbers.of(e));
                }
            }
        }
    }

    /// Closes what nobody waits for.
    void discard(OpenFile file) {
        try {
            switch (file) {
                case OpenFile.Disk disk -> disk.channel().close();
                case Endpoint endpoint -> readiness.close(endpoint, () -> {});
            }
        } catch (IOException lost) {
            ErrorNumbers.of(lost);
        }
    }
}
