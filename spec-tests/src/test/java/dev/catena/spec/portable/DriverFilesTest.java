package dev.catena.spec.portable;

import static dev.catena.ops.Ops.advise;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.dataSync;
import static dev.catena.ops.Ops.fsync;
import static dev.catena.ops.Ops.hardLink;
import static dev.catena.ops.Ops.makeDirectory;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.poll;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.removeDirectory;
import static dev.catena.ops.Ops.rename;
import static dev.catena.ops.Ops.status;
import static dev.catena.ops.Ops.symbolicLink;
import static dev.catena.ops.Ops.truncate;
import static dev.catena.ops.Ops.unlink;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.portable.RawDriver.buffer;
import static dev.catena.spec.portable.RawDriver.bytes;
import static dev.catena.spec.portable.RawDriver.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Advise;
import dev.catena.ops.Buffer;
import dev.catena.ops.Errno;
import dev.catena.ops.FileStatus;
import dev.catena.ops.Op;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.PollEvent;
import dev.catena.ops.Rename;
import dev.catena.ops.Status;
import dev.catena.proactor.driver.Payload;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Files and their names, on every driver: what becomes of them, and the numbers of what goes wrong.
@ParameterizedClass
@EnumSource(DriverUnderTest.class)
class DriverFilesTest {
    private final DriverUnderTest kind;

    @TempDir Path folder;

    DriverFilesTest(DriverUnderTest kind) {
        this.kind = kind;
    }

    private static FileStatus statusOf(RawDriver driver, Op<?> op) {
        return driver.payload(op, Payload.File.class).status();
    }

    @Test
    void bytesShouldBeReadAndWrittenAtOffsetsAndAtThePosition() throws Exception {
        var file = Files.writeString(folder.resolve("f"), "0123456789");
        try (var driver = new RawDriver(kind)) {
            var fd = driver.made(open(file, OpenFlag.READ_WRITE));
            var buffer = buffer(64);
            assertThat(driver.result(read(fd, buffer).at(7))).isEqualTo(3);
            assertThat(driver.result(read(fd, buffer.first(4)))).isEqualTo(4);
            assertThat(driver.result(read(fd, buffer.first(4)))).isEqualTo(4);
            assertThat(text(buffer, 4)).isEqualTo("4567");
            assertThat(driver.result(read(fd, buffer).at(100))).isZero();
            assertThat(driver.result(write(fd, bytes("ab")).at(2))).isEqualTo(2);
            assertThat(driver.result(write(fd, bytes("cd")))).isEqualTo(2);
            assertThat(driver.result(write(fd, bytes("end")).at(12))).isEqualTo(3);
            assertThat(driver.result(fsync(fd))).isZero();
            assertThat(driver.result(dataSync(fd))).isZero();
            assertThat(driver.result(advise(fd, Advise.Advice.RANDOM, 0, 0))).isZero();
        }
        assertThat(Files.readString(file)).isEqualTo("01ab4567cd\0\0end");
    }

    @Test
    void vectorsShouldBeFilledAndWrittenInOrder() throws Exception {
        var file = Files.writeString(folder.resolve("f"), "0123456789");
        try (var driver = new RawDriver(kind)) {
            var fd = driver.made(open(file, OpenFlag.READ_WRITE));
            var parts = List.<Buffer>of(buffer(3), buffer(4), buffer(8));
            assertThat(driver.result(read(fd, parts).at(1))).isEqualTo(9);
            assertThat(text(parts.get(1), 4)).isEqualTo("4567");
            assertThat(driver.result(read(fd, parts))).isEqualTo(10);
            assertThat(driver.result(write(fd, List.of(bytes("x"), bytes("yz"))))).isEqualTo(3);
            assertThat(driver.result(write(fd, List.of(bytes("A"), bytes("B"))).at(4)))
                    .isEqualTo(2);
        }
        assertThat(Files.readString(file)).isEqualTo("0123AB6789xyz");
    }

