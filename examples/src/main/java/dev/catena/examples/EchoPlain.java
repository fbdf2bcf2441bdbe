package dev.catena.examples;

import dev.catena.examples.program.Complaint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `examples/run echo-plain --port N`: the echo server as one writes it with the JDK alone, a virtual thread for each connection:
/// what [PortableEcho] compares with. Ends when it is killed.
@Command(
        name = "echo-plain",
        hidden = true,
        description =
                "Serves TCP connections by sending back what comes, with the JDK's sockets alone.",
        footer = {"", "Example: examples/run echo-plain --port 7000"})
final class EchoPlain implements Callable<Integer> {
    private static final int BUFFER_BYTES = 4096;
    private static final int BACKLOG = 1024;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--port",
            required = true,
            paramLabel = "N",
            description = "The port to listen on; 0 lets the kernel pick one.")
    private int port;

    @Override
    public Integer call() throws IOException {
        var host = InetAddress.ofLiteral("127.0.0.1");
        try (var listener = new ServerSocket(port, BACKLOG, host)) {
            var out = spec.commandLine().getOut();
            out.println("listening on 127.0.0.1:" + listener.getLocalPort());
            out.flush();
            while (true) {
                var socket = listener.accept();
                Thread.startVirtualThread(() -> converse(socket));
            }
        }
    }

    private void converse(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var input = socket.getInputStream();
            var output = socket.getOutputStream();
            var buffer = new byte[BUFFER_BYTES];
            for (int size = input.read(buffer); size > 0; size = input.read(buffer)) {
                output.write(buffer, 0, size);
            }
        } catch (IOException broken) {
            Complaint.say(spec, "a connection broke: " + broken);
        }
    }
}
