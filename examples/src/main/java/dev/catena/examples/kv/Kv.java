package dev.catena.examples.kv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.catena.examples.program.ByteSize;
import dev.catena.examples.program.Complaint;
import dev.catena.examples.program.ListenAt;
import dev.catena.examples.program.ProgramException;
import dev.catena.examples.program.ServerLife;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpOptions;
import dev.catena.ops.OperationFailedException;
import dev.catena.scope.Scope;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `examples/run kv --port N --dir DIR`: keys and values for whoever speaks to Redis.
@Command(
        name = "kv",
        description = "Keeps keys and values for Redis clients, on the device before it answers.",
        footer = {
            "",
            "Commands: PING ECHO GET MGET SET (EX PX NX XX) DEL EXISTS INCR DECR INCRBY EXPIRE PEXPIRE PERSIST TTL PTTL SCAN DBSIZE"
                    + " INFO QUIT.",
            "",
            "Example: examples/run kv --port 6400 --dir data    (then: redis-cli -p 6400 set a 1)"
        })
public final class Kv implements Callable<Integer> {
    private static final Duration SWEEP_EVERY = Duration.ofMillis(100);
    private static final int SWEPT = 10_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ListenAt place;

    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "The folder of the data, made if there is none; one server at a time.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path path;

    @Option(
            names = "--compact-at",
            paramLabel = "SIZE",
            defaultValue = "64m",
            converter = ByteSize.class,
            description =
                    "How long the log may become before it is compacted; k, m and g are 1024s (default: ${DEFAULT-VALUE}).")
    private long compactAtBytes;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "How many there may be at a time; one more is told so (default: ${DEFAULT-VALUE}).")
    private int connections;

    private final Statistics statistics = new Statistics();
    private final Store store = new Store();

    // sessions of one loop come one after the other, but a JVM that does not let them run there has
    // them in parallel
    private final Object lock = new Object();

    /// Made by picocli.
    public Kv() {}

    @Override
    public Integer call() throws IOException, ProgramException {
        if (connections < 1 || compactAtBytes < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--connections' or '--compact-at': less than 1");
        }
        try (var folder = Folder.take(path)) {
            return ServerLife.live(spec, statistics, scope -> serve(scope, folder));
        }
    }

    private void serve(Scope scope, Folder folder) throws IOException, ProgramException {
        var recovered =
                new Recovery(scope, folder, store, line -> Complaint.say(spec, line)).recover();
        var log = new Log(scope, recovered.log(), statistics);
        var compaction =
                new Compaction(
                        folder, store, lock, log, statistics, compactAtBytes, recovered.number());
        var _ = scope.fork(() -> write(scope, log));
        var _ = scope.fork(() -> compaction.run(scope));
        var _ = scope.fork(() -> sweep(scope));
        var commands = new Commands(store, log, statistics);
        place.listen(scope, TcpOptions.DEFAULT)
                .serve(connection -> converse(connection, commands, log));
    }

    private static void write(Scope scope, Log log) throws IOException, ProgramException {
        try {
            log.run(scope);
        } catch (OperationFailedException e) {
            throw new ProgramException("cannot write the log, and stops: " + e.getMessage());
        }
    }

    private void sweep(Scope scope) throws IOException {
        while (true) {
            Timers.sleep(scope, SWEEP_EVERY);
            synchronized (lock) {
                store.expire(System.currentTimeMillis(), SWEPT);
            }
        }
    }

    private void converse(TcpConnection connection, Commands commands, Log log) throws IOException {
        statistics.connections.incrementAndGet();
        try {
            if (statistics.clients.incrementAndGet() > connections) {
                connection.writeAll("-ERR max number of clients reached\r\n".getBytes(ISO_8859_1));
            } else {
                new Session(connection, commands, lock, log).hold();
            }
        } finally {
            statistics.clients.decrementAndGet();
        }
    }
}
