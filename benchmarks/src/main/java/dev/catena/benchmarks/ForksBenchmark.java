package dev.catena.benchmarks;

import static dev.catena.benchmarks.Figures.median;
import static dev.catena.benchmarks.Figures.medianRatio;
import static dev.catena.benchmarks.Figures.write;

import com.sun.management.ThreadMXBean;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.scope.Task;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Forks and joins of threads that do next to nothing.
final class ForksBenchmark implements Benchmark {
    private static final int ROUNDS = 5;
    private static final List<String> HEAD =
            List.of("", "ns each", "bytes each", "time against Catena");

    /// Forks and joins so many threads, and says what each took.
    @FunctionalInterface
    private interface Contender {
        PreviewContenders.Took run(int forks) throws Exception;
    }

    /// Forks and joins so many threads, and says how many have run.
    @FunctionalInterface
    private interface Forking {
        long run(int forks) throws Exception;
    }

    /// One line of a table.
    private static final class Row {
        private final String name;
        private final Contender contender;
        private final double[] nanos;
        private final double[] bytes;

        Row(String name, int rounds, Contender contender) {
            this.name = name;
            this.contender = contender;
            this.nanos = new double[rounds];
            this.bytes = new double[rounds];
        }

        void measure(int forks, int round) throws Exception {
            var took = contender.run(forks);
            if (round >= 0) {
                nanos[round] = took.nanosEach();
                bytes[round] = took.bytesEach();
            }
        }

        List<String> against(Row first) {
            return List.of(
                    name,
                    write(median(nanos)),
                    write(median(bytes)),
                    write(medianRatio(nanos, first.nanos)));
        }
    }

    @Override
    public String name() {
        return "forks";
    }

    @Override
    public String about() {
        return "1,000,000 forks and joins against virtual threads, StructuredTaskScope and jox";
    }

    @Override
    public Report run(boolean smoke) throws Exception {
        int forks = smoke ? 1_000 : 1_000_000;
        int rounds = smoke ? 1 : ROUNDS;
        try (var proactor = Proactor.open();
                var preview = new PreviewContenders()) {
            var each =
                    List.of(
                            here(
                                    "Catena: `scope.fork`, `task.await`",
                                    rounds,
                                    count -> Scope.open(proactor, scope -> oneByOne(scope, count))),
                            here(
                                    "bare virtual threads, on the loop",
                                    rounds,
                                    count -> Scope.open(proactor, _ -> bare(count))),
                            here(
                                    "bare virtual threads, on the JDK's scheduler",
                                    rounds,
                                    ForksBenchmark::bareOutside),
                            new Row(
                                    "jox: `scope.fork`, `fork.join`",
                                    rounds,
                                    count -> preview.run("jox-each", count)));
            var scopes =
                    List.of(
                            here(
                                    "Catena: a child scope",
                                    rounds,
                                    count -> Scope.open(proactor, scope -> scopes(scope, count))),
                            new Row(
                                    "`StructuredTaskScope`",
                                    rounds,
                                    count -> preview.run("jdk-each", count)),
                            new Row(
                                    "jox: `supervised`",
                                    rounds,
                                    count -> preview.run("jox-scopes", count)));
            var all =
                    List.of(
                            here(
                                    "Catena",
                                    rounds,
                                    count -> Scope.open(proactor, scope -> all(scope, count))),
                            here(
                                    "bare virtual threads, on the JDK's scheduler",
                                    rounds,
                                    ForksBenchmark::bareAll),
                            new Row(
                                    "`StructuredTaskScope`",
                                    rounds,
                                    count -> preview.run("jdk-all", count)),
                            new Row("jox", rounds, count -> preview.run("jox-all", count)));
            for (int round = smoke ? 0 : -1; round < rounds; round++) { // one to warm up
                for (var table : List.of(each, scopes, all)) {
                    for (var row : table) {
                        row.measure(forks, round);
                    }
                }
            }
            return new Report("Forks and joins")
                    .says(
                            String.format(
                                    "%,d threads that do nothing; medians of %d rounds, ratios within each round. Bytes are those allocated by"
                                            + " all threads of the JVM. `StructuredTaskScope` is a preview in JDK 25, and jox is built on it: both"
                                            + " run in a second JVM, from a virtual thread of the JDK's scheduler.",
                                    forks, rounds))
                    .says("**One by one**: each is forked and joined before the next.")
                    .table(rows(each))
                    .says(
                            "**A scope for each**: it is opened, forks one thread, joins it and is closed.")
                    .table(rows(scopes))
                    .says("**All at once**: in one scope all are forked, and then joined.")
                    .table(rows(all));
        }
    }

    private static List<List<String>> rows(List<Row> table) {
        var rows = new ArrayList<List<String>>();
        rows.add(HEAD);
        table.forEach(row -> rows.add(row.against(table.getFirst())));
        return rows;
    }

    /// A contender in this JVM.
    private static Row here(String name, int rounds, Forking forking) {
        return new Row(
                name,
                rounds,
                forks -> {
                    System.gc();
                    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                    long bytes = threads.getTotalThreadAllocatedBytes();
                    long start = System.nanoTime();
                    long ran = forking.run(forks);
                    double nanos = (System.nanoTime() - start) / (double) forks;
                    if (ran != forks) {
                        throw new IllegalStateException(
                                name + ": " + ran + " of " + forks + " have run");
                    }
                    return new PreviewContenders.Took(
                            nanos,
                            (threads.getTotalThreadAllocatedBytes() - bytes) / (double) forks);
                });
    }

    private static long oneByOne(Scope scope, int forks) throws IOException {
        long ran = 0;
        for (int i = 0; i < forks; i++) {
            ran += scope.fork(() -> 1).await();
        }
        return ran;
    }

    private static long scopes(Scope scope, int forks) throws IOException {
        var options = ScopeOptions.of("short");
        long ran = 0;
        for (int i = 0; i < forks; i++) {
            ran += scope.child(options, child -> child.fork(() -> 1).await());
        }
        return ran;
    }

    private static long all(Scope scope, int forks) throws IOException {
        var tasks = new ArrayList<Task<Integer>>(forks);
        for (int i = 0; i < forks; i++) {
            tasks.add(scope.fork(() -> 1));
        }
        long ran = 0;
        for (var task : tasks) {
            ran += task.await();
        }
        return ran;
    }

    private static long bareOutside(int forks) throws InterruptedException {
        var ran = new long[1];
        var outer = Thread.ofVirtual().start(() -> ran[0] = bare(forks));
        outer.join();
        return ran[0];
    }

    private static long bare(int forks) {
        var ran = new long[1];
        for (int i = 0; i < forks; i++) {
            join(Thread.ofVirtual().start(() -> ran[0]++));
        }
        return ran[0];
    }

    private static long bareAll(int forks) throws InterruptedException {
        var ran = new AtomicLong();
        var outer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    var threads = new ArrayList<Thread>(forks);
                                    for (int i = 0; i < forks; i++) {
                                        threads.add(Thread.ofVirtual().start(ran::incrementAndGet));
                                    }
                                    threads.forEach(ForksBenchmark::join);
                                });
        outer.join();
        return ran.get();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
