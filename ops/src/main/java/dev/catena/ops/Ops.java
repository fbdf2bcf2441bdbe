package dev.catena.ops;

import io.vavr.Tuple0;
import io.vavr.Tuple2;
import io.vavr.Tuple3;
import io.vavr.Tuple4;
import io.vavr.Tuple5;
import io.vavr.Tuple6;
import io.vavr.Tuple7;
import io.vavr.Tuple8;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// The words of the language: import them statically.
///
/// ```java
/// import static dev.catena.ops.Ops.*;
///
/// var copyBlock = link(read(src, block).at(off), write(dst, block).at(off));
/// ```
///
/// Every method only makes a value; a scope runs it. Bad values are refused here, with an [InvalidValueException] that
/// says what is wrong.
public final class Ops {
    private Ops() {}

    /// Does nothing.
    public static Nop nop() {
        return new Nop();
    }

    /// Opens a file; see [Open].
    public static Open open(Path path, OpenFlag first, OpenFlag... more) {
        return new Open(null, path, EnumSet.of(first, more), Set.of(), Open.DEFAULT_MODE);
    }

    /// Closes a descriptor, having cancelled and drained what is in flight on it.
    public static Close close(Fd fd) {
        return new Close(fd);
    }

    /// Reads at the file's current position, or from a pipe or socket; `.at(offset)` reads from a place.
    public static Read read(Fd fd, Buffer buffer) {
        return new Read(fd, buffer, -1);
    }

    /// Writes at the file's current position, or to a pipe or socket; `.at(offset)` writes to a place.
    public static Write write(Fd fd, Buffer buffer) {
        return new Write(fd, buffer, -1);
    }

    /// Brings data and metadata of a file to its device.
    public static Fsync fsync(Fd fd) {
        return new Fsync(fd, false);
    }

    /// Brings the data of a file to its device, with what metadata reading it back needs.
    public static Fsync dataSync(Fd fd) {
        return new Fsync(fd, true);
    }

    /// Makes a socket.
    public static Socket socket(AddressFamily family, SocketType type) {
        return new Socket(family, type);
    }

    /// Gives a socket its local address.
    public static Bind bind(Fd socket, SocketAddress address) {
        return new Bind(socket, address);
    }

    /// Lets a bound socket take connections.
    public static Listen listen(Fd socket, int backlog) {
        return new Listen(socket, backlog);
    }

    /// A stream socket that listens at `address`: made, allowed to reuse the address, bound, listening. Port 0 lets the
    /// kernel pick one, which [#localAddress] tells.
    public static Pipeline<Fd> listen(SocketAddress address) {
        return AddressFamily.of(address) == AddressFamily.UNIX
                ? listen(address, List.of())
                : listen(address, List.of(SocketOption.REUSE_ADDRESS));
    }

    /// A stream socket that listens at `address` beside others that do so with the same option: the kernel spreads connections
    /// over them (`SO_REUSEPORT`, `socket(7)`). Not for unix sockets.
    public static Pipeline<Fd> listenShared(SocketAddress address) {
        return listen(address, List.of(SocketOption.REUSE_ADDRESS, SocketOption.REUSE_PORT));
    }

    private static Pipeline<Fd> listen(SocketAddress address, List<SocketOption> on) {
        return socket(AddressFamily.of(address), SocketType.STREAM)
                .then(
                        socket -> {
                            var steps = new ArrayList<Step<?>>();
                            on.forEach(option -> steps.add(setSocketOption(socket, option, 1)));
                            steps.add(bind(socket, address));
                            steps.add(listen(socket, Listen.DEFAULT_BACKLOG));
                            return linkAll(steps).then(_ -> done(socket)).onFailure(close(socket));
                        });
    }

    /// Sets a socket option that is a number.
    public static SetSocketOption setSocketOption(Fd socket, SocketOption option, int value) {
        return new SetSocketOption(socket, option, value);
    }

    /// The address of this end of a socket.
    public static SocketName localAddress(Fd socket) {
        return new SocketName(socket, SocketName.Side.LOCAL);
    }

    /// The address of the other end of a connection.
    public static SocketName peerAddress(Fd socket) {
        return new SocketName(socket, SocketName.Side.PEER);
    }

    /// Takes a connection.
    public static Accept accept(Fd listener) {
        return new Accept(listener);
    }

    /// Connects a socket.
    public static Connect connect(Fd socket, SocketAddress address) {
        return new Connect(socket, address);
    }

