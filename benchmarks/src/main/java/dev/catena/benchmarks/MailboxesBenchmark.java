package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.median;
import static dev.catena.benchmarks.Figures.medianRatio;
import static dev.catena.benchmarks.Figures.write;
import static dev.catena.ops.Ops.read;

import dev.catena.ops.Fd;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorGroup;
import dev.catena.proactor.uring.Affinity;
import dev.catena.scope.Mailbox;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;

/// A number goes to another loop and back, one at a time.
final class MailboxesBenchmark implements Benchmark {
    private static final int ROUNDS = 7;
    private static final Duration SPIN = Duration.ofNanos(50_000);

    /// One side's way to get a number to the other, and to get one.
    private interface Side {
        void send(Scope scope, Integer number) throws IOException;

        Integer receive(Scope scope) throws IOException;
    }

    @FunctionalInterface
    private interface Opener {
        /// Opens what the scope of a loop receives from.
        Side open(Scope scope) throws IOException;
    }

    @Override
    public String name() {
        return "mailboxes";
    }

    @Override
    public String about() {
        return "round trips between two loops: mailboxes (MSG_RING) against a queue and an eventfd";
    }

    /// The ways to go and come back, and what each took.
    private static final class Ways {
        private final double[] mailboxes;
        private final double[] events;
        private final double[] handed;

        Ways(int rounds) {
            mailboxes = new double[rounds];
            events = new double[rounds];
            handed = new double[rounds];
        }

        void measure(ProactorGroup group, int trips, int round) throws IOException {
            mailboxes[round] = pingPong(group, trips, MailboxesBenchmark::mailbox);
            events[round] = pingPong(group, trips, MailboxesBenchmark::queue);
            handed[round] = handOver(group, trips);
        }
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int trips = smoke ? 100 : 20_000;
        int rounds = smoke ? 1 : ROUNDS;
        var sleeping = new Ways(rounds);
        var spinning = new Ways(rounds);
        var kernel = new MailboxBaseline();
        try (var sleepers = pair(Duration.ZERO);
                var spinners = pair(SPIN)) {
            for (int round = smoke ? 0 : -1; round < rounds; round++) { // one to warm up
                int at = Math.max(round, 0);
                sleeping.measure(sleepers, trips, at);
                spinning.measure(spinners, trips, at);
                kernel.measure(trips);
            }
        }
        return new Report("Round trips between two loops")
                .says(
                        String.format(
                                "%,d round trips of one number at a time between threads of two loops, pinned to a processor each; medians"
                                        + " of %d rounds, ratios within each round. Loops sleep in the kernel while they wait (the default),"
                                        + " or look for work for %d µs first (`idleSpin`).",
                                trips, rounds, SPIN.toNanos() / 1000))
                .table(
                        List.of(
                                List.of("", "µs a round trip", "against two mailboxes"),
                                row("two mailboxes", sleeping.mailboxes, sleeping),
                                row(
                                        "two JCTools queues, each with an eventfd on the ring",
                                        sleeping.events,
                                        sleeping),
                                row("a call handed over", sleeping.handed, sleeping),
                                row("two mailboxes, `idleSpin`", spinning.mailboxes, spinning),
                                row(
                                        "two JCTools queues, each with an eventfd on the ring, `idleSpin`",
                                        spinning.events,
                                        spinning),
                                row("a call handed over, `idleSpin`", spinning.handed, spinning)))
                .says(
                        "What the kernel and the machine take, without Catena (`benchmarks/c/mailbox.c`, two threads that sleep, same"
                                + " processors). Two wake-ups of sleeping threads are in every row, so that no message between loops"
                                + " that sleep can be faster than the last one.")
                .table(kernel.rows());
    }

    private static ProactorGroup pair(Duration idleSpin) {
        int[] processors = Affinity.allowed().stream().limit(2).toArray();
        if (processors.length < 2) {
            throw new IllegalStateException("this needs two processors");
        }
        return ProactorGroup.open(
                2,
                number ->
                        Proactor.builder()
                                .name("loop-" + number)
                                .pin(processors[number])
                                .idleSpin(idleSpin));
    }

    private static List<String> row(String name, double[] micros, Ways ways) {
        return List.of(name, write(median(micros)), write(medianRatio(micros, ways.mailboxes)));
    }

    private static double pingPong(ProactorGroup group, int trips, Opener opener)
            throws IOException {
        var near = new CompletableFuture<Side>();
        var far = new CompletableFuture<Side>();
        var micros = new double[1];
        Scope.onEach(
                group,
                scope -> {
                    int number = group.proactors().indexOf(scope.proactor());
                    if (number > 1) {
                        return;
                    }
                    var mine = number == 0 ? near : far;
                    mine.complete(opener.open(scope));
                    var other = (number == 0 ? far : near).join();
                    long start = System.nanoTime();
                    for (int i = 0; i < trips; i++) {
                        if (number == 0) {
                            other.send(scope, i);
                        }
                        int got = mine.join().receive(scope);
                        if (got != i) {
                            throw new IllegalStateException(i + " came back as " + got);
                        }
                        if (number == 1) {
                            other.send(scope, got);
                        }
                    }
                    if (number == 0) {
                        micros[0] = (System.nanoTime() - start) / 1e3 / trips;
                    }
                });
        return micros[0];
    }

    private static double handOver(ProactorGroup group, int trips) throws IOException {
        var other = group.proactors().get(1);
        return Scope.open(
                group.proactors().get(0),
                _ -> {
                    long start = System.nanoTime();
                    for (int i = 0; i < trips; i++) {
                        if (other.metrics().stale() != 0) {
                            throw new IllegalStateException("stale completions");
                        }
                    }
                    return (System.nanoTime() - start) / 1e3 / trips;
                });
    }

    private static Side mailbox(Scope home) {
        Mailbox<Integer> mailbox = Mailbox.open(home, 16);
        return new Side() {
            @Override
            public void send(Scope scope, Integer number) throws IOException {
                mailbox.send(scope, number);
            }

            @Override
            public Integer receive(Scope scope) throws IOException {
                return mailbox.receive(scope);
            }
        };
    }

    /// As one would do it by hand: a queue, and an eventfd whose read stands in the receiver's ring.
    private static Side queue(Scope home) {
        int event = EventFd.make();
        Fd reading = home.adopt(event);
        var counter = home.lease(8);
        var queue = new MpscUnboundedAtomicArrayQueue<Integer>(64);
        return new Side() {
            @Override
            public void send(Scope scope, Integer number) {
                queue.add(number);
                EventFd.ring(event);
            }

            @Override
            public Integer receive(Scope scope) throws IOException {
                while (true) {
                    var number = queue.poll();
                    if (number != null) {
                        return number;
                    }
                    scope.await(read(reading, counter));
                }
            }
        };
    }

    /// `eventfd(2)`, called directly.
    @SuppressWarnings("restricted") // the contender needs what the library does not offer
    private static final class EventFd {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final java.lang.invoke.MethodHandle MAKE =
                LINKER.downcallHandle(
                        LINKER.defaultLookup().findOrThrow("eventfd"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        private static final java.lang.invoke.MethodHandle WRITE =
                LINKER.downcallHandle(
                        LINKER.defaultLookup().findOrThrow("eventfd_write"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));

        static int make() {
            try {
                return (int) MAKE.invokeExact(0, 0x80000);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        static void ring(int event) {
            int result;
            try {
                result = (int) WRITE.invokeExact(event, 1L);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
            if (result != 0) {
                throw new IllegalStateException("eventfd_write failed");
            }
        }
    }
}
