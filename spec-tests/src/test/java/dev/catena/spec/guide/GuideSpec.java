package dev.catena.spec.guide;

import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.recv;

import dev.catena.ops.Fd;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/// What the tests of the guide's pages run on: the simulated kernel.
abstract class GuideSpec {
    static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.7", 7000);

    private final SimulatedKernel sim = SimulatedKernel.with(Schedule.calm());

    @AfterEach
    void end() {
        sim.close();
    }

    final SimulatedKernel sim() {
        return sim;
    }

    final Proactor proactor() {
        return sim.proactor();
    }

    /// A file with contents.
    final Path file(String name, String contents) {
        sim.file("/" + name).write(contents);
        return Path.of("/" + name);
    }

    final void run(Scope.Work<Exception> work) throws Exception {
        Scope.run(proactor(), work);
    }

    /// The contents of a file, as the program sees them.
    final String contents(Path path) throws IOException {
        return sim.file(path.toString()).text();
    }

    /// A socket that is connected to [#SERVER].
    static Fd connected(Scope scope) throws IOException {
        return scope.await(connect(SERVER));
    }

    /// What a socket gives next.
    static String next(Scope scope, Fd socket) throws IOException {
        var buffer = scope.lease(64);
        return new String(buffer.first(scope.await(recv(socket, buffer))).toArray());
    }
}
