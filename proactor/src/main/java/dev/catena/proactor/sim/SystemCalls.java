package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.WAIT;
import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.*;
import dev.catena.proactor.driver.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What each operation does when it is tried, in one exhaustive switch: gives a result, a negative error number, or
/// [Description#WAIT]. Guarded by the kernel's lock.
final class SystemCalls {
    private static final int EBADFD = 77; // asm-generic/errno.h

    private final Machine machine;
    private final SimulatedDriver ring;
    private final Timeouts timeouts;
    private final Cancellation cancellation;
    private final Transfers transfers;
    private final Multishots multishots;

    SystemCalls(
            Machine machine, SimulatedDriver ring, Timeouts timeouts, Cancellation cancellation) {
        this.machine = machine;
        this.ring = ring;
        this.timeouts = timeouts;
        this.cancellation = cancellation;
        transfers = new Transfers(machine, ring);
        multishots = new Multishots(machine, ring);
    }

    int attempt(Request request) {
        if (request.treatment.resets() && request.file instanceof StreamSocket socket) {
            socket.resetBoth();
        }
        try {
            return perform(request);
        } catch (FileTree.Refused refused) {
            return refused.result();
        }
    }

    private int perform(Request request) {
        return switch (request.op) {
            case Nop _ -> 0;
            case Read(_, _, var offset) -> transfers.read(request, offset);
            case ReadVector(_, _, var offset) -> transfers.read(request, offset);
            case Write(_, _, var offset) -> transfers.write(request, offset);
            case WriteVector(_, _, var offset) -> transfers.write(request, offset);
            case Recv(_, _, var all) -> transfers.receive(request, all);
            case Send(_, _, var all) -> transfers.send(request, all);
            case SendZeroCopy _ -> transfers.sendZeroCopy(request);
            case SendMsg message -> transfers.sendMessage(request, message);
            case RecvMsg message -> transfers.receiveMessage(request, message);
            case AcceptEach _ -> multishots.accept(request);
            case RecvEach _ -> multishots.receive(request);
            case PollEach(_, var events) -> multishots.poll(request, events);
            case Poll(_, var events) -> {
                int ready = readiness(request, PollEvent.bits(events));
                yield ready == 0 ? WAIT : ready;
            }
            case Splice(_, var fromOffset, _, var toOffset, var length) ->
                    Splicing.splice(
                            other(request),
                            fromOffset,
                            file(request),
                            toOffset,
                            Math.min(length, request.treatment.most()));
            case Tee(_, _, var length) ->
                    Splicing.tee(
                            other(request),
                            file(request),
                            Math.min(length, request.treatment.most()));
            case Pipe _ -> pipe(request);
            case Socket(var family, var type) -> opened(socket(family, type));
            case Bind(_, var address) -> socket(request).bind(address);
            case Listen(_, var backlog) ->
                    socket(request) instanceof StreamSocket stream
                            ? stream.listen(backlog)
                            : no(Errno.EOPNOTSUPP);
            case Accept _ -> accept(request);
            case Connect(_, var address) -> socket(request).connect(address, request);
            case Shutdown(_, var direction) ->
                    socket(request)
                            .shutdown(
                                    direction != Shutdown.Direction.WRITE,
                                    direction != Shutdown.Direction.READ);
            case SocketName(_, var side) -> name(request, side);
            case SetSocketOption(_, var option, var value) ->
                    optionSocket(request).setOption(option, value);
            case GetSocketOption(_, var option) -> option(request, option);
            case Open open -> opened(machine.files.open(open, request.file));
            case OpenInto(var open, var slot) -> {
                put(slot.number(), machine.files.open(open, request.file));
                yield 0;
            }
            case Close(var fd) -> close(fd);
            case Fsync _ -> file(request).isDisk() ? 0 : no(Errno.EINVAL);
            case Fallocate(_, var how, var offset, var length) ->
                    fallocate(file(request), how, offset, length);
            case Truncate(_, var size) ->
                    file(request) instanceof OpenFile open ? open.truncate(size) : no(Errno.EINVAL);
            case Advise _ -> file(request) instanceof PipeEnd ? no(Errno.ESPIPE) : 0;
            case Status(_, var path, var follows) -> {
                var status =
                        path == null
                                ? file(request).status()
                                : machine.files.status(request.file, path.toString(), follows);
                ring.give(request, new Payload.File(status));
                yield 0;
            }
            case Rename(var from, var to, var how) -> {
                machine.files.rename(from.toString(), to.toString(), how);
                yield 0;
            }
            case HardLink(var existing, var added) -> {
                machine.files.hardLink(existing.toString(), added.toString());
                yield 0;
            }
            case SymbolicLink(var target, var added) -> {
                machine.files.symbolicLink(target.toString(), added.toString());
                yield 0;
            }
            case Unlink(var path, var directory) -> {
                machine.files.unlink(path.toString(), directory);
                yield 0;
            }
            case MakeDirectory(var path, var mode) -> {
                machine.files.makeDirectory(path.toString(), mode);
                yield 0;
            }
            case Timeout timeout -> timeouts.start(request, timeout);
            case LinkTimeout _ -> throw new IllegalStateException("a bound is not started");
            case UpdateTimeout(var timeout, var until) -> timeouts.update(timeout.token(), until);
            case Cancel(var target) ->
                    switch (target) {
                        case Cancel.Target.One(var operation) ->
                                cancellation.one(operation.token());
                        case Cancel.Target.On(var fd) -> cancellation.on(find(fd));
                        case Cancel.Target.Everything _ -> cancellation.everything();
                    };
            case MessageRing(_, var message) -> {
                if (!(file(request) instanceof RingFile target)) {
                    yield -EBADFD;
                }
                target.ring().postMessage(message);
                yield 0;
            }
            case FutexWait(var word, var expected) -> machine.futexes.wait(request, word, expected);
            case FutexWake(var word, var most) -> machine.futexes.wake(word, most);
            case WaitProcess _ -> no(Errno.ECHILD);
        };
    }

