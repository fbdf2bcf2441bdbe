package dev.catena.spec.io;

import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.io.UnixConnection;
import dev.catena.io.UnixListener;
import dev.catena.proactor.DriverKind;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class UringDatagramsAndFilesTest extends DatagramsAndFilesBehaviour {
    UringDatagramsAndFilesTest() {
        super(DriverKind.URING);
    }

    @Test
    void descriptorsShouldBeHandedOver() throws Exception {
        run(
                scope -> {
                    var address = UnixDomainSocketAddress.of(folder.resolve("socket"));
                    var listener = UnixListener.bind(scope, address);
                    var near = UnixConnection.connect(scope, address);
                    var far = listener.accept();
                    var ends = scope.await(pipe());
                    var buffer = scope.lease(1);
                    near.writeAll(buffer.set(0, (byte) 1), List.of(ends.writing()));
                    var message = far.read(buffer, 1);
                    assertThat(message.size()).isEqualTo(1);
                    assertThat(message.descriptors()).hasSize(1);
                    var handedOver = message.descriptors().getFirst();
                    assertThat(handedOver.number()).isNotEqualTo(ends.writing().number());
                    scope.await(write(handedOver, buffer.set(0, (byte) 7)));
                    scope.await(read(ends.reading(), buffer.set(0, (byte) 0)));
                    assertThat(buffer.get(0)).isEqualTo((byte) 7);
                });
    }
}
