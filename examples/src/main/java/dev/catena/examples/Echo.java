package dev.catena.examples;

import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;

import dev.catena.ops.Fd;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.OperationFailedException;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `examples/run echo --port N`: sends back what it receives, until it is told to end.
@Command(
        name = "echo",
        description = "Serves TCP connections by sending back what comes, until Ctrl-C or SIGTERM.",
        footer = {"", "Example: examples/run echo --port 7000    (then: nc 127.0.0.1 7000)"})
final class Echo implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--port",
            required = true,
            paramLabel = "N",
            description = "The port to listen on; 0 lets the kernel pick one.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "The address or name to listen on (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String host;

    @Override
    public Integer call() throws IOException, ProgramException {
        var address = address();
        try (var termination = new Termination();
                var proactor = Proactor.open()) {
            var server = new EchoServer(line -> Main.complain(spec.commandLine(), line));
            try {
                Scope.run(proactor, scope -> serve(scope, server, address, termination));
            } catch (OperationCancelledException told) {
                if (!termination.isRequested()) {
                    throw told;
                }
            }
            var balance = new Balance(proactor.metrics());
            var out = spec.commandLine().getOut();
            out.println(server);
            out.println(balance.enters());
            out.println(balance);
            out.flush();
            balance.check();
            termination.status(0);
            return 0;
        }
    }

    private void serve(
            Scope scope, EchoServer server, InetSocketAddress address, Termination termination)
            throws IOException, ProgramException {
        termination.govern(scope);
        var listener = listener(scope, address);
        var bound = (InetSocketAddress) scope.await(localAddress(listener));
        var out = spec.commandLine().getOut();
        out.println("listening on " + readable(bound));
        out.flush();
        server.serve(scope, listener);
    }

    private static Fd listener(Scope scope, InetSocketAddress address)
            throws IOException, ProgramException {
        try {
            return scope.await(listen(address));
        } catch (OperationFailedException e) {
            throw new ProgramException(
                    "cannot listen on " + readable(address) + ": " + e.errno().sentence());
        }
    }

    private InetSocketAddress address() throws ProgramException {
        if (port < 0 || port > 65535) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--port': " + port + " is not within 0 to 65535");
        }
        try {
            return new InetSocketAddress(InetAddress.getAllByName(host)[0], port);
        } catch (UnknownHostException e) {
            throw new ProgramException(
                    "cannot listen on " + host + ": no address is known by that name");
        }
    }

    private static String readable(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
