package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.recvMsg;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.splice;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.write;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.proactor.loop.VirtualThreads;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a `forEach(recvEach)` had received and not worked on when it ended: it is the next receive's.
@Tag("X4")
@Timeout(120)
class UringArrearsTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);

    /// Sends the parts, one element each, and cancels a forEach while it works on the first; gives that.
    private static String firstOf(Scope scope, Pair pair, String... parts) throws IOException {
        var first = new StringBuilder();
        var receiving =
                scope.start(
                        forEach(
                                recvEach(pair.near()),
                                buffer -> {
                                    first.append(text(scope, buffer));
                                    return timeout(LONG);
                                }));
        for (var part : parts) {
            scope.await(sendAll(pair.far(), buffer(scope, part)));
            turns(scope, 5);
        }
        receiving.cancel("enough");
        assertThat(Said.of(receiving.outcome())).isEqualTo("cancelled");
        return first.toString();
    }

    private static Buffer buffer(Scope scope, String text) {
        return scope.lease(text.length()).put(0, text.getBytes(US_ASCII));
    }

    private static String text(Scope scope, Buffer buffer) {
        var text = new String(buffer.toArray(), US_ASCII);
        scope.release(buffer);
        return text;
    }

    private static void turns(Scope scope, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            scope.await(nop());
        }
    }

    private static String received(Scope scope, Fd fd, int most) throws IOException {
        var buffer = scope.lease(most);
        int size = scope.await(recv(fd, buffer));
        return text(scope, buffer).substring(0, size);
    }

    @Test
    void receiveShouldGetWhatAForEachHadNotWorkedOn() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    assertThat(firstOf(scope, pair, "one", "two", "three")).isEqualTo("one");
                    assertThat(received(scope, pair.near(), 2)).isEqualTo("tw");
                    assertThat(received(scope, pair.near(), 10)).isEqualTo("o");
                    assertThat(received(scope, pair.near(), 10)).isEqualTo("three");
                    scope.await(sendAll(pair.far(), buffer(scope, "four")));
                    assertThat(received(scope, pair.near(), 10)).isEqualTo("four");
                });
    }

    @Test
    void recvAllShouldGetItAndTheRestFromTheKernel() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    firstOf(scope, pair, "one", "two", "three");
                    var all = scope.lease(12);
                    var pending = scope.start(recvAll(pair.near(), all));
                    scope.await(sendAll(pair.far(), buffer(scope, "fourth")));
                    assertThat(pending.await()).isEqualTo(12);
                    assertThat(text(scope, all)).isEqualTo("twothreefour");
                    assertThat(received(scope, pair.near(), 10)).isEqualTo("th");
                });
    }

    @Test
    void recvAllThatIsCancelledShouldLeaveItForTheNext() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    firstOf(scope, pair, "one", "two", "three");
                    var pending = scope.start(recvAll(pair.near(), scope.lease(100)));
                    scope.await(nop());
                    pending.cancel("enough");
                    assertThat(Said.of(pending.outcome())).isEqualTo("cancelled");
                    assertThat(received(scope, pair.near(), 100)).isEqualTo("twothree");
                });
    }

    @Test
    void linksShouldGetItInOrder() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    firstOf(scope, pair, "one", "two", "three");
                    var first = scope.lease(3);
                    var second = scope.lease(5);
                    scope.await(link(recv(pair.near(), first), recv(pair.near(), second)));
                    assertThat(text(scope, first)).isEqualTo("two");
                    assertThat(text(scope, second)).isEqualTo("three");
                    firstOf(scope, pair, "one", "two");
                    assertThat(
                                    Said.of(
                                            scope.attempt(
                                                    recv(pair.near(), scope.lease(3))
                                                            .within(LONG))))
                            .isEqualTo("completed");
                });
    }

    @Test
    void failureOfTheBodyShouldLeaveIt() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    firstOf(scope, pair, "one", "two", "three", "four");
                    assertThatThrownBy(
                                    () ->
                                            scope.await(
                                                    forEach(
                                                            recvEach(pair.near()),
                                                            buffer -> {
                                                                throw new IllegalStateException(
                                                                        text(scope, buffer));
                                                            })))
                            .as("it took the first of what waited")
                            .hasMessage("two");
                    scope.await(sendAll(pair.far(), buffer(scope, "five")));
                    for (var part : new String[] {"three", "four", "five"}) {
                        assertThat(received(scope, pair.near(), 10)).isEqualTo(part);
                    }
                });
    }

    @Test
    void whatCannotGetItShouldBeRefusedAndNotPassItBy() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    firstOf(scope, pair, "one", "two");
                    assertThatThrownBy(() -> scope.await(recvMsg(pair.near(), scope.lease(8))))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("are waiting");
                    var buffer = scope.lease(8);
                    assertThat(scope.await(read(pair.near(), buffer))).isEqualTo(3);
                });
    }

    @Test
    void spliceShouldBeRefusedFromTheSocketAndNotToIt() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var ends = scope.await(pipe());
                    firstOf(scope, pair, "one", "two");
                    assertThatThrownBy(() -> scope.await(splice(pair.near(), ends.writing(), 3)))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("are waiting");
                    scope.await(write(ends.writing(), buffer(scope, "x")));
                    assertThat(scope.await(splice(ends.reading(), pair.near(), 1))).isEqualTo(1);
                    assertThat(received(scope, pair.far(), 8)).isEqualTo("x");
                    assertThat(received(scope, pair.near(), 8)).isEqualTo("two");
                });
    }

    @Test
    void itShouldMoveWithTheSocketAndEndWithIt() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var near =
                            scope.child(
                                    ScopeOptions.DEFAULT,
                                    child -> {
                                        var pair = Pair.open(child);
                                        firstOf(child, pair, "one", "two");
                                        return scope.adopt(pair.near());
                                    });
                    assertThat(received(scope, near, 8)).isEqualTo("two");
                    assertThat(received(scope, near, 8)).isEmpty();
                    var pair = Pair.open(scope);
                    firstOf(scope, pair, "one", "two");
                    scope.await(close(pair.near()));
                    assertThat(Said.of(scope.attempt(recv(pair.near(), scope.lease(1)))))
                            .isEqualTo("EBADF");
                });
    }

    @Test
    void cancellingAndReceivingAgainShouldLoseNoByte() throws Exception {
        int rounds = 10_000;
        var random = new Random(11);
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var sent = new ByteArrayOutputStream();
                    var got = new ByteArrayOutputStream();
                    var out = scope.lease(64);
                    var in = scope.lease(40);
                    int waited = 0;
                    for (int round = 0; round < rounds; round++) {
                        var receiving =
                                scope.start(
                                        forEach(
                                                recvEach(pair.near()),
                                                buffer -> {
                                                    got.writeBytes(buffer.toArray());
                                                    scope.release(buffer);
                                                    return nop().then(_ -> nop());
                                                }));
                        for (int part = random.nextInt(4); part > 0; part--) {
                            var bytes = new byte[1 + random.nextInt(63)];
                            random.nextBytes(bytes);
                            sent.writeBytes(bytes);
                            scope.await(sendAll(pair.far(), out.put(0, bytes).first(bytes.length)));
                        }
                        turns(scope, random.nextInt(3));
                        receiving.cancel("the race");
                        receiving.outcome();
                        if (got.size() < sent.size() && random.nextInt(4) == 0) {
                            waited++;
                            boolean all = random.nextBoolean() && sent.size() - got.size() >= 40;
                            int size =
                                    scope.await(
                                            all ? recvAll(pair.near(), in) : recv(pair.near(), in));
                            got.writeBytes(in.first(size).toArray());
                        }
                    }
                    scope.await(close(pair.far()));
                    scope.await(
                            forEach(
                                    recvEach(pair.near()),
                                    buffer -> {
                                        got.writeBytes(buffer.toArray());
                                        scope.release(buffer);
                                        return done(0);
                                    }));
                    assertThat(got.toByteArray()).isEqualTo(sent.toByteArray());
                    // elsewhere cancels go round by other threads, and come late
                    if (VirtualThreads.canSchedule()) {
                        assertThat(waited)
                                .as("rounds that left something")
                                .isGreaterThan(rounds / 100);
                    }
                });
    }
}
