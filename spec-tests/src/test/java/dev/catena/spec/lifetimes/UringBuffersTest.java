package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Buffer;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Memory that the kernel has got is nobody else's, and a lease ends for good.
@Tag("L5")
@Timeout(60)
class UringBuffersTest extends UringSpec {

    @Test
    void regionThatTheKernelMayWriteShouldRefuseEveryAccessAndNameTheOperation() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var buffer = scope.lease(16);
                    var region = buffer.slice(4, 8);
                    var receive = scope.start(recv(pair.near(), region));
                    var first = buffer.first(4).fill((byte) 1);
                    assertThat(first.get(3)).as("beside the region").isEqualTo((byte) 1);
                    for (var refused : accesses(buffer)) {
                        assertThatThrownBy(refused::run)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("recv(");
                    }
                    assertThatThrownBy(() -> scope.start(recv(pair.near(), buffer.from(11))))
                            .hasMessageContaining("still writes")
                            .hasMessageContaining("recv(");
                    assertThatThrownBy(() -> scope.release(buffer))
                            .hasMessageContaining("still holds");
                    receive.cancel("enough");
                    receive.outcome();
                    accesses(buffer).forEach(Runnable::run);
                    scope.release(buffer);
                    for (var refused : accesses(buffer)) {
                        assertThatThrownBy(refused::run)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("lease has ended: it was released");
                    }
                });
    }

    private static List<Runnable> accesses(Buffer buffer) {
        var accesses = new ArrayList<Runnable>();
        accesses.add(() -> buffer.get(4));
        accesses.add(() -> buffer.set(4, (byte) 0));
        accesses.add(() -> buffer.put(0, new byte[5]));
        accesses.add(() -> buffer.copy(11, 1));
        accesses.add(buffer::toArray);
        accesses.add(() -> buffer.copyFrom(0, buffer, 4, 1));
        accesses.add(() -> buffer.fill((byte) 0));
        accesses.add(buffer::asByteBuffer);
        accesses.add(buffer::asSegment);
        return accesses;
    }

    @Test
    void regionThatTheKernelOnlyReadsShouldBeReadableAndHaveManyReaders() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var other = Pair.open(scope);
                    var big = scope.lease(8 << 20).fill((byte) 7); // more than the sockets hold
                    var first = scope.start(sendAll(pair.near(), big));
                    var second = scope.start(sendAll(other.near(), big));
                    assertThat(first.isDone()).isFalse();
                    assertThat(big.get(5)).isEqualTo((byte) 7);
                    assertThatThrownBy(() -> big.set(5, (byte) 0))
                            .hasMessageContaining("reading this memory")
                            .hasMessageContaining("send");
                    assertThatThrownBy(() -> scope.start(recv(pair.near(), big)))
                            .hasMessageContaining("still reads");
                    first.cancel("enough");
                    second.cancel("enough");
                    first.outcome();
                    second.outcome();
                    big.set(5, (byte) 0);
                });
    }

    @Test
    void linksOfOneChainShouldShareARegion() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var one = Pair.open(scope);
                    var two = Pair.open(scope);
                    var buffer = scope.lease(4);
                    scope.await(sendAll(one.far(), scope.lease(4).put(0, new byte[] {1, 2, 3, 4})));
                    scope.await(link(read(one.near(), buffer), write(two.near(), buffer)));
                    var there = scope.lease(4);
                    scope.await(recv(two.far(), there));
                    assertThat(there.toArray()).containsExactly(1, 2, 3, 4);
                });
    }

    @Test
    void leaseShouldBeAlignedAsAskedAndToItsSizeUpToAPage() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    for (int size = 1; size <= 4 << 20; size = size * 3 + 1) {
                        long natural = Math.min(4096, Integer.highestOneBit(size));
                        var address = scope.lease(size).asSegment().address();
                        assertThat(address % natural).as(size + " bytes").isZero();
                        for (int alignment = 1; alignment <= 4096; alignment *= 2) {
                            var aligned = scope.lease(size, alignment);
                            assertThat(aligned.size()).isEqualTo(size);
                            assertThat(aligned.asSegment().address() % alignment)
                                    .as(size + " bytes at " + alignment)
                                    .isZero();
                        }
                    }
                    for (int bad : new int[] {0, -1, 3, 8192}) {
                        assertThatThrownBy(() -> scope.lease(16, bad))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining("power of two");
                    }
                    assertThatThrownBy(() -> scope.lease(0))
                            .hasMessageContaining("1 to 1073741824 bytes");
                });
    }

    @Test
    void leasesShouldNotOverlapAndBeUsedAgainAsTheyAre() throws Exception {
        var addresses = new HashSet<Long>();
        Scope.run(
                proactor(),
                scope -> {
                    var leases = new ArrayList<Buffer>();
                    for (int i = 0; i < 1000; i++) {
                        var lease = scope.lease(1 + i * 7 % 300).fill((byte) i);
                        addresses.add(lease.asSegment().address());
                        leases.add(lease);
                    }
                    for (int i = 0; i < 1000; i++) {
                        assertThat(leases.get(i).toArray()).containsOnly((byte) i);
                    }
                });
        assertThat(addresses).hasSize(1000);
        Scope.run(
                proactor(),
                scope -> {
                    int used = 0;
                    for (int i = 0; i < 1000; i++) {
                        var lease = scope.lease(1 + i * 7 % 300);
                        used += addresses.contains(lease.asSegment().address()) ? 1 : 0;
                    }
                    assertThat(used).as("blocks used again").isEqualTo(1000);
                    var before = scope.lease(100).fill((byte) 9);
                    long address = before.asSegment().address();
                    scope.release(before);
                    var again = scope.lease(100);
                    assertThat(again.asSegment().address()).isEqualTo(address);
                    assertThat(again.toArray()).as("not cleared").containsOnly(9);
                    assertThatThrownBy(() -> before.get(0)).hasMessageContaining("was released");
                });
    }

    @Test
    void viewOfAStrictLeaseShouldFaultWhenItIsUsedTooLate() throws Exception {
        try (var strict = RingUnderTest.open(builder -> builder.strictBuffers(true))) {
            Scope.run(
                    strict.proactor(),
                    scope -> {
                        var buffer = scope.lease(64, 512);
                        var view = buffer.asSegment();
                        assertThat(view.address() % 512).isZero();
                        var bytes = buffer.asByteBuffer();
                        scope.release(buffer);
                        assertThatThrownBy(() -> view.get(ValueLayout.JAVA_BYTE, 0))
                                .isInstanceOf(IllegalStateException.class);
                        assertThatThrownBy(() -> bytes.get(0))
                                .isInstanceOf(IllegalStateException.class);
                        var pair = Pair.open(scope);
                        var held = scope.lease(8);
                        scope.start(recv(pair.near(), held)).cancel("only to be in flight");
                    });
        }
    }

    /// Looks at memory that has been freed, as only code in another language could: it has been overwritten before. What was
    /// leased last stays, so that the allocator keeps the pages below it.
    @Test
    void memoryOfAStrictLeaseShouldBeOverwrittenWhenItIsGivenBack() throws Exception {
        int size = 1000;
        try (var strict = RingUnderTest.open(builder -> builder.strictBuffers(true))) {
            Scope.run(
                    strict.proactor(),
                    scope -> {
                        var leases = new ArrayList<Buffer>();
                        for (int i = 0; i < 8; i++) {
                            leases.add(scope.lease(size).fill((byte) 7));
                        }
                        var last = scope.lease(size).fill((byte) 7);
                        for (var lease : leases) {
                            long address = lease.asSegment().address();
                            scope.release(lease);
                            assertThat(raw(address + 400, 200))
                                    .as("the middle of it")
                                    .isNotEqualTo(last.first(200).toArray());
                        }
                    });
        }
    }

    @SuppressWarnings("restricted")
    private static byte[] raw(long address, int size) {
        return MemorySegment.ofAddress(address).reinterpret(size).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void leaseShouldBeZeroWhereThatIsAskedFor() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var before = scope.lease(100).fill((byte) 9);
                    long address = before.asSegment().address();
                    scope.release(before);
                    var again = scope.lease(100).fill((byte) 0);
                    assertThat(again.asSegment().address()).isEqualTo(address);
                    assertThat(again.toArray()).containsOnly(0);
                });
    }

    @Test
    void leaseOfAScopeThatHasEndedShouldRefuseAccessAndOperations() throws Exception {
        Scope.run(
                proactor(),
                outer -> {
                    var pair = Pair.open(outer);
                    var kept = outer.child(ScopeOptions.of("inner"), scope -> scope.lease(8));
                    assertThatThrownBy(() -> kept.get(0)).hasMessageContaining("has ended");
                    assertThatThrownBy(() -> outer.start(recv(pair.near(), kept)))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("has ended");
                });
    }

    @Test
    void leaseShouldBeUsedOnlyWhereItOutlivesTheOperation() throws Exception {
        try (var elsewhere = RingUnderTest.open();
                var there = Scope.open(elsewhere.proactor())) {
            Scope.run(
                    proactor(),
                    outer -> {
                        var pair = Pair.open(outer);
                        var outers = outer.lease(8);
                        try (var inner = outer.child(ScopeOptions.of("inner"))) {
                            inner.start(recv(pair.near(), outers)).cancel("of one around: fine");
                            var inners = inner.lease(8);
                            assertThatThrownBy(() -> outer.start(recv(pair.near(), inners)))
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("scope 'inner'")
                                    .hasMessageContaining("may end before");
                        }
                        assertThatThrownBy(() -> outer.start(recv(pair.near(), there.lease(8))))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("may end before");
                    });
        }
    }

    @Test
    void segmentShouldBeTakenOnlyIfItsLifetimeIsProvable() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    Buffer automatic = Buffer.of(Arena.ofAuto().allocate(8));
                    var receive = scope.start(recv(pair.near(), automatic));
                    assertThatThrownBy(() -> automatic.get(0)).hasMessageContaining("recv(");
                    receive.cancel("enough");
                    assertThat(Said.of(receive.outcome())).isEqualTo("cancelled");
                    try (var shared = Arena.ofShared()) {
                        assertThatThrownBy(() -> Buffer.of(shared.allocate(8)))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining("not provable");
                        assertThat(Buffer.unsafe(shared.allocate(8)).size()).isEqualTo(8);
                    }
                });
    }
}
