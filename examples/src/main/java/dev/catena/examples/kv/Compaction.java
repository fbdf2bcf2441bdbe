package dev.catena.examples.kv;

import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Makes the log short when it has become long: what is in the store is written to a snapshot while sessions go on with the next log.
/// What was before is deleted when the snapshot is on the device under its name, and not earlier.
final class Compaction {
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final int BLOCK_BYTES = 1 << 20;

    private final Folder folder;
    private final Store store;
    private final Object lock;
    private final Log log;
    private final Statistics statistics;
    private final long limitBytes;
    private long number;

    /// @param lock what is held around calls of the store
    /// @param limitBytes how long a log may become
    /// @param number of the log that is written
    Compaction(
            Folder folder,
            Store store,
            Object lock,
            Log log,
            Statistics statistics,
            long limitBytes,
            long number) {
        this.folder = folder;
        this.store = store;
        this.lock = lock;
        this.log = log;
        this.statistics = statistics;
        this.limitBytes = limitBytes;
        this.number = number;
    }

    /// Looks, now and then, until the scope is cancelled. A snapshot may take as much again as the limit before the next one.
    void run(Scope scope) throws IOException {
        long limit = limitBytes;
        while (true) {
            Timers.sleep(scope, LOOK_EVERY);
            if (log.target().size() >= limit) {
                limit = Math.max(limitBytes, compact(scope));
            }
        }
    }

    /// Does it. Gives the size of the snapshot.
    private long compact(Scope scope) throws IOException {
        long next = number + 1;
        var target = new Log.Target(folder.openLog(scope, next), 0);
        List<Change> changes;
        Log.Target before;
        synchronized (lock) {
            changes = store.snapshot();
            before = log.target();
            log.turnTo(target);
        }
        var written = log.durable();
        long size = save(scope, changes, next);
        var _ = written.join();
        var _ = scope.await(Ops.close(before.fd()));
        number = next;
        forget(scope, next);
        statistics.compactions.incrementAndGet();
        return size;
    }

    private long save(Scope scope, List<Change> changes, long next) throws IOException {
        var draft = folder.path().resolve("snapshot.draft");
        return scope.child(
                ScopeOptions.of("snapshot"),
                inner -> {
                    var fd =
                            inner.await(
                                    Ops.open(
                                            draft,
                                            OpenFlag.WRITE,
                                            OpenFlag.CREATE,
                                            OpenFlag.TRUNCATE));
                    long size = write(inner, fd, changes);
                    var _ = inner.await(Ops.fsync(fd));
                    var _ = inner.await(Ops.close(fd));
                    var _ = inner.await(Ops.rename(draft, folder.snapshot(next)));
                    folder.sync(inner);
                    return size;
                });
    }

    private static long write(Scope scope, Fd fd, List<Change> changes) throws IOException {
        long end = 0;
        var some = new Bytes();
        for (int i = 0; i < changes.size(); i++) {
            changes.get(i).write(some);
            if (some.size() >= BLOCK_BYTES || i == changes.size() - 1) {
                var block = scope.lease(some.size()).put(0, some.toArray());
                var _ = scope.await(Ops.writeFully(Ops.write(fd, block).at(end)));
                scope.release(block);
                end += some.size();
                some = new Bytes();
            }
        }
        return end;
    }

    /// Deletes what the snapshot of that number replaces.
    private void forget(Scope scope, long snapshot) throws IOException {
        var contents = scope.blocking(folder::contents);
        for (long old : contents.logs()) {
            if (old < snapshot) {
                var _ = scope.await(Ops.unlink(folder.log(old)));
            }
        }
        for (long old : contents.snapshots()) {
            if (old < snapshot) {
                var _ = scope.await(Ops.unlink(folder.snapshot(old)));
            }
        }
    }
}
