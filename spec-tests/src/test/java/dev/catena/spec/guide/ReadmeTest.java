package dev.catena.spec.guide;

import static dev.catena.ops.OpenFlag.READ;
import static dev.catena.ops.OpenFlag.WRITE;
import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.write;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The snippets of `README.md`.
@Timeout(60)
class ReadmeTest extends GuideSpec {

    static void serve(Proactor proactor, InetSocketAddress address) throws IOException {
        Scope.run(
                proactor,
                scope -> { // returns when all in it has ended
                    var listener = scope.await(listen(address));
                    while (true) {
                        var client = scope.await(accept(listener).within(ofSeconds(60)));
                        scope.fork(
                                () -> { // a virtual thread on the ring's own loop
                                    var buffer = scope.lease(4096);
                                    for (int n; (n = scope.await(recv(client, buffer))) > 0; ) {
                                        scope.await(sendAll(client, buffer.first(n)));
                                    }
                                    scope.await(close(client));
                                    scope.release(buffer);
                                });
                    }
                });
    }

    @Test
    void serverShouldEchoUntilNobodyComesForAMinute() {
        var peer = sim().peer().after(ofSeconds(1)).connect(SERVER).send("hello").receive(5);
        assertThatThrownBy(() -> serve(proactor(), SERVER))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(peer.receivedText()).isEqualTo("hello");
        assertThat(sim().clock().elapsed()).isGreaterThanOrEqualTo(ofSeconds(61));
    }

    @Test
    void chainShouldCopyABlock() throws Exception {
        var from = file("source", "0123456789");
        var to = file("target", "");
        run(
                scope -> {
                    var source = scope.await(open(from, READ));
                    var target = scope.await(open(to, WRITE));
                    var block = scope.lease(5);
                    long offset = 5;
                    var copyBlock =
                            link(read(source, block).at(offset), write(target, block).at(offset));
                    scope.await(copyBlock);
                    System.out.println(copyBlock.explain());
                });
        assertThat(contents(to)).endsWith("56789");
    }
}
