package dev.catena.examples.program;

import dev.catena.io.TcpListener;
import dev.catena.io.TcpOptions;
import dev.catena.ops.OperationFailedException;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that say where a server listens.
public final class ListenAt {

    @Spec(Spec.Target.MIXEE)
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

    /// Made by picocli.
    public ListenAt() {}

    /// Listens, and prints where: the line `listening on ADDRESS:PORT` is the first that a server prints.
    ///
    /// @throws ProgramException if that cannot be
    public TcpListener listen(Scope scope, TcpOptions options)
            throws IOException, ProgramException {
        var address = address();
        try {
            var listener = TcpListener.bind(scope, address, options);
            var out = spec.commandLine().getOut();
            out.println("listening on " + readable(listener.localAddress()));
            out.flush();
            return listener;
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

    /// An address as people write it: `127.0.0.1:80`, `[::1]:80`.
    public static String readable(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
