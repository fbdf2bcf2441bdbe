package dev.catena.examples.kv;

import static dev.catena.ops.Ops.dataSync;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.write;
import static dev.catena.ops.Ops.writeFully;

import dev.catena.ops.Fd;
import dev.catena.scope.Mailbox;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// The log that is written: records go into the batch that is open, and one thread writes batch after batch, each with a data sync
/// behind it in the same chain.
///
/// After a failure it is not known what of a batch is on the device. Nothing is acknowledged then, nor taken any more: the program
/// ends, and finds out as it starts again.
final class Log {
    private static final int MOST_BATCHES = 64;
    private static final int BLOCK_BYTES = 1 << 20;

    /// A file of the log, and where its end is.
    static final class Target {
        private final Fd fd;

        // the writer adds, anybody looks
        private final AtomicLong end;

        Target(Fd fd, long end) {
            this.fd = fd;
            this.end = new AtomicLong(end);
        }

        Fd fd() {
            return fd;
        }

        /// How many bytes it has.
        long size() {
            return end.get();
        }
    }

    /// Records that are brought to the device together.
    private static final class Batch {
        final Target target;
        final Bytes records = new Bytes();
        final CompletableFuture<Batch> durable = new CompletableFuture<>();

        Batch(Target target) {
            this.target = target;
        }
    }

    private final Mailbox<Batch> filled;
    private final Statistics statistics;

    // guarded by this
    private Batch open;
    private final ArrayDeque<Batch> unsettled = new ArrayDeque<>();
    private boolean isClosed;

    /// @param scope the writer's
    Log(Scope scope, Target target, Statistics statistics) {
        this.filled = Mailbox.open(scope, MOST_BATCHES);
        this.open = new Batch(target);
        this.statistics = statistics;
    }

    /// Takes a record.
    synchronized void append(Change change) {
        if (isClosed) {
            throw new IllegalStateException("the log is closed");
        }
        if (open.records.isEmpty()) {
            unsettled.add(open);
            if (!filled.offer(open)) {
                throw new IllegalStateException("more batches than there can be");
            }
        }
        change.write(open.records);
        statistics.records.incrementAndGet();
    }

    /// Ends when everything that has been appended so far is on the device; with an exception if it may never be.
    synchronized CompletableFuture<?> durable() {
        var last = unsettled.peekLast();
        return last == null ? CompletableFuture.completedFuture(null) : last.durable;
    }

    /// From here on records go to another file.
    synchronized void turnTo(Target next) {
        open = new Batch(next);
    }

    /// The file that records go to.
    synchronized Target target() {
        return open.target;
    }

    /// Writes what is appended, until the scope is cancelled.
    ///
    /// @throws IOException if the log cannot be written
    void run(Scope scope) throws IOException {
        try {
            while (true) {
                var batch = filled.receive(scope);
                synchronized (this) {
                    if (open == batch) {
                        open = new Batch(batch.target);
                    }
                }
                save(scope, batch.target, batch.records);
                statistics.syncs.incrementAndGet();
                synchronized (this) {
                    unsettled.remove();
                }
                batch.durable.complete(batch);
            }
        } finally {
            close();
        }
    }

    private static void save(Scope scope, Target target, Bytes records) throws IOException {
        int done = 0;
        while (done < records.size()) {
            int size = Math.min(BLOCK_BYTES, records.size() - done);
            var block = scope.lease(size).put(0, records.copy(done, size));
            try {
                var writing = write(target.fd, block).at(target.size());
                done += size;
                if (done < records.size()) {
                    var _ = scope.await(writeFully(writing));
                } else {
                    var _ = scope.await(link(writing, dataSync(target.fd)));
                }
            } finally {
                scope.release(block);
            }
            target.end.addAndGet(size);
        }
    }

    private void close() {
        ArrayDeque<Batch> lost;
        synchronized (this) {
            isClosed = true;
            lost = new ArrayDeque<>(unsettled);
            unsettled.clear();
        }
        for (var batch : lost) {
            batch.durable.completeExceptionally(new IOException("the log was closed"));
        }
    }
}
