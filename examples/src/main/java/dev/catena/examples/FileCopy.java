package dev.catena.examples;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.status;
import static dev.catena.ops.Ops.truncate;
import static dev.catena.ops.Ops.write;
import static dev.catena.ops.Ops.writeFully;

import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.ops.FileStatus;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Outcome;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// Copies a file in blocks. Each block is a chain of two links, a read and the write of what it read, which the kernel
/// runs without coming back in between.
///
/// Chains are submitted in batches. Two virtual threads take turns, each with half of the chains in flight: one starts
/// its batch, which goes to the kernel in one submission, and waits for all of it, while the kernel works on the other
/// one's. (A thread for each block would be woken, and would enter the kernel, for each block.)
///
/// The size that the file had at first is where the plan ends, not the copy. A read that gives less than its block ends
/// the chain softly, before the write: what came is written, and the rest asked for until the kernel says that the file
/// ends. If it has shrunk by then, the copy is cut, whatever was copied before that from behind its new end; if it has
/// grown, it is followed to its end.
final class FileCopy {
    private static final int CREWS = 2;

    /// How to copy.
    ///
    /// @param blockBytes the size of a block, at least 1
    /// @param depth the blocks in flight, at least 1
    record Settings(int blockBytes, int depth) {}

    /// What was done.
    ///
    /// @param bytes the size of the copy
    /// @param chains the blocks that went through the kernel as a chain
    /// @param batches the submissions that carried them
    record Result(long bytes, long chains, long batches) {}

    /// A block on its way.
    private record Flight(Buffer block, long offset, Pending<List<Outcome<?>>> pending) {}

    private final Settings settings;
    private final Fd source;
    private final Fd target;
    private final LongConsumer progress;

    // the threads share the loop, but on a JVM that does not let them, they run in parallel
    private final AtomicLong claimed = new AtomicLong();
    private final AtomicLong end;
    private final AtomicLong copied = new AtomicLong();
    private final AtomicLong chains = new AtomicLong();
    private final AtomicLong batches = new AtomicLong();

    private FileCopy(
            Settings settings, Fd source, Fd target, long sizeBytes, LongConsumer progress) {
        this.settings = settings;
        this.source = source;
        this.target = target;
        this.progress = progress;
        this.end = new AtomicLong(sizeBytes);
    }

    /// Copies `from` to a new file `to`, with the same permissions, less the umask.
    ///
    /// @param status what `from` was found to be
    /// @param progress is told how many bytes have been copied, now and then
    /// @throws OperationFailedException with the operation that failed; what `to` holds is then undefined
    static Result copy(
            Scope scope,
            Path from,
            Path to,
            FileStatus status,
            Settings settings,
            LongConsumer progress)
            throws IOException {
        int permissions = status.mode() & 0777;
        var source = scope.await(open(from, OpenFlag.READ));
        var target =
                scope.await(
                        open(to, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE)
                                .mode(permissions));
        var copy = new FileCopy(settings, source, target, status.size(), progress);
        copy.planned(scope);
        long bytes = copy.settled(scope, status.size());
        if (bytes < scope.await(status(target)).size()) {
            scope.await(truncate(target, bytes));
        }
        scope.await(close(source));
        scope.await(close(target)); // some file systems say only here that they could not write
        return new Result(bytes, copy.chains.get(), copy.batches.get());
    }

    /// Copies what was there at first.
    private void planned(Scope scope) throws IOException {
        scope.child(
                ScopeOptions.of("copy"),
                inner -> {
                    int crews = Math.min(CREWS, settings.depth());
                    for (int crew = 0; crew < crews; crew++) {
                        int blocks = (settings.depth() + crew) / crews;
                        inner.fork(() -> work(inner, blocks));
                    }
                    return this;
                });
    }

    /// Copies batch after batch, up to `blocks` chains in each.
    private void work(Scope scope, int blocks) throws IOException {
        var buffers = new ArrayList<Buffer>(blocks);
        var batch = new ArrayList<Flight>(blocks);
        do {
            batch.clear();
            for (int i = 0; i < blocks; i++) {
                long offset = claimed.getAndAdd(settings.blockBytes());
                long left = end.get() - offset;
                if (left <= 0) {
                    break;
                }
                if (buffers.size() == i) {
                    buffers.add(scope.lease(settings.blockBytes()));
                }
                int size = (int) Math.min(left, settings.blockBytes());
                batch.add(launch(scope, buffers.get(i).first(size), offset));
            }
            if (!batch.isEmpty()) {
                batches.incrementAndGet();
            }
            for (var flight : batch) {
                land(scope, flight);
            }
        } while (!batch.isEmpty());
    }

    private Flight launch(Scope scope, Buffer block, long offset) {
        chains.incrementAndGet();
        var chain = link(read(source, block).at(offset), write(target, block).at(offset));
        return new Flight(block, offset, scope.start(chain.each()));
    }

    /// Waits for a chain, and does what it left undone.
    private void land(Scope scope, Flight flight) throws IOException {
        var outcomes = flight.pending().await();
        var block = flight.block();
        long offset = flight.offset();
        int have = bytes(outcomes.get(0));
        int written = have == block.size() ? bytes(outcomes.get(1)) : 0;
        writeFrom(scope, block, offset, written, have);
        while (have < block.size()) {
            int more = scope.await(read(source, block.from(have)).at(offset + have));
            if (more == 0) {
                end.accumulateAndGet(offset + have, Math::min);
                break;
            }
            writeFrom(scope, block, offset, have, have + more);
            have += more;
        }
        progress.accept(copied.addAndGet(have));
    }

    /// Goes to where the file ends by now, and tells where that is. (The size alone does not say: of a file that the kernel
    /// makes up, such as those in `/proc`, it says nothing.)
    private long settled(Scope scope, long plannedBytes) throws IOException {
        long sizeBytes = scope.await(status(source)).size();
        if (sizeBytes < plannedBytes) {
            return Math.min(end.get(), sizeBytes);
        }
        return end.get() < plannedBytes ? end.get() : remainder(scope, plannedBytes);
    }

    /// Copies what is behind the planned end: usually nothing, which takes a read to know.
    private long remainder(Scope scope, long from) throws IOException {
        var block = scope.lease(settings.blockBytes());
        long offset = from;
        while (true) {
            int have = scope.await(read(source, block).at(offset));
            if (have == 0) {
                return offset;
            }
            writeFrom(scope, block, offset, 0, have);
            offset += have;
            progress.accept(copied.addAndGet(have));
        }
    }

    /// Writes the bytes of a block that lie between two places of it; `offset` is where the block belongs in the file.
    private void writeFrom(Scope scope, Buffer block, long offset, int from, int to)
            throws IOException {
        if (from < to) {
            var rest = write(target, block.slice(from, to - from)).at(offset + from);
            scope.await(writeFully(rest));
        }
    }

    /// The bytes that a link moved.
    ///
    /// @throws OperationFailedException if it failed
    private static int bytes(Outcome<?> outcome) throws IOException {
        Object moved = outcome instanceof Outcome.Short<?>(var some, _, _) ? some : outcome.get();
        return (Integer) moved;
    }
}