    @Test
    void openShouldHeedItsFlags() throws Exception {
        var file = folder.resolve("f");
        try (var driver = new RawDriver(kind)) {
            assertThat(driver.error(open(file, OpenFlag.READ))).isEqualTo(Errno.ENOENT);
            var made =
                    driver.made(
                            open(file, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE)
                                    .mode(0640));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r-----");
            assertThat(driver.result(write(made, bytes("0123456789")))).isEqualTo(10);
            assertThat(
                            driver.error(
                                    open(
                                            file,
                                            OpenFlag.WRITE,
                                            OpenFlag.CREATE,
                                            OpenFlag.EXCLUSIVE)))
                    .isEqualTo(Errno.EEXIST);
            assertThat(driver.error(open(file, OpenFlag.READ, OpenFlag.CREATE, OpenFlag.EXCLUSIVE)))
                    .isEqualTo(Errno.EEXIST);
            assertThat(driver.error(read(made, buffer(1)).at(0))).isEqualTo(Errno.EBADF);
            var reading = driver.made(open(file, OpenFlag.READ, OpenFlag.CREATE));
            assertThat(driver.error(write(reading, bytes("x")).at(0))).isEqualTo(Errno.EBADF);
            assertThat(driver.result(read(reading, buffer(20)))).isEqualTo(10);
            var appending = driver.made(open(file, OpenFlag.WRITE, OpenFlag.APPEND));
            assertThat(driver.result(write(appending, bytes("ab")))).isEqualTo(2);
            assertThat(driver.result(write(appending, bytes("cd")).at(0))).isEqualTo(2);
            assertThat(Files.readString(file)).isEqualTo("0123456789abcd");
            driver.made(open(file, OpenFlag.WRITE, OpenFlag.TRUNCATE));
            assertThat(Files.size(file)).isZero();
            var created = folder.resolve("created");
            driver.made(open(created, OpenFlag.READ, OpenFlag.CREATE));
            assertThat(created).exists();
            driver.made(open(created, OpenFlag.WRITE, OpenFlag.DATA_SYNC));
        }
    }

    @Test
    void openShouldTellDirectoriesAndLinksFromFiles() throws Exception {
        var file = Files.createFile(folder.resolve("f"));
        var link = Files.createSymbolicLink(folder.resolve("l"), file);
        try (var driver = new RawDriver(kind)) {
            assertThat(driver.error(open(folder, OpenFlag.WRITE))).isEqualTo(Errno.EISDIR);
            assertThat(driver.error(open(file, OpenFlag.READ, OpenFlag.DIRECTORY)))
                    .isEqualTo(Errno.ENOTDIR);
            assertThat(driver.error(open(link, OpenFlag.READ, OpenFlag.NO_FOLLOW)))
                    .isEqualTo(Errno.ELOOP);
            assertThat(driver.error(open(file.resolve("x"), OpenFlag.READ)))
                    .isEqualTo(Errno.ENOTDIR);
            driver.made(open(link, OpenFlag.READ));
            var directory = driver.made(open(folder, OpenFlag.READ, OpenFlag.DIRECTORY));
            assertThat(driver.error(read(directory, buffer(1)))).isEqualTo(Errno.EISDIR);
            assertThat(driver.result(fsync(directory))).isZero();
            var within = driver.made(open(Path.of("f"), OpenFlag.WRITE).in(directory));
            assertThat(driver.result(write(within, bytes("here")))).isEqualTo(4);
            assertThat(Files.readString(file)).isEqualTo("here");
            assertThat(statusOf(driver, new Status(directory, Path.of("f"), true)).size())
                    .isEqualTo(4);
        }
    }

    @Test
    void temporaryFileShouldHaveNoName() throws Exception {
        try (var driver = new RawDriver(kind)) {
            var fd = driver.made(open(folder, OpenFlag.READ_WRITE, OpenFlag.TEMPORARY));
            assertThat(folder.toFile().list()).isEmpty();
            assertThat(driver.result(write(fd, bytes("bytes")))).isEqualTo(5);
            assertThat(driver.result(read(fd, buffer(8)).at(0))).isEqualTo(5);
            assertThat(statusOf(driver, status(fd)).size()).isEqualTo(5);
            assertThat(statusOf(driver, status(fd)).links()).isZero();
        }
    }

