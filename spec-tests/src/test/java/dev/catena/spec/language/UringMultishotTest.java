package dev.catena.spec.language;

import static dev.catena.ops.Ops.acceptEach;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.peerAddress;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.spec.language.UringFilesTest.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.AcceptEach;
import dev.catena.ops.Fd;
import dev.catena.ops.Outcome;
import dev.catena.ops.RecvEach;
import dev.catena.scope.Scope;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Operations that complete many times.
class UringMultishotTest extends UringSpec {
    private static final int CHUNK = 16384;

    @Test
    @Shows(AcceptEach.class)
    void acceptEachShouldGiveEveryConnection() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var listener = scope.await(listen(Pair.ANY_PORT));
                    var address = scope.await(localAddress(listener));
                    var accepted = new ArrayList<Fd>();
                    var accepting =
                            scope.start(
                                    forEach(
                                            acceptEach(listener),
                                            connection -> done(accepted.add(connection))));
                    var clients = new HashSet<SocketAddress>();
                    for (int i = 0; i < 50; i++) {
                        clients.add(scope.await(localAddress(scope.await(connect(address)))));
                    }
                    while (accepted.size() < 50) {
                        scope.await(nop());
                    }
                    accepting.cancel("enough");
                    assertThat(Said.of(accepting.outcome())).isEqualTo("cancelled");
                    var peers = new HashSet<SocketAddress>();
                    for (var connection : accepted) {
                        peers.add(scope.await(peerAddress(connection)));
                    }
                    assertThat(peers).isEqualTo(clients);
                });
    }

    @Test
    @Shows(AcceptEach.class)
    void connectionsThatNobodyTakesShouldBeClosed() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var listener = scope.await(listen(Pair.ANY_PORT));
                    var address = scope.await(localAddress(listener));
                    var accepting = scope.start(acceptEach(listener));
                    var client = scope.await(connect(address));
                    assertThat(scope.await(dev.catena.ops.Ops.recv(client, scope.lease(1))))
                            .as("the end of the stream")
                            .isZero();
                    accepting.cancel("enough");
                    accepting.outcome();
                });
    }

    @Test
    @Shows(RecvEach.class)
    @Tag("L7")
    void moreThanAllProvidedBuffersShouldArriveInOrder() throws Exception {
        int size = 3 * 256 * CHUNK + 123;
        var sent = new byte[size];
        new Random(2).nextBytes(sent);
        var received = new ByteArrayOutputStream();
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var receiving =
                            scope.start(
                                    forEach(
                                            recvEach(pair.far()),
                                            buffer -> {
                                                received.writeBytes(buffer.toArray());
                                                scope.release(buffer);
                                                return done(1);
                                            }));
                    scope.await(sendAll(pair.near(), scope.lease(size).put(0, sent)));
                    scope.await(close(pair.near()));
                    assertThat(receiving.await()).as("elements").isPositive();
                });
        assertThat(received.toByteArray()).isEqualTo(sent);
    }

    @Test
    @Shows(RecvEach.class)
    @Tag("L7")
    void receiversThatShareTooFewBuffersShouldLoseNothing() throws Exception {
        int connections = 8;
        int size = 100 * CHUNK;
        var sent = new byte[size];
        new Random(3).nextBytes(sent);
        Scope.run(
                proactor(),
                scope -> {
                    var streams = new ArrayList<ByteArrayOutputStream>();
                    var pendings = new ArrayList<dev.catena.scope.Pending<Long>>();
                    var gates = new ArrayList<dev.catena.ops.Pipe.Ends>();
                    for (int i = 0; i < connections; i++) {
                        var pair = Pair.open(scope);
                        var gate = scope.await(dev.catena.ops.Ops.pipe());
                        var stream = new ByteArrayOutputStream();
                        var ready = scope.lease(1);
                        gates.add(gate);
                        streams.add(stream);
                        // nothing is released before the gate opens: the buffers run out
                        pendings.add(
                                scope.start(
                                        forEach(
                                                recvEach(pair.far()),
                                                buffer ->
                                                        dev.catena.ops.Ops.poll(
                                                                        gate.reading(),
                                                                        dev.catena.ops.PollEvent
                                                                                .READABLE)
                                                                .map(
                                                                        _ -> {
                                                                            stream.writeBytes(
                                                                                    buffer
                                                                                            .toArray());
                                                                            scope.release(buffer);
                                                                            return 1;
                                                                        }))));
                        var block = scope.lease(size).put(0, sent);
                        scope.start(sendAll(pair.near(), block).then(_ -> close(pair.near())));
                        assertThat(ready.size()).isEqualTo(1);
                    }
                    for (int i = 0; i < 2_000; i++) {
                        scope.await(nop());
                    }
                    assertThat(ring().metrics().leases()).isPositive();
                    for (var gate : gates) {
                        scope.await(dev.catena.ops.Ops.write(gate.writing(), text(scope, "x")));
                    }
                    for (int i = 0; i < connections; i++) {
                        pendings.get(i).await();
                        assertThat(streams.get(i).toByteArray()).isEqualTo(sent);
                    }
                });
    }

    @Test
    @Shows(RecvEach.class)
    void recvEachAloneShouldCountAndGiveEverythingBack() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (int round = 0; round < 3; round++) {
                        var pair = Pair.open(scope);
                        var counting = scope.start(recvEach(pair.far()));
                        for (int i = 0; i < 200; i++) {
                            scope.await(sendAll(pair.near(), text(scope, "some")));
                        }
                        scope.await(close(pair.near()));
                        assertThat(counting.await()).isPositive();
                    }
                });
    }

    @Test
    @Shows({RecvEach.class, AcceptEach.class})
    void multishotShouldTakeATimeBoundAndBeTheEndOfAChain() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    scope.await(sendAll(pair.near(), text(scope, "some")));
                    scope.await(close(pair.near()));
                    assertThat(scope.await(recvEach(pair.far()).within(Duration.ofHours(1))))
                            .isEqualTo(1);
                    var other = Pair.open(scope);
                    scope.await(sendAll(other.near(), text(scope, "some")));
                    scope.await(close(other.near()));
                    assertThat(scope.await(link(nop(), recvEach(other.far())))._2()).isEqualTo(1);
                    var listener = scope.await(listen(Pair.ANY_PORT));
                    var late = scope.attempt(acceptEach(listener).within(Duration.ofMillis(20)));
                    assertThat(late).isInstanceOf(Outcome.TimedOut.class);
                });
    }

    @Test
    @Shows(RecvEach.class)
    void elementShouldBeExactlyWhatTheKernelFilled() throws Exception {
        var texts = new ArrayList<String>();
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var receiving =
                            scope.start(
                                    forEach(
                                            recvEach(pair.far()),
                                            buffer -> {
                                                texts.add(new String(buffer.toArray(), US_ASCII));
                                                scope.release(buffer);
                                                return done(1);
                                            }));
                    for (var word : new String[] {"one", "three", "seventeen"}) {
                        scope.await(sendAll(pair.near(), text(scope, word)));
                        int before = texts.size();
                        for (int i = 0; i < 10_000 && texts.size() == before; i++) {
                            scope.await(nop());
                        }
                    }
                    scope.await(close(pair.near()));
                    receiving.await();
                });
        assertThat(String.join("", texts)).isEqualTo("onethreeseventeen");
    }
}
