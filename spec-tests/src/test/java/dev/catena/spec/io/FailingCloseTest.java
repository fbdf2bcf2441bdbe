package dev.catena.spec.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.Files;
import dev.catena.io.Udp;
import dev.catena.ops.Close;
import dev.catena.ops.Errno;
import dev.catena.ops.OperationFailedException;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a close says that brings an error, as the close of a file on NFS does which could not be stored: the simulated kernel fails the
/// first.
@Tag("X5")
class FailingCloseTest {
    private static final Path PATH = Path.of("/f");

    private static void run(Scope.Work<IOException> body) throws IOException {
        try (var sim = SimulatedKernel.withSeed(1)) {
            sim.file("/f").write("x");
            sim.faults().onNth(Close.class, 1).fail(Errno.EIO);
            Scope.run(sim.proactor(), body);
        }
    }

    @Test
    void writeOfAFileShouldFail() throws IOException {
        run(
                scope -> {
                    assertThatThrownBy(() -> Files.write(scope, PATH, new byte[10]))
                            .isInstanceOf(OperationFailedException.class)
                            .hasMessageContaining("EIO");
                    assertThat(Files.read(scope, PATH)).hasSize(10);
                });
    }

    @Test
    void appendToAFileShouldFail() throws IOException {
        run(
                scope ->
                        assertThatThrownBy(() -> Files.append(scope, PATH, new byte[10]))
                                .isInstanceOf(OperationFailedException.class)
                                .hasMessageContaining("EIO"));
    }

    @Test
    void closeOfALogShouldFailOnce() throws IOException {
        run(
                scope -> {
                    var log = Files.Log.open(scope, PATH);
                    log.append(new byte[10]);
                    assertThatThrownBy(log::close)
                            .isInstanceOf(OperationFailedException.class)
                            .hasMessageContaining("EIO");
                    log.close();
                    assertThat(log.file().isOpen()).isFalse();
                });
    }

    @Test
    void closeOfADatagramSocketShouldFailOnce() throws IOException {
        run(
                scope -> {
                    var udp = Udp.bind(scope, new InetSocketAddress("127.0.0.1", 7000));
                    assertThatThrownBy(udp::close)
                            .isInstanceOf(OperationFailedException.class)
                            .hasMessageContaining("EIO");
                    udp.close();
                    assertThat(udp.fd().isOpen()).isFalse();
                });
    }
}