    @Test
    void directFileShouldTakeWholeBlocksOnly() throws Exception {
        var file = Files.write(folder.resolve("f"), new byte[8192]);
        try (var driver = new RawDriver(kind)) {
            var fd = driver.made(open(file, OpenFlag.READ, OpenFlag.DIRECT));
            var block = Buffer.of(Arena.ofAuto().allocate(4096, 4096));
            assertThat(driver.result(read(fd, block).at(4096))).isEqualTo(4096);
            assertThat(driver.error(read(fd, block.first(100)).at(0))).isEqualTo(Errno.EINVAL);
            assertThat(driver.error(read(fd, block).at(7))).isEqualTo(Errno.EINVAL);
        }
    }

    @Test
    void truncateShouldCutAndExtendAndLeaveThePosition() throws Exception {
        var file = Files.writeString(folder.resolve("f"), "0123456789");
        try (var driver = new RawDriver(kind)) {
            for (var access : List.of(OpenFlag.READ_WRITE, OpenFlag.WRITE)) {
                var fd = driver.made(open(file, access));
                assertThat(driver.result(write(fd, bytes("abcdef")))).isEqualTo(6);
                assertThat(driver.result(truncate(fd, 4))).isZero();
                assertThat(Files.readString(file)).isEqualTo("abcd");
                assertThat(driver.result(write(fd, bytes("g")))).isEqualTo(1);
                assertThat(driver.result(truncate(fd, 9))).isZero();
                assertThat(Files.readString(file)).isEqualTo("abcd\0\0g\0\0");
                assertThat(driver.result(truncate(fd, 0))).isZero();
            }
            var reading = driver.made(open(file, OpenFlag.READ));
            assertThat(driver.error(truncate(reading, 3))).isEqualTo(Errno.EINVAL);
            assertThat(Files.size(file)).isZero();
        }
    }

