package dev.catena.spec.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.PipeReader;
import dev.catena.io.Pipes;
import dev.catena.ops.Buffer;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Fd;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.UringSpec;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Pipes of a scope, on any driver.
@Timeout(200)
class UringPipePairsTest extends UringSpec {
    private static final Path FILE = Path.of("/tmp/catena-pipes-" + ProcessHandle.current().pid());

    private void run(Scope.Work<Exception> body) throws Exception {
        Scope.run(proactor(), body);
    }

    private static Buffer text(Scope scope, String text) {
        return scope.lease(text.length()).put(0, text.getBytes(US_ASCII));
    }

    private static String read(PipeReader from, int most) throws IOException {
        var buffer = from.scope().lease(most);
        return new String(buffer.copy(0, from.read(buffer)), US_ASCII);
    }

    @Test
    void whatIsPutInShouldComeOutInOrderUntilTheEnd() throws Exception {
        run(
                scope -> {
                    var pipe = Pipes.open(scope);
                    pipe.writing().writeAll("one\ntwo\nthr");
                    assertThat(pipe.reading().readUntil("\n", 10)).isEqualTo("one");
                    assertThat(pipe.reading().readUntil("\n", 10)).isEqualTo("two");
                    pipe.writing().writeAll("ee\nfour");
                    assertThat(pipe.reading().readUntil("\n", 10)).isEqualTo("three");
                    pipe.writing().close();
                    assertThat(pipe.writing().isOpen()).isFalse();
                    assertThatThrownBy(() -> pipe.reading().readFully(scope.lease(5)))
                            .isInstanceOf(EOFException.class)
                            .hasMessageContaining("4 of 5");
                    assertThat(read(pipe.reading(), 10)).isEmpty();
                    assertThat(pipe.reading().readUntil("\n", 10)).isNull();
                });
    }

    @Test
    void writerShouldWaitForItsReaderAndLoseNothing() throws Exception {
        int size = 3_000_000;
        run(
                scope -> {
                    var pipe = Pipes.open(scope);
                    var sum = new CRC32();
                    var written =
                            scope.fork(
                                    () -> {
                                        var all = scope.lease(size);
                                        FeedBehaviour.fill(all, 0);
                                        pipe.writing().writeAll(all);
                                        pipe.writing().close();
                                        var expected = new CRC32();
                                        expected.update(all.asByteBuffer());
                                        return expected.getValue();
                                    });
                    long count = 0;
                    try (var feed = pipe.reading().feed()) {
                        for (var part = feed.take(); part != null; part = feed.take()) {
                            count += part.size();
                            sum.update(part.asByteBuffer());
                        }
                    }
                    assertThat(count).isEqualTo(size);
                    assertThat(sum.getValue()).isEqualTo(written.await());
                });
    }

    @Test
    void severalBuffersShouldBeWrittenAsOne() throws Exception {
        run(
                scope -> {
                    var pipe = Pipes.open(scope);
                    pipe.writing()
                            .writeAll(
                                    List.of(
                                            text(scope, "one "),
                                            text(scope, "two "),
                                            text(scope, "three")));
                    assertThat(read(pipe.reading(), 100)).isEqualTo("one two three");
                    // more than the pipe holds
                    var big = scope.lease(100_000);
                    FeedBehaviour.fill(big, 0);
                    var writing =
                            scope.fork(
                                    () ->
                                            pipe.writing()
                                                    .writeAll(List.of(big, text(scope, "x"), big)));
                    var back = scope.lease(200_001);
                    pipe.reading().readFully(back);
                    writing.await();
                    assertThat(back.first(100_000).toArray()).isEqualTo(big.toArray());
                    assertThat(back.get(100_000)).isEqualTo((byte) 'x');
                    assertThat(back.from(100_001).toArray()).isEqualTo(big.toArray());
                });
    }

    @Test
    void writerWithoutAReaderShouldBeTold() throws Exception {
        run(
                scope -> {
                    var pipe = Pipes.open(scope);
                    pipe.reading().close();
                    assertThatThrownBy(() -> pipe.writing().writeAll("x"))
                            .hasMessageContaining("EPIPE");
                });
    }

    @Test
    @Tag("X4")
    void readThatIsCutShortShouldLoseNothing() throws Exception {
        run(
                scope -> {
                    var pipe = Pipes.open(scope);
                    var hurried = pipe.reading().within(Duration.ofMillis(5));
                    assertThatThrownBy(() -> read(hurried, 1))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertThatThrownBy(() -> hurried.readUntil("\n", 10))
                            .isInstanceOf(DeadlineExceededException.class);
                    assertThatThrownBy(
                                    () ->
                                            scope.<String, IOException>child(
                                                    ScopeOptions.of("cancelled"),
                                                    inner -> {
                                                        var waiting =
                                                                inner.fork(
                                                                        () ->
                                                                                pipe.reading()
                                                                                        .in(inner)
                                                                                        .readUntil(
                                                                                                "\n",
                                                                                                10));
                                                        inner.cancel("enough");
                                                        return waiting.await();
                                                    }))
                            .isInstanceOf(OperationCancelledException.class);
                    pipe.writing().writeAll("still there\n");
                    assertThat(pipe.reading().readUntil("\n", 100)).isEqualTo("still there");
                });
    }

