package dev.catena.examples;

import dev.catena.examples.program.Complaint;
import dev.catena.examples.program.ListenAt;
import dev.catena.examples.program.ProgramException;
import dev.catena.examples.program.ServerLife;
import dev.catena.io.TcpOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ListenAt place;

    @Override
    public Integer call() throws IOException, ProgramException {
        var server = new EchoServer(line -> Complaint.say(spec, line));
        return ServerLife.live(
                spec,
                server,
                scope -> server.serve(scope, place.listen(scope, TcpOptions.DEFAULT).fd()));
    }
}
