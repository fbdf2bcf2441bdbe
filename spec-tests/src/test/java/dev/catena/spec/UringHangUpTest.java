package dev.catena.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.proactor.Metrics;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Clients that go away in the middle of a message leave nothing behind.
class UringHangUpTest {
    private static final int MESSAGE_BYTES = 1000;
    private static final int KILLS = 1_000;

    @Test
    @Tag("L1")
    @Tag("S8")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the network of this machine")
    void killingAClientInMidMessageAThousandTimesShouldLeaveNoDescriptorAndNoLease()
            throws Exception {
        try (var ring = RingUnderTest.open();
                var server = new EchoServer(ring.proactor(), MESSAGE_BYTES)) {
            var address = server.address();
            var idle = ring.metrics();
            var before = Descriptors.open();
            for (int i = 0; i < KILLS; i++) {
                try (var client = SocketChannel.open(address)) {
                    // A reset, or the end of the stream, after none, some or one and a half
                    // messages.
                    client.setOption(StandardSocketOptions.SO_LINGER, i % 3 == 0 ? -1 : 0);
                    write(client, i % 2 == 0 ? MESSAGE_BYTES / 2 : MESSAGE_BYTES * 3 / 2);
                    if (i % 5 == 0) {
                        echoOf(client, i % 2);
                    }
                }
            }
            while (server.served() < KILLS) {
                assertThat(ring.metrics().scopes()).isPositive();
            }
            assertThat(server.broken()).as("connections that ended badly").isPositive();
            var after = awaitDescriptors(ring, idle.descriptors());
            assertThat(after.descriptors()).isEqualTo(idle.descriptors());
            assertThat(after.leases()).isEqualTo(idle.leases()).isZero();
            assertThat(after.scopes()).isEqualTo(idle.scopes());
            assertThat(after.inFlight()).as("the accept").isEqualTo(1);
            assertThat(Descriptors.since(before)).isEmpty();
        }
    }

    /// A connection counts as served before its thread has left the scope.
    private static Metrics awaitDescriptors(RingUnderTest ring, long expected) {
        var now = ring.metrics();
        while (now.descriptors() != expected) {
            now = ring.metrics();
        }
        return now;
    }

    private static void write(SocketChannel client, int bytes) throws IOException {
        var message = ByteBuffer.allocate(bytes);
        while (message.hasRemaining()) {
            client.write(message);
        }
    }

    private static void echoOf(SocketChannel client, int messages) throws IOException {
        var echo = ByteBuffer.allocate(messages * MESSAGE_BYTES);
        while (echo.hasRemaining()) {
            assertThat(client.read(echo)).isPositive();
        }
    }
}