    @Test
    @Tag("L7")
    void feedThatIsClosedShouldLeaveTheRestInThePipe() throws Exception {
        run(
                scope -> {
                    var pipe = Pipes.open(scope);
                    pipe.writing().writeAll("1\nrest");
                    try (var feed = pipe.reading().feed()) {
                        assertThatThrownBy(() -> read(pipe.reading(), 1))
                                .isInstanceOf(IllegalStateException.class);
                        assertThat(feed.take().size()).isEqualTo(6);
                        var waiting = scope.fork(() -> feed.take());
                        pipe.writing().writeAll("more");
                        assertThat(waiting.await().size()).isEqualTo(4);
                    }
                    pipe.writing().writeAll("last");
                    assertThat(read(pipe.reading(), 10)).isEqualTo("last");
                });
    }

    @Test
    void bytesShouldBeMovedToAFileASocketAndAnotherPipe() throws Exception {
        run(
                scope -> {
                    scope.onClose(cleanup -> cleanup.attempt(Ops.unlink(FILE)));
                    var pipe = Pipes.open(scope);
                    pipe.writing().writeAll("line\nto the file, then the pipe, then the socket");
                    assertThat(pipe.reading().readUntil("\n", 10)).isEqualTo("line");
                    var file = open(scope, OpenFlag.WRITE);
                    assertThat(pipe.reading().spliceTo(file, 11)).isEqualTo(11);
                    assertThat(scope.await(Ops.status(file)).size()).isEqualTo(11);

                    var other = Pipes.open(scope);
                    assertThat(pipe.reading().spliceTo(other.writing().fd(), 15)).isEqualTo(15);
                    assertThat(read(other.reading(), 100)).isEqualTo(", then the pipe");

                    var ends = TcpBehaviour.Ends.open(scope);
                    pipe.writing().close();
                    assertThat(pipe.reading().spliceTo(ends.near().fd(), Long.MAX_VALUE))
                            .isEqualTo(17);
                    assertThat(ends.far().readUntil("socket", 100)).isEqualTo(", then the ");

                    var again = open(scope, OpenFlag.READ);
                    assertThat(other.writing().spliceFrom(again, Long.MAX_VALUE)).isEqualTo(11);
                    assertThat(read(other.reading(), 100)).isEqualTo("to the file");
                });
    }

    private static Fd open(Scope scope, OpenFlag how) throws IOException {
        return scope.await(
                how == OpenFlag.READ
                        ? Ops.open(FILE, how)
                        : Ops.open(FILE, how, OpenFlag.CREATE, OpenFlag.TRUNCATE));
    }

    @Test
    void fileToAppendToWhichCannotBeSplicedIntoShouldBeCopiedInto() throws Exception {
        run(
                scope -> {
                    scope.onClose(cleanup -> cleanup.attempt(Ops.unlink(FILE)));
                    var file =
                            scope.await(
                                    Ops.open(
                                            FILE,
                                            OpenFlag.WRITE,
                                            OpenFlag.CREATE,
                                            OpenFlag.APPEND));
                    var pipe = Pipes.open(scope);
                    var big = scope.lease(200_000);
                    FeedBehaviour.fill(big, 0);
                    var writing =
                            scope.fork(
                                    () -> {
                                        pipe.writing().writeAll(big);
                                        pipe.writing().close();
                                    });
                    assertThat(pipe.reading().spliceTo(file, Long.MAX_VALUE)).isEqualTo(200_000);
                    writing.await();
                    assertThat(scope.await(Ops.status(file)).size()).isEqualTo(200_000);
                });
    }

    @Test
    void streamsShouldBeThoseOfTheJdk() throws Exception {
        run(
                scope -> {
                    var pipe = Pipes.open(scope);
                    var writing =
                            scope.fork(
                                    () -> {
                                        try (var out = pipe.writing().outputStream()) {
                                            out.write("hello".getBytes(US_ASCII));
                                        }
                                    });
                    try (var in = pipe.reading().inputStream()) {
                        assertThat(in.readAllBytes()).asString(US_ASCII).isEqualTo("hello");
                    }
                    writing.await();
                    assertThat(pipe.reading().isOpen()).isFalse();
                });
    }
}
