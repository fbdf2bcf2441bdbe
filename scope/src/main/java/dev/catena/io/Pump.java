package dev.catena.io;

import dev.catena.ops.Fd;
import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Carries bytes between a stream of the JDK, which blocks, and a pipe of a proactor, on a platform thread of its own: for processes
/// that the JDK has started.
///
/// Each transfer on the pipe has a scope of its own, so that nothing of a pump is in the scope of the process, which could not end
/// before. A thread that blocks in the stream ends with the process, or with the last of those that have inherited the stream.
final class Pump {
    private static final int CHUNK_BYTES = 16384;

    /// The way.
    @FunctionalInterface
    private interface Carrying {
        void run() throws IOException;
    }

    /// One transfer on the pipe.
    @FunctionalInterface
    private interface Transfer {
        int with(Scope scope) throws IOException;
    }

    private final Scope owner;
    private final Fd pipe;

    // held while a scope of the pump is open
    private final ReentrantLock transferring = new ReentrantLock();

    // guarded by this
    private boolean stopped;
    private @Nullable Scope open;

    private Pump(Scope owner, Fd pipe) {
        this.owner = owner;
        this.pipe = pipe;
    }

    /// From a stream into the writing end of a pipe, which is closed behind the last byte.
    static Pump of(Scope owner, InputStream from, Fd pipe) {
        var pump = new Pump(owner, pipe);
        return pump.start(
                () -> {
                    try (from) {
                        pump.intoPipe(from);
                    } finally {
                        pump.close(owner);
                    }
                });
    }

    /// From the reading end of a pipe into a stream, which is closed behind the last byte.
    static Pump of(Scope owner, Fd pipe, OutputStream to) {
        var pump = new Pump(owner, pipe);
        return pump.start(
                () -> {
                    try (to) {
                        pump.fromPipe(to);
                    } finally {
                        pump.close(owner);
                    }
                });
    }

    private Pump start(Carrying carrying) {
        var _ =
                Thread.ofPlatform()
                        .daemon()
                        .name("catena-pump")
                        .start(
                                () -> {
                                    try {
                                        carrying.run();
                                    } catch (IOException | IllegalStateException ended) {
                                        // one side is gone; the other sees the end
                                    }
                                });
        return this;
    }

    private void intoPipe(InputStream from) throws IOException {
        var bytes = new byte[CHUNK_BYTES];
        for (int n = from.read(bytes); n > 0; n = from.read(bytes)) {
            int size = n;
            var _ =
                    transfer(
                            scope -> {
                                var chunk = scope.lease(size);
                                chunk.asByteBuffer().put(bytes, 0, size);
                                return scope.await(Ops.writeFully(Ops.write(pipe, chunk)));
                            });
        }
    }

    private void fromPipe(OutputStream to) throws IOException {
        var bytes = new byte[CHUNK_BYTES];
        while (true) {
            int size =
                    transfer(
                            scope -> {
                                var chunk = scope.lease(CHUNK_BYTES);
                                int n = scope.await(Ops.read(pipe, chunk));
                                if (n > 0) {
                                    chunk.first(n).asByteBuffer().get(bytes, 0, n);
                                }
                                return n;
                            });
            if (size == 0) {
                return;
            }
            to.write(bytes, 0, size);
            to.flush();
        }
    }

    private int transfer(Transfer transfer) throws IOException {
        transferring.lock();
        try {
            return Scope.<Integer, IOException>open(
                    owner.proactor(),
                    scope -> {
                        if (!begin(scope)) {
                            throw new IOException("the process has ended");
                        }
                        return transfer.with(scope);
                    });
        } finally {
            synchronized (this) {
                open = null;
            }
            transferring.unlock();
        }
    }

    private synchronized boolean begin(Scope scope) {
        open = scope;
        return !stopped;
    }

    /// Closes the pipe's end, so that the other sees it.
    private void close(Scope in) throws IOException {
        transferring.lock();
        try {
            PipeReader.close(in, pipe);
        } finally {
            transferring.unlock();
        }
    }

    /// Ends what is being transferred, and all that would be, and closes the pipe's end; comes back when no scope of the pump is open.
    ///
    /// @param in where it is closed: the owner may take nothing any more
    void stop(Scope in) throws IOException {
        Scope scope;
        synchronized (this) {
            stopped = true;
            scope = open;
        }
        if (scope != null) {
            scope.cancel("the process has ended");
        }
        close(in);
    }
}
