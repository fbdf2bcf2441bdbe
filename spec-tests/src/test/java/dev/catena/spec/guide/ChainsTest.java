package dev.catena.spec.guide;

import static dev.catena.ops.OpenFlag.READ;
import static dev.catena.ops.OpenFlag.WRITE;
import static dev.catena.ops.Ops.acceptEach;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.dataSync;
import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.write;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Chain;
import dev.catena.ops.Fd;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.ops.ShortTransfer;
import io.vavr.Tuple;
import io.vavr.Tuple2;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The snippets of `docs/guide/chains.md`.
@Timeout(60)
class ChainsTest extends GuideSpec {

    @Test
    void chainsShouldCopyABlock() throws Exception {
        var path = file("source", "0123456789");
        var copy = file("target", "");
        run(
                scope -> {
                    var source = scope.await(open(path, READ));
                    var target = scope.await(open(copy, WRITE));
                    var block = scope.lease(10);

                    Chain<Tuple2<Integer, Integer>> copyBlock =
                            link(read(source, block).at(0), write(target, block).at(0));
                    var moved = scope.await(copyBlock);
                    assertThat(moved).isEqualTo(Tuple.of(10, 10));

                    List<Outcome<?>> outcomes = scope.await(copyBlock.each());
                    assertThat(outcomes).allMatch(Outcome::isCompleted);

                    scope.await(
                            link(write(target, block), dataSync(target))
                                    .onShort(ShortTransfer.RETRY));
                    assertThat(scope.attempt(copyBlock.within(ofMillis(200))).isCompleted())
                            .isTrue();
                    scope.attempt(copyBlock.within(ofMillis(200)));
                    System.out.println(copyBlock.within(ofMillis(200)).explain());
                    assertThat(copyBlock.within(ofMillis(200)).explain()).contains("LINK_TIMEOUT");

                    block.fill((byte) 0);
                    var slot = scope.slot();
                    scope.await(link(open(path, READ).into(slot), read(slot, block), close(slot)));
                    assertThat(block.get(9)).isEqualTo((byte) '9');
                });
        assertThat(contents(copy)).isEqualTo("0123456789");
    }

    @Test
    void followersOfAShortReadShouldBeSkipped() throws Exception {
        var path = file("source", "01234");
        run(
                scope -> {
                    var source = scope.await(open(path, READ));
                    var block = scope.lease(10);
                    var outcomes = scope.await(link(read(source, block), dataSync(source)).each());
                    assertThat(outcomes.get(0)).isInstanceOf(Outcome.Short.class);
                    assertThat(outcomes.get(1)).isInstanceOf(Outcome.Skipped.class);
                });
    }

    @Test
    void pipelinesShouldEcho() throws Exception {
        var peer = sim().peer().listen(SERVER).accept().send("hello").receive(5).shutdown();
        run(
                scope -> {
                    var socket = connected(scope);
                    var block = scope.lease(64);

                    Pipeline<Integer> echoOnce =
                            recv(socket, block)
                                    .then(n -> n == 0 ? done(0) : sendAll(socket, block.first(n)));
                    Pipeline<Integer> echo =
                            echoOnce.repeatWhile(n -> n > 0).ensuring(close(socket));

                    assertThat(scope.await(echo)).isZero();
                });
        assertThat(peer.receivedText()).isEqualTo("hello");
        assertThat(sim().openDescriptors()).isEmpty();
    }

    private final List<Fd> served = new ArrayList<>();

    private Pipeline<?> serve(Fd client) {
        served.add(client);
        return close(client);
    }

    @Test
    void forEachShouldServeEachConnection() throws Exception {
        run(
                scope -> {
                    var listener = scope.await(listen(SERVER));
                    var serving =
                            scope.start(forEach(acceptEach(listener), client -> serve(client)));
                    sim().peer().connect(SERVER).receiveAll();
                    sim().peer().connect(SERVER).receiveAll();
                    dev.catena.timers.Timers.sleep(scope, ofSeconds(1));
                    assertThat(served).hasSize(2);
                    serving.cancel("seen");
                    assertThat(serving.outcome()).isInstanceOf(Outcome.Cancelled.class);
                });
    }
}
