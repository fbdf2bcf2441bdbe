package dev.catena.spec.portable;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.poll;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.splice;
import static dev.catena.ops.Ops.status;
import static dev.catena.ops.Ops.tee;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.portable.RawDriver.buffer;
import static dev.catena.spec.portable.RawDriver.bytes;
import static dev.catena.spec.portable.RawDriver.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Cancel;
import dev.catena.ops.Errno;
import dev.catena.ops.FileStatus;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.OperationId;
import dev.catena.ops.PollEvent;
import dev.catena.proactor.driver.Payload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Pipes, splices and tees, on every driver.
@ParameterizedClass
@EnumSource(DriverUnderTest.class)
class DriverPipesTest {
    private final DriverUnderTest kind;

    @TempDir Path folder;

    DriverPipesTest(DriverUnderTest kind) {
        this.kind = kind;
    }

    @Test
    void pipeShouldCarryBytesUntilItsWritingEndIsClosed() {
        try (var driver = new RawDriver(kind)) {
            var pipe = Ends.ofPipe(driver);
            var buffer = buffer(64);
            driver.push(1, read(pipe.near(), buffer)).submit();
            driver.push(2, write(pipe.far(), List.of(bytes("some "), bytes("bytes"))));
            assertThat(driver.results(2)).containsEntry(1L, 10).containsEntry(2L, 10);
            assertThat(text(buffer, 10)).isEqualTo("some bytes");
            driver.result(write(pipe.far(), bytes("rest")));
            driver.result(close(pipe.far()));
            driver.forget(pipe.far());
            assertThat(driver.result(read(pipe.near(), List.of(buffer(1), buffer(9)))))
                    .isEqualTo(4);
            assertThat(driver.result(read(pipe.near(), buffer))).isZero();
        }
    }

    @Test
    void pipeThatNobodyReadsShouldBreak() {
        try (var driver = new RawDriver(kind)) {
            var pipe = Ends.ofPipe(driver);
            driver.result(close(pipe.near()));
            driver.forget(pipe.near());
            assertThat(driver.error(write(pipe.far(), bytes("x")))).isEqualTo(Errno.EPIPE);
        }
    }

    @Test
    void endsShouldGoOneWayOnly() {
        try (var driver = new RawDriver(kind)) {
            var pipe = Ends.ofPipe(driver);
            assertThat(driver.error(write(pipe.near(), bytes("x")))).isEqualTo(Errno.EBADF);
            assertThat(driver.error(read(pipe.far(), buffer(1)))).isEqualTo(Errno.EBADF);
            assertThat(driver.error(recv(pipe.near(), buffer(1)))).isEqualTo(Errno.ENOTSOCK);
            assertThat(driver.payload(status(pipe.near()), Payload.File.class).status().type())
                    .isEqualTo(FileStatus.Type.PIPE);
        }
    }

    @Test
    void writeShouldWaitWhileAPipeIsFull() {
        try (var driver = new RawDriver(kind)) {
            var pipe = Ends.ofPipe(driver);
            var megabyte = buffer(1 << 20);
            int room = driver.result(write(pipe.far(), megabyte));
            assertThat(room).isPositive().isLessThan(megabyte.size());
            driver.push(1, write(pipe.far(), bytes("one more"))).submit();
            assertThat(driver.now()).isEmpty();
            driver.push(2, read(pipe.near(), megabyte));
            assertThat(driver.results(2)).containsEntry(1L, 8).containsEntry(2L, room);
        }
    }

    @Test
    void spliceShouldMoveBytesBetweenAPipeAndAnything() throws Exception {
        try (var driver = new RawDriver(kind)) {
            var source = Files.writeString(folder.resolve("source"), "0123456789");
            var from = driver.made(open(source, OpenFlag.READ));
            var copy = folder.resolve("copy");
            var to = driver.made(open(copy, OpenFlag.WRITE, OpenFlag.CREATE));
            var pipe = Ends.ofPipe(driver);
            var pair = Ends.connected(driver);

            assertThat(driver.result(splice(from, 2, pipe.far(), -1, 5))).isEqualTo(5);
            assertThat(driver.result(splice(pipe.near(), pair.near(), 100))).isEqualTo(5);
            assertThat(driver.result(splice(pair.far(), pipe.far(), 100))).isEqualTo(5);
            assertThat(driver.result(splice(pipe.near(), -1, to, 3, 2))).isEqualTo(2);
            assertThat(driver.result(splice(pipe.near(), -1, to, 5, 100))).isEqualTo(3);
            assertThat(Files.readString(copy)).isEqualTo("\0\0\00023456");

            assertThat(driver.result(splice(from, pipe.far(), 6)))
                    .as("at the position")
                    .isEqualTo(6);
            assertThat(driver.result(splice(from, pipe.far(), 6))).isEqualTo(4);
            assertThat(driver.result(splice(from, pipe.far(), 6))).as("at the end").isZero();
            assertThat(driver.error(splice(from, pair.near(), 6))).isEqualTo(Errno.EINVAL);
            assertThat(driver.error(splice(from, 0, pipe.far(), 4, 6))).isEqualTo(Errno.ESPIPE);
        }
    }

    @Test
    @Tag("X4")
    void spliceThatIsCancelledShouldLoseNothing() {
        try (var driver = new RawDriver(kind)) {
            var source = Ends.ofPipe(driver);
            var full = Ends.ofPipe(driver);
            var megabyte = buffer(1 << 20);
            driver.result(write(full.far(), megabyte));
            driver.result(write(source.far(), bytes("precious")));
            driver.push(1, splice(source.near(), full.far(), 100)).submit();
            driver.now();
            driver.push(2, new Cancel(new Cancel.Target.One(new OperationId(1)))).submit();
            driver.push(
                    3, read(full.near(), megabyte)); // which lets it go on if it is not cancelled
            int spliced = driver.results(3).getOrDefault(1L, 0);
            var buffer = buffer(64);
            int size = driver.result(read(spliced < 0 ? source.near() : full.near(), buffer));
            assertThat(text(buffer, size)).isEqualTo("precious");
        }
    }

    @Test
    void teeShouldCopyAndLeaveWhatItCopied() {
        try (var driver = new RawDriver(kind)) {
            var source = Ends.ofPipe(driver);
            var sink = Ends.ofPipe(driver);
            driver.result(write(source.far(), bytes("bytes")));
            assertThat(driver.result(tee(source.near(), sink.far(), 3))).isEqualTo(3);
            driver.result(write(source.far(), bytes("!")));
            assertThat(driver.result(tee(source.near(), sink.far(), 9))).isEqualTo(6);
            var buffer = buffer(64);
            assertThat(driver.result(read(sink.near(), buffer))).isEqualTo(9);
            assertThat(text(buffer, 9)).isEqualTo("bytbytes!");
            assertThat(driver.result(poll(source.near(), PollEvent.READABLE))).isEqualTo(1);
            assertThat(driver.result(read(source.near(), buffer))).isEqualTo(6);
            assertThat(text(buffer, 6)).isEqualTo("bytes!");
        }
    }
}