    /// A stream socket connected to `address`. It is closed again if the connection is not made: refused, out of time, or cancelled.
    public static Pipeline<Fd> connect(SocketAddress address) {
        return socket(AddressFamily.of(address), SocketType.STREAM)
                .then(
                        socket ->
                                connect(socket, address)
                                        .then(_ -> done(socket))
                                        .onFailure(close(socket)));
    }

    /// Receives what has arrived, waiting until there is something.
    public static Recv recv(Fd socket, Buffer buffer) {
        return new Recv(socket, buffer, false);
    }

    /// Receives until the buffer is full, or the peer has ended its side.
    public static Recv recvAll(Fd socket, Buffer buffer) {
        return new Recv(socket, buffer, true);
    }

    /// Sends what the kernel takes at once, at least one byte.
    public static Send send(Fd socket, Buffer buffer) {
        return new Send(socket, buffer, false);
    }

    /// Sends all of the buffer.
    public static Send sendAll(Fd socket, Buffer buffer) {
        return new Send(socket, buffer, true);
    }

    /// Ends directions of a connection.
    public static Shutdown shutdown(Fd socket, Shutdown.Direction direction) {
        return new Shutdown(socket, direction);
    }

    /// Completes `duration` after it started.
    public static Timeout timeout(Duration duration) {
        return new Timeout(new Bound.After(duration), 0, Clock.MONOTONIC);
    }

    /// Completes at `deadline`.
    public static Timeout timeout(Deadline deadline) {
        return new Timeout(new Bound.At(deadline), 0, Clock.MONOTONIC);
    }

    /// Completes at a time of day (`CLOCK_REALTIME`): earlier or later in terms of [#timeout(Duration)] when that clock is set.
    public static Timeout timeout(Instant time) {
        return new Timeout(new Bound.At(Deadline.ofRealtime(time)), 0, Clock.REALTIME);
    }

    /// Waits in the loop's timer queue, which is cheaper than [#timeout(Duration)] where many wait or most are cancelled. It is
    /// no operation, and so no link of a chain.
    public static Pipeline<Tuple0> sleep(Duration duration) {
        return new Pipeline.Sleep(new Bound.After(duration));
    }

    /// Waits in the loop's timer queue until an instant.
    public static Pipeline<Tuple0> sleep(Deadline until) {
        return new Pipeline.Sleep(new Bound.At(until));
    }

    /// The time on the driver's clock, for pipelines that reckon with it.
    public static Pipeline<Deadline> now() {
        return new Pipeline.Now();
    }

    /// As a link: bounds the link before it. `op.within(duration)` writes both.
    public static LinkTimeout linkTimeout(Duration duration) {
        return new LinkTimeout(new Bound.After(duration));
    }

    /// Asks the kernel to cancel everything in flight on a descriptor; gives how many it found, 0 if there was nothing.
    public static Cancel cancelAll(Fd fd) {
        return new Cancel(new Cancel.Target.On(fd));
    }

    /// Reads into several regions.
    public static ReadVector read(Fd fd, List<Buffer> buffers) {
        return new ReadVector(fd, buffers, -1);
    }

    /// Writes several regions.
    public static WriteVector write(Fd fd, List<Buffer> buffers) {
        return new WriteVector(fd, buffers, -1);
    }

    /// Changes the space that a range of a file takes.
    public static Fallocate fallocate(Fd fd, Fallocate.How how, long offset, long length) {
        return new Fallocate(fd, how, offset, length);
    }

    /// Gives a file a size.
    public static Truncate truncate(Fd fd, long size) {
        return new Truncate(fd, size);
    }

    /// Tells the kernel how a range of a file will be used; length 0 means all that follows.
    public static Advise advise(Fd fd, Advise.Advice advice, long offset, int length) {
        return new Advise(fd, advice, offset, length);
    }

    /// Asks what a file is; a symbolic link is followed.
    public static Status status(Path path) {
        return new Status(null, path, true);
    }

    /// Asks what an open file is.
    public static Status status(Fd fd) {
        return new Status(fd, null, true);
    }

    /// Gives a file another name, replacing a file of that name.
    public static Rename rename(Path from, Path to) {
        return new Rename(from, to, Rename.How.REPLACE);
    }

    /// Gives a file another name.
    public static Rename rename(Path from, Path to, Rename.How how) {
        return new Rename(from, to, how);
    }