    // ---------------------------------------------------------------- descriptors

    /// What a descriptor refers to, or null.
    @Nullable Description find(Fd fd) {
        if (!fd.isSlot()) {
            return machine.descriptors.get(fd.number());
        }
        var slots = ring.slotTable();
        return fd.number() < slots.length ? slots[fd.number()] : null;
    }

    private int opened(Description description) {
        if (!machine.descriptors.hasRoom(1)) {
            description.refer();
            description.release();
            return no(Errno.EMFILE);
        }
        return machine.descriptors.open(description);
    }

    private void put(int slot, Description description) {
        var slots = ring.slotTable();
        var before = slots[slot];
        description.refer();
        slots[slot] = description;
        machine.note(Trail.Kind.OPENED, null, slot, "slot(" + slot + ") " + description.kind());
        if (before != null) {
            before.release();
        }
    }

    private int close(Fd fd) {
        if (!fd.isSlot()) {
            return machine.descriptors.close(fd.number()) ? 0 : no(Errno.EBADF);
        }
        var slots = ring.slotTable();
        var closed = find(fd);
        if (closed == null) {
            return no(Errno.EBADF);
        }
        slots[fd.number()] = null;
        machine.note(
                Trail.Kind.CLOSED, null, fd.number(), "slot(" + fd.number() + ") " + closed.kind());
        closed.release();
        return 0;
    }

    private int pipe(Request request) {
        if (!machine.descriptors.hasRoom(2)) {
            return no(Errno.EMFILE);
        }
        var ends = PipeEnd.pair();
        ring.give(
                request,
                new Payload.Ends(
                        machine.descriptors.open(ends[0]), machine.descriptors.open(ends[1])));
        return 0;
    }

    static Description file(Request request) {
        if (request.file == null) {
            throw new FileTree.Refused(Errno.EBADF);
        }
        return request.file;
    }

    private static Description other(Request request) {
        if (request.otherFile == null) {
            throw new FileTree.Refused(Errno.EBADF);
        }
        return request.otherFile;
    }

    static int readiness(Request request, int wanted) {
        return file(request).ready() & (wanted | Description.UNASKED);
    }

    private static int fallocate(
            Description description, Fallocate.How how, long offset, long length) {
        return switch (description) {
            case OpenFile file -> file.fallocate(how, offset, length);
            case PipeEnd end -> no(end.isReading() ? Errno.EBADF : Errno.ESPIPE);
            case SimulatedSocket _, RingFile _ -> no(Errno.ENODEV);
        };
    }

    // ---------------------------------------------------------------- sockets

    static SimulatedSocket socket(Request request) {
        if (file(request) instanceof SimulatedSocket socket) {
            return socket;
        }
        throw new FileTree.Refused(Errno.ENOTSOCK);
    }

    private static SimulatedSocket optionSocket(Request request) {
        if (file(request) instanceof SimulatedSocket socket) {
            return socket;
        }
        throw new FileTree.Refused(Errno.EOPNOTSUPP); // it has no such commands
    }

    private Description socket(AddressFamily family, SocketType type) {
        return switch (type) {
            case STREAM -> new StreamSocket(machine, family);
            case DATAGRAM -> new DatagramSocket(machine, family);
        };
    }

    private int accept(Request request) {
        if (!(socket(request) instanceof StreamSocket listener)) {
            return no(Errno.EOPNOTSUPP);
        }
        return accept(machine, listener);
    }

    /// Takes a connection and gives its descriptor.
    static int accept(Machine machine, StreamSocket listener) {
        int acceptable = listener.acceptable();
        if (acceptable != 0) {
            return acceptable;
        }
        if (!machine.descriptors.hasRoom(1)) {
            return no(Errno.EMFILE);
        }
        var accepted = listener.accept();
        int number = machine.descriptors.open(accepted);
        accepted.release(); // the queue's reference
        return number;
    }

    private int name(Request request, SocketName.Side side) {
        var socket = socket(request);
        var address = side == SocketName.Side.LOCAL ? socket.name() : socket.remote();
        if (address == null) {
            boolean isUnnamed =
                    socket.isUnix()
                            && socket instanceof StreamSocket stream
                            && stream.isConnected();
            if (!isUnnamed) {
                return no(Errno.ENOTCONN);
            }
            address = java.net.UnixDomainSocketAddress.of("");
        }
        ring.give(request, new Payload.Address(address));
        return 0;
    }

    private int option(Request request, SocketOption option) {
        int value = optionSocket(request).option(option);
        if (value < 0) {
            return value;
        }
        ring.give(request, new Payload.Option(value));
        return Integer.BYTES;
    }

    /// Gives descriptors that came with a message numbers, as many as are wanted and fit.
    static List<Integer> install(Machine machine, List<Description> attached, int most) {
        var numbers = new java.util.ArrayList<Integer>();
        for (var description : attached) {
            if (numbers.size() < most && machine.descriptors.hasRoom(1)) {
                numbers.add(machine.descriptors.open(description));
            }
            description.release();
        }
        return numbers;
    }
}
