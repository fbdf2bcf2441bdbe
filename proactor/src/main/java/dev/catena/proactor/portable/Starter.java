package dev.catena.proactor.portable;

import dev.catena.ops.*;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.util.concurrent.Callable;

/// Starts operations: what each of them is with the JDK's means, in one exhaustive switch. Loop thread only.
final class Starter {
    private static final int EBADF = -Errno.EBADF.number();
    private static final int EINVAL = -Errno.EINVAL.number();
    private static final int ENOTSOCK = -Errno.ENOTSOCK.number();
    private static final int ESPIPE = -Errno.ESPIPE.number();

    private final DescriptorTable table;
    private final Chains chains;
    private final Readiness readiness;
    private final FilePool pool;
    private final Arrivals arrivals;
    private final SocketStarter sockets;
    private final FileStarter files;
    private final Splicing splicing;

    Starter(
            DescriptorTable table,
            Chains chains,
            Readiness readiness,
            FilePool pool,
            Arrivals arrivals,
            SocketStarter sockets,
            FileStarter files) {
        this.table = table;
        this.chains = chains;
        this.readiness = readiness;
        this.pool = pool;
        this.arrivals = arrivals;
        this.sockets = sockets;
        this.files = files;
        this.splicing = new Splicing(chains, readiness, pool);
    }

    /// Something that has its result at once.
    @FunctionalInterface
    private interface Immediate {
        int run() throws IOException;
    }

    /// Starts an operation.
    void start(Entry entry) {
        switch (entry.op) {
            case Nop _ -> chains.end(entry, 0);
            case Timeout timeout -> chains.startTimeout(entry, timeout);
            case UpdateTimeout(var timeout, var until) ->
                    chains.end(entry, chains.updateTimeout(timeout.token(), until));
            case LinkTimeout _ -> throw new IllegalStateException("it belongs to another entry");
            case Cancel(var target) -> chains.end(entry, cancel(entry, target));
            case FutexWait futex -> Futexes.await(entry, futex, chains, arrivals);
            case FutexWake(var word, var most) -> chains.end(entry, Futexes.wake(word, most));

            case Read(var fd, _, var offset) -> read(entry, fd, offset);
            case ReadVector(var fd, _, var offset) -> read(entry, fd, offset);
            case Write(var fd, _, var offset) -> write(entry, fd, offset);
            case WriteVector(var fd, _, var offset) -> write(entry, fd, offset);
            case Splice op -> {
                var from = table.get(op.from());
                var to = table.get(op.to());
                if (from == null || to == null) {
                    chains.end(entry, EBADF);
                } else {
                    splicing.splice(entry, op, from, to);
                }
            }
            case Tee(var source, var sink, var length) -> {
                var from = table.get(source);
                var to = table.get(sink);
                if (from == null || to == null) {
                    chains.end(entry, EBADF);
                } else {
                    splicing.tee(entry, length, from, to);
                }
            }

            case Recv(var fd, var buffer, var all) ->
                    onSocket(
                            entry,
                            fd,
                            socket -> sockets.receive(entry, socket, Views.of(buffer), all));
            case RecvEach(var fd) ->
                    onSocket(entry, fd, socket -> sockets.receiveEach(entry, socket));
            case Send(var fd, var buffer, var all) ->
                    onSocket(
                            entry,
                            fd,
                            socket -> sockets.send(entry, socket, Views.of(buffer), all));
            case SendZeroCopy(var fd, var buffer) ->
                    onSocket(
                            entry,
                            fd,
                            socket -> sockets.send(entry, socket, Views.of(buffer), true));
            case RecvMsg op ->
                    onSocket(
                            entry,
                            op.socket(),
                            socket ->
                                    readiness.read(
                                            entry,
                                            socket,
                                            () -> Streams.receiveMessage(entry, socket, op)));
            case SendMsg op ->
                    onSocket(
                            entry,
                            op.socket(),
                            socket ->
                                    readiness.write(
                                            entry, socket, () -> Streams.sendMessage(socket, op)));
            case Accept(var fd) -> onListener(entry, fd, sockets::accept);
            case AcceptEach(var fd) -> onListener(entry, fd, sockets::acceptEach);
            case Connect(var fd, var address) ->
                    onSocket(entry, fd, socket -> sockets.connect(entry, socket, address));
            case Bind(var fd, var address) ->
                    onSocket(entry, fd, socket -> now(entry, () -> Sockets.bind(socket, address)));
            case Listen(var fd, var backlog) ->
                    onSocket(
                            entry, fd, socket -> now(entry, () -> Sockets.listen(socket, backlog)));
            case Shutdown(var fd, var direction) ->
                    onSocket(
                            entry,
                            fd,
                            socket -> now(entry, () -> Sockets.shutdown(socket, direction)));
            case Socket(var family, var type) ->
                    now(entry, () -> table.add(Sockets.open(family, type)));
            case SetSocketOption(var fd, var option, var value) ->
                    onSocket(
                            entry,
                            fd,
                            socket -> now(entry, () -> Sockets.setOption(socket, option, value)));
            case GetSocketOption(var fd, var option) ->
                    onSocket(
                            entry,
                            fd,
                            socket ->
                                    now(entry, () -> SocketStarter.option(entry, socket, option)));
            case SocketName(var fd, var side) ->
                    onSocket(
                            entry,
                            fd,
                            socket -> now(entry, () -> SocketStarter.name(entry, socket, side)));
            case Pipe _ -> now(entry, () -> sockets.pipe(entry));
            case Poll(var fd, var events) -> poll(entry, fd, PollEvent.bits(events), false);
            case PollEach(var fd, var events) -> poll(entry, fd, PollEvent.bits(events), true);

            case Open open -> files.open(entry, open, null);
            case OpenInto(var open, var slot) -> files.open(entry, open, slot);
            case Close(var fd) -> files.close(entry, fd);
            case Fsync(var fd, var dataOnly) ->
                    onFile(
                            entry,
                            fd,
                            EINVAL,
                            disk -> {
                                disk.channel().force(!dataOnly);
                                return 0;
                            });
            case Truncate(var fd, var size) ->
                    onFile(entry, fd, EINVAL, disk -> FileActions.truncate(disk, size));
            case Advise(var fd, _, _, _) -> onFile(entry, fd, ESPIPE, _ -> 0);
            case Status status -> files.status(entry, status);
            case Rename(var from, var to, var how) ->
                    inPool(entry, () -> FileActions.rename(from, to, how));
            case HardLink(var existing, var added) ->
                    inPool(
                            entry,
                            () -> {
                                Files.createLink(added, existing);
                                return 0;
                            });
            case SymbolicLink(var linked, var added) ->
                    inPool(
                            entry,
                            () -> {
                                Files.createSymbolicLink(added, linked);
                                return 0;
                            });
            case Unlink(var path, var directory) ->
                    inPool(entry, () -> FileActions.unlink(path, directory));
            case MakeDirectory(var path, var mode) ->
                    inPool(
                            entry,
                            () -> {
                                Files.createDirectory(path, Opening.attributes(path, mode));
                                return 0;
                            });
            case Fallocate _, MessageRing _, WaitProcess _ ->
                    throw new IllegalArgumentException(entry + ": " + Lacks.of(entry.op));
        }
    }