    @Test
    void statusShouldTellWhatAFileIs() throws Exception {
        var file = Files.writeString(folder.resolve("f"), "0123456789");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
        var link = Files.createSymbolicLink(folder.resolve("l"), file);
        try (var driver = new RawDriver(kind)) {
            var status = statusOf(driver, status(link));
            assertThat(status.type()).isEqualTo(FileStatus.Type.FILE);
            assertThat(status.mode()).isEqualTo(0751);
            assertThat(status.size()).isEqualTo(10);
            assertThat(status.links()).isEqualTo(1);
            assertThat(status.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
            assertThat(status.userId()).isEqualTo(Files.getAttribute(file, "unix:uid"));
            assertThat(status.modified()).isEqualTo(Files.getLastModifiedTime(file).toInstant());
            assertThat(statusOf(driver, status(link).noFollow()).type())
                    .isEqualTo(FileStatus.Type.SYMBOLIC_LINK);
            assertThat(statusOf(driver, status(folder)).type())
                    .isEqualTo(FileStatus.Type.DIRECTORY);
            assertThat(statusOf(driver, status(Path.of("/dev/null"))).type())
                    .isEqualTo(FileStatus.Type.CHARACTER_DEVICE);
            var fd = driver.made(open(file, OpenFlag.READ_WRITE));
            Files.move(file, folder.resolve("moved"));
            Files.createFile(file);
            driver.result(write(fd, bytes("x")).at(30));
            assertThat(statusOf(driver, status(fd)).size()).isEqualTo(31);
            assertThat(driver.error(status(folder.resolve("none")))).isEqualTo(Errno.ENOENT);
        }
    }

    @Test
    void devicesShouldHaveTheSameNumbersEverywhere() {
        try (var driver = new RawDriver(kind);
                var other = new RawDriver(DriverUnderTest.PORTABLE)) {
            assertThat(statusOf(driver, status(folder)).device())
                    .isEqualTo(statusOf(other, status(folder)).device());
        }
    }

    @Test
    void namesShouldBeMadeChangedAndTakenAway() throws Exception {
        var a = Files.writeString(folder.resolve("a"), "a");
        var b = Files.writeString(folder.resolve("b"), "b");
        var c = folder.resolve("c");
        try (var driver = new RawDriver(kind)) {
            assertThat(driver.error(rename(a, b, Rename.How.KEEP))).isEqualTo(Errno.EEXIST);
            assertThat(driver.result(rename(a, c, Rename.How.KEEP))).isZero();
            assertThat(driver.result(rename(c, b))).isZero();
            assertThat(Files.readString(b)).isEqualTo("a");
            assertThat(driver.error(rename(a, c))).isEqualTo(Errno.ENOENT);

            assertThat(driver.result(hardLink(b, a))).isZero();
            assertThat(driver.error(hardLink(b, a))).isEqualTo(Errno.EEXIST);
            assertThat(driver.result(symbolicLink(Path.of("b"), c))).isZero();
            assertThat(Files.readSymbolicLink(c)).isEqualTo(Path.of("b"));
            assertThat(driver.error(symbolicLink(Path.of("b"), c))).isEqualTo(Errno.EEXIST);

            var d = folder.resolve("d");
            assertThat(driver.result(makeDirectory(d))).isZero();
            assertThat(driver.error(makeDirectory(d))).isEqualTo(Errno.EEXIST);
            assertThat(driver.error(makeDirectory(folder.resolve("x/y")))).isEqualTo(Errno.ENOENT);
            var e = folder.resolve("e");
            assertThat(driver.error(rename(d, d.resolveSibling("a"), Rename.How.KEEP)))
                    .isEqualTo(Errno.EEXIST);
            assertThat(driver.result(rename(d, e, Rename.How.KEEP))).isZero();
            assertThat(driver.error(rename(a, e))).isEqualTo(Errno.EISDIR);
            assertThat(driver.error(rename(e, a))).isEqualTo(Errno.ENOTDIR);
            assertThat(driver.error(unlink(e))).isEqualTo(Errno.EISDIR);
            assertThat(driver.error(removeDirectory(b))).isEqualTo(Errno.ENOTDIR);
            Files.createFile(e.resolve("full"));
            assertThat(driver.error(removeDirectory(e))).isEqualTo(Errno.ENOTEMPTY);
            assertThat(driver.result(unlink(e.resolve("full")))).isZero();
            assertThat(driver.result(removeDirectory(e))).isZero();
            assertThat(driver.error(unlink(e))).isEqualTo(Errno.ENOENT);
            assertThat(driver.error(removeDirectory(e))).isEqualTo(Errno.ENOENT);
            assertThat(driver.result(unlink(c))).isZero();
            assertThat(Files.exists(c, LinkOption.NOFOLLOW_LINKS)).isFalse();
            assertThat(b).exists();
        }
    }

    @Test
    void filesShouldAlwaysBeReady() throws Exception {
        try (var driver = new RawDriver(kind)) {
            var fd = driver.made(open(Files.createFile(folder.resolve("f")), OpenFlag.READ));
            assertThat(driver.result(poll(fd, PollEvent.READABLE))).isEqualTo(1);
        }
    }

    @Test
    @Tag("X5")
    void numberOfAClosedFileShouldBeGivenToTheNext() throws Exception {
        var file = Files.createFile(folder.resolve("f"));
        try (var driver = new RawDriver(kind)) {
            assertThat(driver.driver().slots()).isGreaterThan(9);
            var first = driver.made(open(file, OpenFlag.READ));
            var second = driver.made(open(file, OpenFlag.READ));
            assertThat(second.number()).isNotEqualTo(first.number());
            assertThat(driver.result(close(first))).isZero();
            driver.forget(first);
            assertThat(driver.error(close(driver.slot(9)))).isEqualTo(Errno.EBADF);
            assertThat(driver.made(open(file, OpenFlag.READ)).number()).isEqualTo(first.number());
        }
    }

    @Test
    @Tag("L5")
    void whatASlotHeldShouldBeClosedWhenSomethingElseIsOpenedIntoIt() throws Exception {
        var file = Files.writeString(folder.resolve("f"), "first");
        var other = Files.writeString(folder.resolve("g"), "other one");
        try (var driver = new RawDriver(kind)) {
            driver.driver().slots();
            var slot = driver.slot(3);
            assertThat(driver.result(open(file, OpenFlag.READ).into(slot))).isZero();
            assertThat(driver.result(read(slot, buffer(20)).at(0))).isEqualTo(5);
            assertThat(driver.result(open(other, OpenFlag.READ).into(slot))).isZero();
            assertThat(driver.result(read(slot, buffer(20)).at(0))).isEqualTo(9);
            assertThat(driver.result(close(slot))).isZero();
        }
    }
}
