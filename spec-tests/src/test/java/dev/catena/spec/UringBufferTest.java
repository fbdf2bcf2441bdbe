package dev.catena.spec;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.sendAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Buffer;
import dev.catena.ops.InvalidValueException;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// L5: memory that the kernel uses belongs to it for as long, and leases end.
@Tag("L5")
class UringBufferTest extends UringSpec {
    // more than a loopback connection takes while nobody reads: a send of it stays in flight
    private static final int BIG = 64 << 20;

    @Test
    void readingWhatTheKernelMayWriteShouldFailAndNameTheOperation() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(64);
                    buffer.fill((byte) 1);
                    var receive = scope.start(recv(pair.near(), buffer));
                    assertThatThrownBy(() -> buffer.get(0))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("may be writing")
                            .hasMessageContaining("recv(" + pair.near() + ", buffer(64))");
                    assertThatThrownBy(buffer::toArray).hasMessageContaining("recv(");
                    assertThatThrownBy(() -> buffer.set(0, (byte) 1)).hasMessageContaining("recv(");
                    assertThatThrownBy(() -> buffer.fill((byte) 1)).hasMessageContaining("recv(");
                    assertThatThrownBy(() -> buffer.put(0, new byte[1]))
                            .hasMessageContaining("recv(");
                    assertThatThrownBy(buffer::asByteBuffer).hasMessageContaining("recv(");
                    assertThatThrownBy(buffer::asSegment).hasMessageContaining("recv(");
                    assertThatThrownBy(() -> buffer.slice(10, 1).get(0))
                            .hasMessageContaining("recv(");

