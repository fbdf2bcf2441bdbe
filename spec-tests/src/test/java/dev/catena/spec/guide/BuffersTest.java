package dev.catena.spec.guide;

import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.sendAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The snippets of `docs/guide/buffers.md`.
@Timeout(60)
class BuffersTest extends GuideSpec {

    @Test
    void bufferShouldBeYoursBetweenOperations() throws Exception {
        var peer = sim().peer().listen(SERVER).accept().send("hello").receive(5);
        run(
                scope -> {
                    var socket = connected(scope);
                    var buffer = scope.lease(4096);
                    int n = scope.await(recv(socket, buffer));
                    if (n > 0) {
                        var received = buffer.first(n);
                        scope.await(sendAll(socket, received));
                    }
                    scope.release(buffer); // or leave it to the scope
                    assertThatThrownBy(() -> buffer.get(0))
                            .isInstanceOf(IllegalStateException.class);
                });
        assertThat(peer.receivedText()).isEqualTo("hello");
    }

    @Test
    void feedShouldHandOutTheKernelsBuffers() throws Exception {
        sim().peer().listen(SERVER).accept().send("hello").send(" world").shutdown();
        run(
                scope -> {
                    var socket = connected(scope);
                    int total = 0;
                    try (var feed = scope.feed(recvEach(socket))) {
                        for (var part = feed.take(); part != null; part = feed.take()) {
                            total += part.size();
                        }
                    }
                    assertThat(total).isEqualTo(11);
                });
    }
}
