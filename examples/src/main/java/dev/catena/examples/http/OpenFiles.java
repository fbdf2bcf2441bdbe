package dev.catena.examples.http;

import dev.catena.ops.Fd;
import dev.catena.ops.FileStatus;
import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files asked for lately, kept open: to open one and ask what it is takes longer than to send a small one. After a second it is
/// looked at anew, so that a file that was replaced is served as it is; a descriptor is closed when nobody uses it any more.
///
/// Any thread may ask; the connections of one loop come one after the other.
final class OpenFiles {
    private static final int MOST = 512;
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long IDLE_NANOS = Duration.ofSeconds(10).toNanos();

    /// A file or directory below the root.
    static final class File {
        private final Fd fd;
        private final String path;
        private final FileStatus status;
        private final Instant modified;
        private final String tag;
        private final long openedNanos = System.nanoTime();

        // guarded by the OpenFiles
        private int users = 1;
        private boolean isKept;

        private File(Fd fd, String path, FileStatus status) {
            this.fd = fd;
            this.path = path;
            this.status = status;
            this.modified = status.modified().truncatedTo(ChronoUnit.SECONDS);
            this.tag =
                    "\"%x-%x\""
                            .formatted(
                                    ChronoUnit.NANOS.between(Instant.EPOCH, status.modified()),
                                    status.size());
        }

        Fd fd() {
            return fd;
        }

        String path() {
            return path;
        }

        FileStatus.Type type() {
            return status.type();
        }

        long size() {
            return status.size();
        }

        /// To the second, as HTTP tells it.
        Instant modified() {
            return modified;
        }

        /// What changes when the file does (its `ETag`).
        String tag() {
            return tag;
        }

        private boolean isOlderThan(long nanos) {
            return System.nanoTime() - openedNanos > nanos;
        }
    }

    private final Scope scope;
    private final Root root;
    private final LinkedHashMap<String, File> kept = new LinkedHashMap<>(64, 0.75f, true);

    /// @param scope whose the descriptors are
    OpenFiles(Scope scope, Root root) {
        this.scope = scope;
        this.root = root;
    }

    Root root() {
        return root;
    }

    /// The file of that path, until it is given back.
    ///
    /// @throws Problem if there is none that may be served
    File take(String path) throws IOException, Problem {
        synchronized (this) {
            var known = kept.get(path);
            if (known != null && !known.isOlderThan(FRESH_NANOS)) {
                known.users++;
                return known;
            }
        }
        var fd = root.open(scope, path);
        var file = new File(fd, path, scope.await(Ops.status(fd)));
        keep(file);
        return file;
    }

    void giveBack(File file) {
        boolean isLast;
        synchronized (this) {
            file.users--;
            isLast = file.users == 0 && !file.isKept;
        }
        if (isLast) {
            var _ = scope.attempt(Ops.close(file.fd()));
        }
    }

    private void keep(File file) {
        List<File> unused = new ArrayList<>();
        synchronized (this) {
            file.isKept = true;
            forget(kept.put(file.path(), file), unused);
            // the eldest first, of which those at the front have been left alone longest
            for (var all = kept.values().iterator(); all.hasNext(); ) {
                var eldest = all.next();
                if (kept.size() <= MOST && !eldest.isOlderThan(IDLE_NANOS)) {
                    break;
                }
                all.remove();
                forget(eldest, unused);
            }
        }
        for (var gone : unused) {
            var _ = scope.attempt(Ops.close(gone.fd()));
        }
    }

    private static void forget(@Nullable File file, List<File> unused) {
        if (file != null) {
            file.isKept = false;
            if (file.users == 0) {
                unused.add(file);
            }
        }
    }
}
