import com.softwaremill.jox.structured.Scopes;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.concurrent.StructuredTaskScope;

/// The contenders of `ForksBenchmark` that need `--enable-preview`, in a JVM of their own: `StructuredTaskScope` of JDK 25, and jox,
/// which is built on it. For each line `WAY COUNT` it does that once and prints what it took: `NANOS BYTES RAN`. Started from its source by
/// the benchmark, so that nothing else of the build is compiled with preview features.
public class PreviewForks {
    interface Contender {
        long run(int forks) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var words = line.split(" ");
            int forks = Integer.parseInt(words[1]);
            Contender contender =
                    switch (words[0]) {
                        case "jdk-each" -> PreviewForks::jdkEach;
                        case "jdk-all" -> PreviewForks::jdkAll;
                        case "jox-each" -> PreviewForks::joxEach;
                        case "jox-scopes" -> PreviewForks::joxScopes;
                        case "jox-all" -> PreviewForks::joxAll;
                        default -> throw new IllegalArgumentException(words[0]);
                    };
            System.gc();
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long bytes = threads.getTotalThreadAllocatedBytes();
            long start = System.nanoTime();
            long ran = contender.run(forks);
            long nanos = System.nanoTime() - start;
            System.out.println(nanos + " " + (threads.getTotalThreadAllocatedBytes() - bytes) + " " + ran);
        }
    }

    /// A scope for each: one cannot wait for a single fork.
    private static long jdkEach(int forks) throws Exception {
        return inAVirtualThread(
                () -> {
                    long ran = 0;
                    for (int i = 0; i < forks; i++) {
                        try (var scope = StructuredTaskScope.open()) {
                            var task = scope.fork(() -> 1);
                            scope.join();
                            ran += task.get();
                        }
                    }
                    return ran;
                });
    }

    private static long jdkAll(int forks) throws Exception {
        return inAVirtualThread(
                () -> {
                    try (var scope =
                            StructuredTaskScope.open(
                                    StructuredTaskScope.Joiner.<Integer>allSuccessfulOrThrow())) {
                        for (int i = 0; i < forks; i++) {
                            scope.fork(() -> 1);
                        }
                        return scope.join().mapToLong(StructuredTaskScope.Subtask::get).sum();
                    }
                });
    }

    private static long joxEach(int forks) throws Exception {
        return inAVirtualThread(
                () ->
                        Scopes.<Long>supervised(
                                scope -> {
                                    long ran = 0;
                                    for (int i = 0; i < forks; i++) {
                                        ran += scope.fork(() -> 1).join();
                                    }
                                    return ran;
                                }));
    }

    private static long joxScopes(int forks) throws Exception {
        return inAVirtualThread(
                () -> {
                    long ran = 0;
                    for (int i = 0; i < forks; i++) {
                        ran += Scopes.<Integer>supervised(scope -> scope.fork(() -> 1).join());
                    }
                    return ran;
                });
    }

    private static long joxAll(int forks) throws Exception {
        return inAVirtualThread(
                () ->
                        Scopes.<Long>supervised(
                                scope -> {
                                    var tasks = new java.util.ArrayList<com.softwaremill.jox.structured.Fork<Integer>>();
                                    for (int i = 0; i < forks; i++) {
                                        tasks.add(scope.fork(() -> 1));
                                    }
                                    long ran = 0;
                                    for (var task : tasks) {
                                        ran += task.join();
                                    }
                                    return ran;
                                }));
    }

    private static long inAVirtualThread(java.util.concurrent.Callable<Long> body) throws Exception {
        var task = new java.util.concurrent.FutureTask<>(body);
        Thread.ofVirtual().start(task);
        return task.get();
    }
}
