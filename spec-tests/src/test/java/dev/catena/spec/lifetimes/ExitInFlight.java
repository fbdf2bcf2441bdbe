package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.timeout;

import dev.catena.ops.Accept;
import dev.catena.ops.OpenFlag;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.spec.Pair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// A program that exits, with code 7, in the middle of 10,000 operations: reads, accepts, timeouts, and reads of a disk.
///
/// Arguments: from where it exits (`outside` the loop, `inside`, by `halt`, or `stubborn`ly with accepts that do not end),
/// and a file that it may write.
final class ExitInFlight {
    private static final int OF_EACH = 3_333;

    private ExitInFlight() {}

    public static void main(String[] arguments) throws Exception {
        var from = arguments[0];
        var file = Files.write(Path.of(arguments[1]), new byte[1 << 20]);
        var builder = Proactor.builder().closeLimit(Duration.ofSeconds(5));
        if (from.equals("inside")) { // what it has in flight ends, but its body does not
            builder.closeLimit(Duration.ofMinutes(10));
        }
        if (from.equals("stubborn")) {
            builder.closeLimit(Duration.ofSeconds(1))
                    .driver(() -> new Holding(op -> op instanceof Accept));
        }
        var proactor = builder.open();
        var started = new CountDownLatch(1);
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                Scope.run(proactor, scope -> fill(scope, file, from, started));
                            } catch (Exception ended) {
                                System.out.println("the scope ended: " + ended);
                            }
                        });
        started.await();
        exit(from);
    }

    private static void fill(Scope scope, Path file, String from, CountDownLatch started)
            throws java.io.IOException {
        var listener = scope.await(listen(Pair.ANY_PORT));
        var pipe = scope.await(pipe());
        var data = scope.await(open(file, OpenFlag.READ));
        for (int i = 0; i < OF_EACH; i++) {
            scope.start(accept(listener));
            scope.start(timeout(Duration.ofMinutes(5)));
            scope.start(read(pipe.reading(), scope.lease(4096)));
        }
        scope.start(timeout(Duration.ofMinutes(5)));
        System.out.println("in flight: " + scope.proactor().metrics().inFlight());
        for (int i = 0; i < 64; i++) {
            scope.start(read(data, scope.lease(16384)).at(i * 16384L));
        }
        if (from.equals("inside")) {
            exit(from);
        }
        started.countDown();
        scope.await(timeout(Duration.ofMinutes(5)));
    }

    private static void exit(String from) {
        System.out.println("exit at " + System.currentTimeMillis());
        if (from.equals("halt")) {
            Runtime.getRuntime().halt(7);
        }
        System.exit(7);
    }
}
