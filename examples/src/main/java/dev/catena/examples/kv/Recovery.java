package dev.catena.examples.kv;

import dev.catena.examples.program.ProgramException;
import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/// Reads a store back from its folder: the latest snapshot, and the logs from its number on.
///
/// The end of the last log may be torn, if the process or the machine went down while it was written; nothing behind the last whole
/// record was acknowledged. It is cut off. Damage anywhere else is no accident of that kind, and not passed over.
final class Recovery {
    private static final int BLOCK_BYTES = 1 << 18;

    private final Scope scope;
    private final Folder folder;
    private final Store store;
    private final Consumer<String> complaints;

    Recovery(Scope scope, Folder folder, Store store, Consumer<String> complaints) {
        this.scope = scope;
        this.folder = folder;
        this.store = store;
        this.complaints = complaints;
    }

    /// Reads all, and opens the last log to go on with.
    ///
    /// @param number the log's
    record Recovered(long number, Log.Target log) {}

    Recovered recover() throws IOException, ProgramException {
        var contents = scope.blocking(folder::contents);
        long first = contents.snapshots().isEmpty() ? 1 : contents.snapshots().getLast();
        if (!contents.snapshots().isEmpty()) {
            var path = folder.snapshot(first);
            if (!replay(path).isEnded()) {
                throw damaged(path, "it has no end");
            }
        }
        long last = contents.logs().isEmpty() ? first : Math.max(first, contents.logs().getLast());
        long end = 0;
        for (long number = first; number <= last; number++) {
            if (!contents.logs().contains(number)) {
                if (number == last || first == last) {
                    continue; // there was no time to make it
                }
                throw new ProgramException(folder.log(number) + " is missing");
            }
            var replay = replay(folder.log(number));
            if (replay.size() > replay.whole()) {
                cut(number, last, replay);
            }
            end = replay.whole();
        }
        var fd = folder.openLog(scope, last);
        // what is served from here on has to stay, though it may never have been acknowledged
        var _ = scope.await(Ops.fsync(fd));
        return new Recovered(last, new Log.Target(fd, end));
    }

    /// Cuts what is torn off the end of a log: the last, or one with nothing in those behind it, since the next is made before the last
    /// batch of this one is written.
    private void cut(long number, long last, Replay replay) throws IOException, ProgramException {
        var path = folder.log(number);
        for (long later = number + 1; later <= last; later++) {
            if (scope.await(Ops.status(folder.log(later))).size() > 0) {
                throw damaged(path, "at byte " + replay.whole());
            }
        }
        long torn = replay.size() - replay.whole();
        complaints.accept("cut " + torn + " bytes off " + path + ", which were not written whole");
        var fd = scope.await(Ops.open(path, OpenFlag.WRITE));
        var _ = scope.await(Ops.truncate(fd, replay.whole()));
        var _ = scope.await(Ops.fsync(fd));
        var _ = scope.await(Ops.close(fd));
    }

    private static ProgramException damaged(Path file, String where) {
        return new ProgramException(
                file + " is damaged, " + where + ": restore the folder from a copy");
    }

    /// What a file held.
    ///
    /// @param whole the bytes of its whole records, from its start
    /// @param size all of its bytes
    /// @param isEnded whether it ends as a snapshot does
    private record Replay(long whole, long size, boolean isEnded) {}

    private Replay replay(Path file) throws IOException, ProgramException {
        var fd = scope.await(Ops.open(file, OpenFlag.READ));
        try {
            return replay(file, fd);
        } finally {
            var _ = scope.attempt(Ops.close(fd));
        }
    }

    private Replay replay(Path file, Fd fd) throws IOException, ProgramException {
        var block = scope.lease(BLOCK_BYTES);
        var ahead = new byte[BLOCK_BYTES];
        int size = 0;
        long whole = 0;
        boolean isEnded = false;
        while (true) {
            int at = 0;
            for (int length = record(ahead, at, size);
                    length >= 0;
                    length = record(ahead, at, size)) {
                try {
                    var change = Change.read(ahead, at + Change.HEADER_BYTES, length);
                    isEnded = change instanceof Change.End;
                    store.apply(change);
                } catch (IllegalArgumentException unknown) {
                    throw damaged(file, "at byte " + (whole + at) + ": " + unknown.getMessage());
                }
                at += Change.HEADER_BYTES + length;
            }
            whole += at;
            System.arraycopy(ahead, at, ahead, 0, size - at);
            size -= at;
            if (isBroken(ahead, size)) {
                break;
            }
            int n = scope.await(Ops.read(fd, block).at(whole + size));
            if (n == 0) {
                break;
            }
            if (size + n > ahead.length) {
                ahead = Arrays.copyOf(ahead, Math.max(size + n, 2 * ahead.length));
            }
            block.first(n).asByteBuffer().get(ahead, size, n);
            size += n;
        }
        scope.release(block);
        return new Replay(whole, scope.await(Ops.status(fd)).size(), isEnded);
    }

    /// The length of the record at a place, if it is there whole; -1 if not.
    private static int record(byte[] bytes, int at, int size) {
        if (size - at < Change.HEADER_BYTES) {
            return -1;
        }
        int length = Bytes.getInt(bytes, at);
        int start = at + Change.HEADER_BYTES;
        return length > 0
                        && length <= size - start
                        && Bytes.checksum(bytes, start, length)
                                == Bytes.getInt(bytes, at + Integer.BYTES)
                ? length
                : -1;
    }

    /// Whether no more bytes could make the record at the start whole.
    private static boolean isBroken(byte[] bytes, int size) {
        if (size < Change.HEADER_BYTES) {
            return false;
        }
        int length = Bytes.getInt(bytes, 0);
        return length <= 0 || length > Change.MOST_BYTES || length <= size - Change.HEADER_BYTES;
    }
}