    /// Takes a name of a file away.
    public static Unlink unlink(Path path) {
        return new Unlink(path, false);
    }

    /// Removes an empty directory.
    public static Unlink removeDirectory(Path path) {
        return new Unlink(path, true);
    }

    /// Makes a directory that everyone may use, less the umask.
    public static MakeDirectory makeDirectory(Path path) {
        return new MakeDirectory(path, MakeDirectory.DEFAULT_MODE);
    }

    /// Gives a file one more name.
    public static HardLink hardLink(Path existing, Path added) {
        return new HardLink(existing, added);
    }

    /// Makes a name that stands for another.
    public static SymbolicLink symbolicLink(Path target, Path added) {
        return new SymbolicLink(target, added);
    }

    /// Moves bytes between a pipe and another descriptor, both at their current positions.
    public static Splice splice(Fd from, Fd to, int length) {
        return new Splice(from, -1, to, -1, length);
    }

    /// Moves bytes between a pipe and another descriptor; -1 where there is no position.
    public static Splice splice(Fd from, long fromOffset, Fd to, long toOffset, int length) {
        return new Splice(from, fromOffset, to, toOffset, length);
    }

    /// Copies bytes from one pipe to another.
    public static Tee tee(Fd from, Fd to, int length) {
        return new Tee(from, to, length);
    }

    /// Makes a pipe.
    public static Pipe pipe() {
        return new Pipe();
    }

    /// Gives a socket option that is a number.
    public static GetSocketOption getSocketOption(Fd socket, SocketOption option) {
        return new GetSocketOption(socket, option);
    }

    /// Takes connections, one after the other.
    public static AcceptEach acceptEach(Fd listener) {
        return new AcceptEach(listener);
    }

    /// Receives into buffers that the kernel picks, one after the other.
    public static RecvEach recvEach(Fd socket) {
        return new RecvEach(socket);
    }

    /// Sends without copying; the buffer is free when the operation has ended.
    public static SendZeroCopy sendZeroCopy(Fd socket, Buffer buffer) {
        return new SendZeroCopy(socket, buffer);
    }

    /// Sends a message; `.to(address)` and `.with(descriptors)` say more.
    public static SendMsg sendMsg(Fd socket, Buffer... buffers) {
        return new SendMsg(socket, List.of(buffers), null, List.of());
    }

    /// Receives a message; `.descriptors(n)` makes room for descriptors.
    public static RecvMsg recvMsg(Fd socket, Buffer... buffers) {
        return new RecvMsg(socket, List.of(buffers), 0);
    }

    /// Waits until a descriptor is ready.
    public static Poll poll(Fd fd, PollEvent first, PollEvent... more) {
        return new Poll(fd, EnumSet.of(first, more));
    }

    /// Tells each time a descriptor becomes ready.
    public static PollEach pollEach(Fd fd, PollEvent first, PollEvent... more) {
        return new PollEach(fd, EnumSet.of(first, more));
    }

    /// Gives a timeout in flight another time, counted from when this runs.
    public static UpdateTimeout updateTimeout(OperationId timeout, Duration duration) {
        return new UpdateTimeout(timeout, new Bound.After(duration));
    }

    /// Gives a timeout in flight another time.
    public static UpdateTimeout updateTimeout(OperationId timeout, Deadline deadline) {
        return new UpdateTimeout(timeout, new Bound.At(deadline));
    }

    /// Asks the kernel to cancel an operation; of a chain, its first link.
    public static Cancel cancel(OperationId operation) {
        return new Cancel(new Cancel.Target.One(operation));
    }

    /// Asks the kernel to cancel everything on the ring, whoever started it.
    public static Cancel cancelEverything() {
        return new Cancel(new Cancel.Target.Everything());
    }

    /// Posts a number to another loop's ring.
    public static MessageRing messageRing(Fd ring, long message) {
        return new MessageRing(ring, message);
    }

    /// Waits until a child process ends, and lets it go.
    public static WaitProcess waitProcess(int pid) {
        return new WaitProcess(pid, true);
    }

    /// Waits until somebody wakes a word of memory.
    public static FutexWait futexWait(Buffer word, int expected) {
        return new FutexWait(word, expected);
    }

    /// Wakes those that wait for a word of memory.
    public static FutexWake futexWake(Buffer word, int most) {
        return new FutexWake(word, most);
    }

