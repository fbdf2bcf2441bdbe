package dev.catena.spec.language;

import dev.catena.ops.*;
import dev.catena.ops.spi.Descriptor;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Generators of valid values of the language.
final class Values {
    private static final Object TABLE = new Object();
    private static final Buffer MEMORY = Buffer.of(Arena.global().allocate(1 << 16, 8));

    private Values() {}

    static Fd anyFd() {
        return new Descriptor(7, TABLE);
    }

    static Fd anySlot() {
        return Descriptor.slot(3, TABLE);
    }

    static Buffer anyBuffer() {
        return MEMORY.first(8);
    }

    static Arbitrary<Fd> fds() {
        return Arbitraries.oneOf(plainFds(), slots());
    }

    /// Where the kernel takes no fixed file slot.
    static Arbitrary<Fd> plainFds() {
        return Arbitraries.integers().between(0, 1 << 20).map(n -> new Descriptor(n, TABLE));
    }

    static Arbitrary<Fd> slots() {
        return Arbitraries.integers().between(0, 1023).map(n -> Descriptor.slot(n, TABLE));
    }

    static Arbitrary<Buffer> buffers() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 1000),
                        Arbitraries.integers().between(1, 60_000))
                .as(MEMORY::slice);
    }

    static Arbitrary<Buffer> words() {
        return Arbitraries.integers().between(0, 1000).map(n -> MEMORY.slice(n * 4, 4));
    }

    static Arbitrary<Long> offsets() {
        return Arbitraries.longs().between(-1, Long.MAX_VALUE);
    }

    static Arbitrary<Integer> lengths() {
        return Arbitraries.integers().between(1, Integer.MAX_VALUE);
    }

    static Arbitrary<Path> paths() {
        return Arbitraries.strings()
                .withChars("abcxyz.- äß€")
                .ofMinLength(1)
                .ofMaxLength(60)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(parts -> Path.of("/" + String.join("/", parts)));
    }

    static Arbitrary<SocketAddress> addresses() {
        var ports = Arbitraries.integers().between(0, 65535);
        var four = Arbitraries.bytes().array(byte[].class).ofSize(4);
        var six =
                Arbitraries.bytes()
                        .array(byte[].class)
                        .ofSize(16)
                        .filter(bytes -> bytes[0] == 0x20); // no IPv4 in disguise, no scope
        return Arbitraries.oneOf(
                Combinators.combine(four, ports).as(Values::inet),
                Combinators.combine(six.edgeCases(config -> config.none()), ports).as(Values::inet),
                Arbitraries.strings()
                        .withCharRange('a', 'z')
                        .ofMinLength(1)
                        .ofMaxLength(100)
                        .map(name -> UnixDomainSocketAddress.of("/" + name)));
    }

    private static SocketAddress inet(byte[] address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    static Arbitrary<Duration> durations() {
        return Arbitraries.longs().between(0, Long.MAX_VALUE / 4).map(Duration::ofNanos);
    }

    static Arbitrary<Bound> bounds() {
        return Arbitraries.oneOf(
                durations().map(Bound.After::new),
                durations().map(Bound.OfChain::new),
                Arbitraries.longs()
                        .between(0, Long.MAX_VALUE)
                        .map(nanos -> new Bound.At(new Deadline(nanos))));
    }

    static Arbitrary<OperationId> operations() {
        return Arbitraries.longs().between(1, Long.MAX_VALUE).map(OperationId::new);
    }

    static <E extends Enum<E>> Arbitrary<Set<E>> some(Class<E> type) {
        return Arbitraries.of(type).set().ofMinSize(1);
    }

    static Arbitrary<Open> opens() {
        var access = Arbitraries.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.READ_WRITE);
        var others =
                Arbitraries.of(
                                EnumSet.complementOf(
                                        EnumSet.of(
                                                OpenFlag.READ,
                                                OpenFlag.WRITE,
                                                OpenFlag.READ_WRITE)))
                        .set();
        return Combinators.combine(
                        plainFds().injectNull(0.5),
                        paths(),
                        access,
                        others,
                        Arbitraries.of(Resolve.class).set(),
                        Arbitraries.integers().between(0, 07777))
                .as(
                        (directory, path, how, more, rules, mode) -> {
                            var flags = EnumSet.of(how);
                            flags.addAll(more);
                            return new Open(directory, path, flags, rules, mode);
                        });
    }

    /// Any operation that has an entry in a ring.
    static Arbitrary<Op<?>> ops() {
        return Arbitraries.oneOf(List.of(files(), names(), sockets(), control()))
                .map(op -> (Op<?>) op);
    }

    private static Arbitrary<Op<?>> files() {
        return any(
                Combinators.combine(fds(), buffers(), offsets()).as(Read::new),
                Combinators.combine(fds(), buffers(), offsets()).as(Write::new),
                Combinators.combine(fds(), vectors(), offsets()).as(ReadVector::new),
                Combinators.combine(fds(), vectors(), offsets()).as(WriteVector::new),
                opens(),
                Combinators.combine(opens(), slots()).as(OpenInto::new),
                fds().map(Close::new),
                Combinators.combine(fds(), Arbitraries.of(true, false)).as(Fsync::new),
                Combinators.combine(
                                fds(),
                                Arbitraries.of(Fallocate.How.class),
                                Arbitraries.longs().between(0, 1L << 60),
                                Arbitraries.longs().between(1, 1L << 60))
                        .as(Fallocate::new),
                Combinators.combine(fds(), Arbitraries.longs().between(0, Long.MAX_VALUE))
                        .as(Truncate::new),
                Combinators.combine(
                                fds(),
                                Arbitraries.of(Advise.Advice.class),
                                Arbitraries.longs().between(0, Long.MAX_VALUE),
                                Arbitraries.integers().between(0, Integer.MAX_VALUE))
                        .as(Advise::new),
                Combinators.combine(fds(), offsets(), fds(), offsets(), lengths()).as(Splice::new),
                Combinators.combine(fds(), fds(), lengths()).as(Tee::new),
                Arbitraries.of(new Pipe()));
    }

    private static Arbitrary<Op<?>> names() {
        return any(
                Combinators.combine(
                                plainFds().injectNull(0.5), paths(), Arbitraries.of(true, false))
                        .as(Status::new),
                plainFds().map(fd -> new Status(fd, null, true)),
                Combinators.combine(paths(), paths(), Arbitraries.of(Rename.How.class))
                        .as(Rename::new),
                Combinators.combine(paths(), paths()).as(HardLink::new),
                Combinators.combine(paths(), paths()).as(SymbolicLink::new),
                Combinators.combine(paths(), Arbitraries.of(true, false)).as(Unlink::new),
                Combinators.combine(paths(), Arbitraries.integers().between(0, 07777))
                        .as(MakeDirectory::new));
    }

    private static Arbitrary<Op<?>> sockets() {
        return any(
                Combinators.combine(
                                Arbitraries.of(AddressFamily.class),
                                Arbitraries.of(SocketType.class))
                        .as(Socket::new),
                Combinators.combine(fds(), addresses()).as(Bind::new),
                Combinators.combine(fds(), addresses()).as(Connect::new),
                Combinators.combine(fds(), lengths()).as(Listen::new),
                fds().map(Accept::new),
                fds().map(AcceptEach::new),
                Combinators.combine(fds(), buffers(), Arbitraries.of(true, false)).as(Recv::new),
                fds().map(RecvEach::new),
                Combinators.combine(fds(), buffers(), Arbitraries.of(true, false)).as(Send::new),
                Combinators.combine(fds(), buffers()).as(SendZeroCopy::new),
                Combinators.combine(
                                fds(),
                                vectors(),
                                addresses().injectNull(0.5),
                                plainFds().list().ofMaxSize(5))
                        .as(SendMsg::new),
                Combinators.combine(fds(), vectors(), Arbitraries.integers().between(0, 253))
                        .as(RecvMsg::new),
                Combinators.combine(fds(), Arbitraries.of(Shutdown.Direction.class))
                        .as(Shutdown::new),
                Combinators.combine(
                                fds(), Arbitraries.of(SocketOption.class), Arbitraries.integers())
                        .as(SetSocketOption::new),
                Combinators.combine(fds(), Arbitraries.of(SocketOption.class))
                        .as(GetSocketOption::new));
    }

    private static Arbitrary<Op<?>> control() {
        return any(
                Arbitraries.of(new Nop()),
                Combinators.combine(
                                bounds(),
                                Arbitraries.integers().between(0, Integer.MAX_VALUE),
                                Arbitraries.of(Clock.class))
                        .as(Timeout::new),
                Combinators.combine(operations(), bounds()).as(UpdateTimeout::new),
                operations().map(id -> new Cancel(new Cancel.Target.One(id))),
                fds().map(fd -> new Cancel(new Cancel.Target.On(fd))),
                Arbitraries.of(new Cancel(new Cancel.Target.Everything())),
                Combinators.combine(fds(), some(PollEvent.class)).as(Poll::new),
                Combinators.combine(fds(), some(PollEvent.class)).as(PollEach::new),
                Combinators.combine(fds(), Arbitraries.longs().between(0, MessageRing.MAX))
                        .as(MessageRing::new),
                Combinators.combine(lengths(), Arbitraries.of(true, false)).as(WaitProcess::new),
                Combinators.combine(words(), Arbitraries.integers()).as(FutexWait::new),
                Combinators.combine(words(), lengths()).as(FutexWake::new));
    }

    private static Arbitrary<List<Buffer>> vectors() {
        return buffers().list().ofMinSize(1).ofMaxSize(5);
    }

    @SafeVarargs
    private static Arbitrary<Op<?>> any(Arbitrary<? extends Op<?>>... kinds) {
        var all = new ArrayList<Arbitrary<Op<?>>>();
        for (var kind : kinds) {
            all.add(kind.map(op -> (Op<?>) op));
        }
        return Arbitraries.oneOf(all);
    }

    /// A valid chain: links of any kind, each as the rules let it be.
    static Arbitrary<List<Step<?>>> chains() {
        var decorated =
                Combinators.combine(
                                ops(),
                                bounds().injectNull(0.6),
                                Arbitraries.of(true, false),
                                Arbitraries.of(true, false))
                        .as(Link::new);
        return Combinators.combine(
                        decorated.list().ofMinSize(1).ofMaxSize(8), Arbitraries.of(true, false))
                .as(Values::valid);
    }

    /// What a link is wished to be.
    private record Link(
            Op<?> op,
            @org.jspecify.annotations.Nullable Bound bound,
            boolean hard,
            boolean silent) {}

    /// Leaves out of the wishes what the rules do not allow; the tests look at the faults one by one.
    private static List<Step<?>> valid(List<Link> links, boolean drained) {
        var steps = new ArrayList<Step<?>>();
        boolean hardBefore = false;
        for (int i = 0; i < links.size(); i++) {
            var link = links.get(i);
            boolean last = i + 1 == links.size();
            var op = !last && link.op() instanceof Multishot ? new Nop() : link.op();
            boolean hard = link.hard() || (!last && !op.failureBreaksLink());
            var plain = new Prepared<>(op, link.bound(), hard ? Tie.HARD : Tie.SOFT, false, false);
            var silent = new Prepared<>(op, null, Tie.SOFT, false, true);
            boolean maySkip =
                    link.silent()
                            && !last
                            && !hardBefore
                            && Chain.validate(List.of(silent, new Nop())).isValid();
            steps.add(maySkip ? silent : plain);
            hardBefore |= !maySkip && hard;
        }
        if (drained && steps.stream().noneMatch(Step::silent)) {
            steps.set(0, steps.getFirst().drained());
        }
        return steps;
    }
}