    // ---------------------------------------------------------------- on what, and where

    private void now(Entry entry, Immediate work) {
        int result;
        try {
            result = work.run();
        } catch (IOException | RuntimeException e) {
            result = ErrorNumbers.of(e);
        }
        chains.end(entry, result);
    }

    private void inPool(Entry entry, Callable<Integer> work) {
        pool.start(entry, work, result -> result);
    }

    @FunctionalInterface
    private interface OnSocket {
        void run(Endpoint socket);
    }

    private void onSocket(Entry entry, Fd fd, OnSocket action) {
        switch (table.get(fd)) {
            case null -> chains.end(entry, EBADF);
            case Endpoint socket when socket.isSocket() -> action.run(socket);
            case Endpoint _, OpenFile.Disk _ -> chains.end(entry, ENOTSOCK);
        }
    }

    @FunctionalInterface
    private interface OnListener {
        void run(Entry entry, Endpoint listener);
    }

    private void onListener(Entry entry, Fd fd, OnListener action) {
        onSocket(
                entry,
                fd,
                socket -> {
                    if (socket.channel instanceof ServerSocketChannel) {
                        action.run(entry, socket);
                    } else {
                        chains.end(entry, EINVAL);
                    }
                });
    }

    @FunctionalInterface
    private interface OnFile {
        int run(OpenFile.Disk disk) throws IOException;
    }

    /// Does something with a file.
    ///
    /// @param otherwise the result if it is no file
    private void onFile(Entry entry, Fd fd, int otherwise, OnFile action) {
        switch (table.get(fd)) {
            case null -> chains.end(entry, EBADF);
            case OpenFile.Disk disk -> inPool(entry, () -> action.run(disk));
            case Endpoint _ -> chains.end(entry, otherwise);
        }
    }

    // ---------------------------------------------------------------- moving bytes

    private void read(Entry entry, Fd fd, long offset) {
        switch (table.get(fd)) {
            case null -> chains.end(entry, EBADF);
            case OpenFile.Disk disk ->
                    inPool(
                            entry,
                            () -> FileActions.read(disk.channel(), offset, Views.of(entry.op)));
            case Endpoint endpoint when endpoint.isSocket() && offset > 0 ->
                    chains.end(entry, ESPIPE);
            case Endpoint endpoint -> {
                var into = Views.of(entry.op);
                readiness.read(entry, endpoint, () -> Streams.read(endpoint, into));
            }
        }
    }

    private void write(Entry entry, Fd fd, long offset) {
        switch (table.get(fd)) {
            case null -> chains.end(entry, EBADF);
            case OpenFile.Disk disk ->
                    inPool(
                            entry,
                            () -> FileActions.write(disk.channel(), offset, Views.of(entry.op)));
            case Endpoint endpoint when endpoint.isSocket() && offset > 0 ->
                    chains.end(entry, ESPIPE);
            case Endpoint endpoint -> {
                var from = Views.of(entry.op);
                readiness.write(entry, endpoint, () -> Streams.write(endpoint, from));
            }
        }
    }

    private void poll(Entry entry, Fd fd, int events, boolean each) {
        switch (table.get(fd)) {
            case null -> chains.end(entry, EBADF);
            case Endpoint endpoint -> readiness.poll(entry, endpoint, events, each);
            case OpenFile.Disk _ -> chains.end(entry, events); // a file is always ready
        }
    }

    private int cancel(Entry entry, Cancel.Target target) {
        return switch (target) {
            case Cancel.Target.One(var operation) -> chains.cancel(operation.token());
            case Cancel.Target.Everything _ -> chains.cancelAll(entry, _ -> true);
            case Cancel.Target.On(var fd) -> {
                var file = table.get(fd);
                yield file == null ? EBADF : chains.cancelAll(entry, other -> isOn(other.op, file));
            }
        };
    }

    private boolean isOn(Op<?> op, OpenFile file) {
        return table.get(op.fd()) == file || table.get(op.otherFd()) == file;
    }
}