    /// All at the same time: the first to complete gives the result, the others are cancelled and waited for. If none
    /// completes, the outcome is the one of the last.
    public static <R> Pipeline<R> race(Pipeline<R> first, Pipeline<R> second) {
        return race(List.of(first, second));
    }

    /// All at the same time, as `race` of two.
    public static <R> Pipeline<R> race(List<? extends Pipeline<R>> contestants) {
        return new Pipeline.Race<>(List.copyOf(contestants));
    }

    /// What `body` makes of each element of a multishot operation, one after the other, until it ends; gives how many
    /// there were. While the body is slow, elements wait; when too many do, the kernel is asked to stop and taken up
    /// again later. When it is cancelled or its body fails, nothing more is started, and elements that wait are given back:
    /// connections are closed; bytes stay with their socket, where the next `recv`, `recvAll` or `forEach(recvEach(…))` gets
    /// them, before any that come later. (A `poll` does not see them, and what receives in another way is refused.)
    public static <E> Pipeline<Long> forEach(
            Multishot<E> source, Function<? super E, ? extends Pipeline<?>> body) {
        return new Pipeline.ForEach<>(source, body);
    }

    /// Reads until the buffer is full; at the end of the file before that it is an [Outcome.Short].
    public static Pipeline<Integer> readFully(Read read) {
        return read.onShort(ShortTransfer.RETRY);
    }

    /// Writes until all of the buffer is written.
    public static Pipeline<Integer> writeFully(Write write) {
        return write.onShort(ShortTransfer.RETRY);
    }

    /// A pipeline that has its result already.
    public static <R> Pipeline<R> done(R value) {
        return new Pipeline.Done<>(value);
    }

    /// A pipeline that has failed already, as `outcome` says.
    public static <R> Pipeline<R> failed(Outcome<?> outcome) {
        return new Pipeline.Broken<>(outcome.withoutResult());
    }

    /// Any number of links that give the same, as one chain.
    public static <R> Chain<List<R>> linkAll(List<? extends Step<? extends R>> steps) {
        return Chain.ofAll(steps);
    }

    /// Two links as one chain, tied softly unless a link says [hard][Step#hard].
    public static <A, B> Chain<Tuple2<A, B>> link(Step<A> a, Step<B> b) {
        return Chain.tuple(a, b);
    }

    /// Three links as one chain, tied softly unless a link says [hard][Step#hard].
    public static <A, B, C> Chain<Tuple3<A, B, C>> link(Step<A> a, Step<B> b, Step<C> c) {
        return Chain.tuple(a, b, c);
    }

    /// Four links as one chain, tied softly unless a link says [hard][Step#hard].
    public static <A, B, C, D> Chain<Tuple4<A, B, C, D>> link(
            Step<A> a, Step<B> b, Step<C> c, Step<D> d) {
        return Chain.tuple(a, b, c, d);
    }

    /// Five links as one chain, tied softly unless a link says [hard][Step#hard].
    public static <A, B, C, D, E> Chain<Tuple5<A, B, C, D, E>> link(
            Step<A> a, Step<B> b, Step<C> c, Step<D> d, Step<E> e) {
        return Chain.tuple(a, b, c, d, e);
    }

    /// Six links as one chain, tied softly unless a link says [hard][Step#hard].
    public static <A, B, C, D, E, F> Chain<Tuple6<A, B, C, D, E, F>> link(
            Step<A> a, Step<B> b, Step<C> c, Step<D> d, Step<E> e, Step<F> f) {
        return Chain.tuple(a, b, c, d, e, f);
    }

    /// Seven links as one chain, tied softly unless a link says [hard][Step#hard].
    public static <A, B, C, D, E, F, G> Chain<Tuple7<A, B, C, D, E, F, G>> link(
            Step<A> a, Step<B> b, Step<C> c, Step<D> d, Step<E> e, Step<F> f, Step<G> g) {
        return Chain.tuple(a, b, c, d, e, f, g);
    }

    /// Eight links as one chain, tied softly unless a link says [hard][Step#hard].
    public static <A, B, C, D, E, F, G, H> Chain<Tuple8<A, B, C, D, E, F, G, H>> link(
            Step<A> a,
            Step<B> b,
            Step<C> c,
            Step<D> d,
            Step<E> e,
            Step<F> f,
            Step<G> g,
            Step<H> h) {
        return Chain.tuple(a, b, c, d, e, f, g, h);
    }
}
