package dev.catena.examples.proxy;

import dev.catena.examples.program.Complaint;
import dev.catena.examples.program.ListenAt;
import dev.catena.examples.program.ProgramException;
import dev.catena.examples.program.ServerLife;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpOptions;
import dev.catena.ops.OperationCancelledException;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `examples/run proxy --port N --to HOST:PORT`: hands TCP connections on.
@Command(
        name = "proxy",
        description =
                "Hands TCP connections on to another server, without looking at a byte of them.",
        footer = {
            "",
            "The end of each direction is passed on by itself (half-close). Several servers take turns; one that does not answer is"
                    + " left out until it does.",
            "",
            "Example: examples/run proxy --port 8080 --to 127.0.0.1:8000"
        })
public final class Proxy implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ListenAt place;

    @Option(
            names = "--to",
            required = true,
            split = ",",
            paramLabel = "HOST:PORT",
            converter = Upstream.Form.class,
            description = "The server; several with commas between them.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Upstream> upstreams;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description =
                    "How long nothing may go over a connection in either direction (default: ${DEFAULT-VALUE}).")
    private int idleSeconds;

    @Option(
            names = "--check",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How often the servers are looked at (default: ${DEFAULT-VALUE}).")
    private int checkSeconds;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "How many there may be at a time; one more is closed at once (default: ${DEFAULT-VALUE}).")
    private int connections;

    private final Moved moved = new Moved();
    private final AtomicInteger turn = new AtomicInteger();

    /// Made by picocli.
    public Proxy() {}

    @Override
    public Integer call() throws IOException, ProgramException {
        if (idleSeconds < 1 || checkSeconds < 1 || connections < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--idle', '--check' or '--connections': less than 1");
        }
        return ServerLife.live(spec, moved, this::serve);
    }

    private void serve(Scope scope) throws IOException, ProgramException {
        var listener = place.listen(scope, TcpOptions.DEFAULT);
        for (var upstream : upstreams) {
            var _ =
                    scope.fork(
                            () ->
                                    upstream.watch(
                                            scope, Duration.ofSeconds(checkSeconds), this::say));
        }
        listener.serve(
                client -> {
                    try {
                        if (moved.begin() > connections) {
                            moved.turnAway();
                        } else {
                            relay(client);
                        }
                    } finally {
                        moved.end();
                    }
                });
    }

    private void relay(TcpConnection client) throws IOException {
        var scope = client.scope();
        try {
            var server = next(scope);
            var activity = new Activity(Duration.ofSeconds(idleSeconds));
            var there = new Direction(client.fd(), server.fd(), activity, moved);
            var back = new Direction(server.fd(), client.fd(), activity, moved);
            var _ = scope.fork(() -> run(there, scope));
            run(back, scope);
        } catch (ConnectException nobody) {
            moved.broke();
            throw nobody;
        }
    }

    private void run(Direction direction, Scope scope) throws IOException {
        try {
            direction.run(scope);
        } catch (OperationCancelledException cause) {
            throw cause; // the other direction, or the end of the program
        } catch (IOException broken) {
            if (direction.activity().breaksNow()) {
                moved.broke();
            }
            throw broken;
        }
    }

    /// A connection to the server whose turn it is; if that does not answer, to the next one.
    private TcpConnection next(Scope scope) throws IOException {
        var failure = new ConnectException("no server is there");
        for (var _ : upstreams) {
            var upstream = upstreams.get(Math.floorMod(turn.getAndIncrement(), upstreams.size()));
            if (upstream.isUp()) {
                try {
                    return upstream.connect(scope, this::say);
                } catch (IOException refused) {
                    failure.addSuppressed(refused);
                }
            }
        }
        throw failure;
    }

    private void say(String line) {
        Complaint.say(spec, line);
    }
}