                    var source = scope.lease(3).put(0, new byte[] {7, 8, 9});
                    scope.await(send(pair.far(), source));
                    assertThat(receive.await()).isEqualTo(3);
                    assertThat(buffer.first(3).toArray()).containsExactly(7, 8, 9);
                });
    }

    @Test
    void otherPartsOfTheMemoryShouldStayUsable() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var memory = scope.lease(64);
                    var receive = scope.start(recv(pair.near(), memory.slice(16, 16)));
                    memory.first(16).fill((byte) 1);
                    memory.from(32).fill((byte) 2);
                    assertThatThrownBy(() -> memory.slice(15, 2).toArray()).isNotNull();
                    assertThatThrownBy(() -> memory.slice(31, 2).toArray()).isNotNull();
                    scope.await(send(pair.far(), memory.first(16)));
                    assertThat(receive.await()).isEqualTo(16);
                    assertThat(memory.get(16)).isEqualTo((byte) 1);
                });
    }

    @Test
    void givingAWrittenBufferToASecondOperationShouldFailAndNameTheFirst() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var other = Pair.open(scope);
                    var buffer = scope.lease(64);
                    var receive = scope.start(recv(pair.near(), buffer));
                    assertThatThrownBy(() -> scope.start(recv(other.near(), buffer)))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("still writes")
                            .hasMessageContaining("recv(" + pair.near());
                    assertThatThrownBy(() -> scope.await(send(other.near(), buffer.slice(5, 5))))
                            .hasMessageContaining("still writes");
                    receive.cancel("enough");
                    assertThat(Said.of(receive.outcome())).isEqualTo("cancelled");
                    assertThat(scope.await(send(other.near(), buffer))).isEqualTo(64);
                });
    }

    @Test
    void oneBufferShouldBeSentToManySocketsAndReadMeanwhileButNotWritten() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var buffer = scope.lease(BIG);
                    buffer.set(0, (byte) 42);
                    var pairs = new ArrayList<Pair>();
                    var sends = new ArrayList<Pending<Integer>>();
                    for (int i = 0; i < 3; i++) {
                        pairs.add(Pair.open(scope));
                        sends.add(scope.start(sendAll(pairs.get(i).near(), buffer)));
                    }
                    scope.await(nop());
                    assertThat(buffer.get(0)).isEqualTo((byte) 42);
                    assertThatThrownBy(() -> buffer.set(0, (byte) 1))
                            .hasMessageContaining("may be reading")
                            .hasMessageContaining("sendAll(");
                    assertThatThrownBy(() -> scope.start(recv(pairs.getFirst().far(), buffer)))
                            .hasMessageContaining("still reads");
                    assertThat(sends).noneMatch(Pending::isDone);

                    for (int i = 0; i < pairs.size(); i++) {
                        var target = scope.lease(BIG);
                        assertThat(scope.await(recvAll(pairs.get(i).far(), target))).isEqualTo(BIG);
                        assertThat(target.get(0)).isEqualTo((byte) 42);
                        assertThat(sends.get(i).await()).isEqualTo(BIG);
                        scope.release(target);
                    }
                    buffer.set(0, (byte) 1);
                });
    }

    @Test
    void linksOfOneChainShouldShareABuffer() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var echo = scope.lease(8);
                    var copy = scope.start(link(recv(pair.near(), echo), send(pair.near(), echo)));
                    scope.await(send(pair.far(), scope.lease(8).fill((byte) 3)));
                    var back = scope.lease(8);
                    scope.await(recv(pair.far(), back));
                    assertThat(back.toArray()).containsOnly(3);
                    assertThat(copy.await()._1()).isEqualTo(8);
                });
    }

    @Test
    void releasingABufferThatTheKernelHoldsShouldFail() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(64);
                    var receive = scope.start(recv(pair.near(), buffer));
                    long leases = ring().metrics().leases();
                    assertThatThrownBy(() -> scope.release(buffer))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("recv(");
                    assertThat(ring().metrics().leases()).isEqualTo(leases);
                    receive.cancel("enough");
                    assertThat(receive.outcome().isCompleted()).isFalse();
                    scope.release(buffer);
                    assertThat(ring().metrics().leases()).isEqualTo(leases - 1);
                });
    }

    @Test
    void everythingShouldBeRefusedAfterALeaseHasEnded() throws Exception {
        var leftOver = new AtomicReference<Buffer>();
        Scope.run(
                proactor(),
                scope -> {
                    var released = scope.lease(64);
                    var part = released.first(8);
                    scope.release(released);
                    assertThatThrownBy(() -> part.get(0))
                            .hasMessageContaining("lease has ended")
                            .hasMessageContaining("released");
                    assertThatThrownBy(() -> scope.release(released))
                            .hasMessageContaining("not a lease of");
                    var pair = Pair.open(scope);
                    assertThatThrownBy(() -> scope.start(recv(pair.near(), part)))
                            .hasMessageContaining("lease has ended");
                    leftOver.set(scope.lease(8));
                });
        assertThatThrownBy(() -> leftOver.get().get(0))
                .hasMessageContaining("lease has ended")
                .hasMessageContaining("the scope has ended");
    }

    @Test
    void bufferOfAScopeThatEndsFirstShouldBeRefusedByTheOuterScope() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    scope.child(
                            ScopeOptions.DEFAULT.named("inner"),
                            inner -> {
                                var brief = inner.lease(8);
                                assertThatThrownBy(() -> scope.start(recv(pair.near(), brief)))
                                        .isInstanceOf(IllegalStateException.class)
                                        .hasMessageContaining("scope 'inner'");
                                var lasting = scope.lease(8);
                                var receive = inner.start(recv(pair.near(), lasting));
                                inner.await(send(pair.far(), brief));
                                return receive.await();
                            });
                });
    }

    @Test
    void memoryThatMayGoAwayShouldBeRefusedAsABuffer() {
        try (var confined = Arena.ofConfined();
                var shared = Arena.ofShared()) {
            var brief = confined.allocate(8);
            var sharedMemory = shared.allocate(8);
            assertThatThrownBy(() -> Buffer.of(brief)).hasMessageContaining("not provable");
            assertThatThrownBy(() -> Buffer.of(sharedMemory)).hasMessageContaining("not provable");
            assertThat(Buffer.unsafe(brief).size()).isEqualTo(8);
        }
        assertThatThrownBy(() -> Buffer.of(MemorySegment.ofArray(new byte[8])))
                .hasMessageContaining("heap memory");
        assertThatThrownBy(() -> Buffer.of(Arena.global().allocate(0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Buffer.of(Arena.global().allocate(8)).size()).isEqualTo(8);
        assertThat(Buffer.of(Arena.ofAuto().allocate(8)).size()).isEqualTo(8);
    }

    @Test
    void buffersOfTheProgramsOwnShouldBeGuardedToo() throws Exception {
        var buffer = Buffer.of(Arena.ofAuto().allocate(8));
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var receive = scope.start(recv(pair.near(), buffer));
                    assertThatThrownBy(() -> buffer.get(0)).hasMessageContaining("recv(");
                    scope.await(send(pair.far(), scope.lease(8).fill((byte) 5)));
                    assertThat(receive.await()).isEqualTo(8);
                });
        assertThat(buffer.toArray()).containsOnly(5);
    }

    @Test
    void emptyAndNegativeRegionsShouldBeRefusedWhereTheyAreMade() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var buffer = scope.lease(8);
                    assertThatThrownBy(() -> buffer.first(0))
                            .isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> buffer.slice(4, 5))
                            .isInstanceOf(IndexOutOfBoundsException.class);
                    assertThatThrownBy(() -> buffer.get(8))
                            .isInstanceOf(IndexOutOfBoundsException.class);
                    assertThatThrownBy(() -> scope.lease(0))
                            .isInstanceOf(IllegalArgumentException.class);
                    var pair = Pair.open(scope);
                    assertThatThrownBy(() -> read(pair.near(), buffer).at(-5))
                            .isInstanceOf(InvalidValueException.class)
                            .hasMessageContaining("-5");
                });
    }
}
