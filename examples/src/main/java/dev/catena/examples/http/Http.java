package dev.catena.examples.http;

import dev.catena.examples.program.ListenAt;
import dev.catena.examples.program.ProgramException;
import dev.catena.examples.program.ServerLife;
import dev.catena.io.Connection;
import dev.catena.io.TcpConnection;
import dev.catena.io.TcpOptions;
import dev.catena.io.TlsConnection;
import dev.catena.io.TlsOptions;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `examples/run http --port N --root DIR`: serves the files of a folder.
@Command(
        name = "http",
        description = "Serves the files of a folder by HTTP/1.1, until Ctrl-C or SIGTERM.",
        footer = {
            "",
            "Ranges, conditional requests, keep-alive and pipelining are served; a folder shows its index.html, or what is in it."
                    + " Nothing outside of the folder can be reached, whatever the path says.",
            "",
            "Example: examples/run http --port 8000 --root docs    (then: curl -i http://127.0.0.1:8000/)"
        })
public final class Http implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ListenAt place;

    @Option(
            names = "--root",
            required = true,
            paramLabel = "DIR",
            description = "The folder to serve.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path root;

    @ArgGroup(exclusive = false)
    private @Nullable TlsFiles tls;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long a client may be idle (default: ${DEFAULT-VALUE}).")
    private int idleSeconds;

    @Option(
            names = "--head",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long the head of a request may take (default: ${DEFAULT-VALUE}).")
    private int headSeconds;

    @Option(
            names = "--stall",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description =
                    "How long a client may take to receive 128 KiB (default: ${DEFAULT-VALUE}).")
    private int blockSeconds;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "How many there may be at a time; one more is answered with 503 (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print a line for each request.")
    private boolean verbose;

    private final AtomicInteger open = new AtomicInteger();

    /// Made by picocli.
    public Http() {}

    @Override
    public Integer call() throws IOException, ProgramException {
        var limits = limits();
        var options =
                tls == null
                        ? null
                        : TlsOptions.of(tls.context(spec)).applicationProtocols("http/1.1");
        var served = new Served(verbose ? spec.commandLine().getOut() : null);
        return ServerLife.live(spec, served, scope -> serve(scope, limits, options, served));
    }

    private void serve(Scope scope, Limits limits, @Nullable TlsOptions options, Served served)
            throws IOException, ProgramException {
        var answers = new Answers(new OpenFiles(scope, Root.of(scope, root)));
        place.listen(scope, TcpOptions.DEFAULT)
                .serve(
                        tcp -> {
                            served.connected();
                            try {
                                converse(tcp, options, answers, limits, served);
                            } catch (IOException broken) {
                                served.broke();
                                throw broken;
                            } finally {
                                open.decrementAndGet();
                            }
                        });
    }

    private void converse(
            TcpConnection tcp,
            @Nullable TlsOptions options,
            Answers answers,
            Limits limits,
            Served served)
            throws IOException {
        if (open.incrementAndGet() > limits.connections()) {
            served.turnedAway();
            var sorry = Answer.problem(Problem.UNAVAILABLE);
            if (options == null) {
                new Delivery(tcp, limits.head())
                        .send(sorry, sorry.head("Connection: close\r\n"), false);
            }
            return;
        }
        if (options == null) {
            new Conversation(tcp, answers, limits, served).hold();
        } else {
            try (Connection secret =
                    TlsConnection.accept(tcp, options.handshakeLimit(limits.head()))) {
                new Conversation(secret, answers, limits, served).hold();
            }
        }
    }

    private Limits limits() {
        return new Limits(
                seconds("--idle", idleSeconds),
                seconds("--head", headSeconds),
                seconds("--stall", blockSeconds),
                atLeastOne("--connections", connections));
    }

    private Duration seconds(String option, int number) {
        return Duration.ofSeconds(atLeastOne(option, number));
    }

    private int atLeastOne(String option, int number) {
        if (number < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '" + option + "': " + number + " is less than 1");
        }
        return number;
    }
}
