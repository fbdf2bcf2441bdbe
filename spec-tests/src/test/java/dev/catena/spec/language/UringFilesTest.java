package dev.catena.spec.language;

import static dev.catena.ops.OpenFlag.APPEND;
import static dev.catena.ops.OpenFlag.CREATE;
import static dev.catena.ops.OpenFlag.DIRECTORY;
import static dev.catena.ops.OpenFlag.EXCLUSIVE;
import static dev.catena.ops.OpenFlag.NO_FOLLOW;
import static dev.catena.ops.OpenFlag.READ;
import static dev.catena.ops.OpenFlag.READ_WRITE;
import static dev.catena.ops.OpenFlag.TEMPORARY;
import static dev.catena.ops.OpenFlag.TRUNCATE;
import static dev.catena.ops.OpenFlag.WRITE;
import static dev.catena.ops.Ops.advise;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.dataSync;
import static dev.catena.ops.Ops.fallocate;
import static dev.catena.ops.Ops.fsync;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.status;
import static dev.catena.ops.Ops.truncate;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.language.Failing.assertFails;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Advise;
import dev.catena.ops.Buffer;
import dev.catena.ops.Close;
import dev.catena.ops.Errno;
import dev.catena.ops.Fallocate;
import dev.catena.ops.FileStatus;
import dev.catena.ops.Fsync;
import dev.catena.ops.Open;
import dev.catena.ops.Read;
import dev.catena.ops.ReadVector;
import dev.catena.ops.Resolve;
import dev.catena.ops.Status;
import dev.catena.ops.Truncate;
import dev.catena.ops.Write;
import dev.catena.ops.WriteVector;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operations on open files do, seen with `java.nio`.
class UringFilesTest extends UringSpec {
    @TempDir private Path folder;

    // ---------------------------------------------------------------- opening and closing

    @Test
    @Shows(Open.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "looks into the process's table of descriptors")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void openShouldGiveADescriptorOfTheFile() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "text");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ));
                    assertThat(descriptorLink(fd.number())).isEqualTo(file.toRealPath());
                    assertThat(descriptorFlags(fd.number()) & 02000000)
                            .as("O_CLOEXEC in /proc/self/fdinfo")
                            .isNotZero();
                });
    }

    @Test
    @Shows(Open.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void openFlagsShouldMeanWhatOpen2Says() throws Exception {
        var file = folder.resolve("made");
        Scope.run(
                proactor(),
                scope -> {
                    assertFails(Errno.ENOENT, scope.attempt(open(file, WRITE)));
                    var made = scope.await(open(file, WRITE, CREATE, EXCLUSIVE).mode(0640));
                    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100640);
                    assertFails(Errno.EEXIST, scope.attempt(open(file, WRITE, CREATE, EXCLUSIVE)));
                    scope.await(write(made, text(scope, "first")));
                    var appending = scope.await(open(file, WRITE, APPEND));
                    scope.await(write(appending, text(scope, "+last")));
                    assertThat(Files.readString(file)).isEqualTo("first+last");
                    scope.await(open(file, READ_WRITE, TRUNCATE));
                    assertThat(Files.size(file)).isZero();
                    assertFails(Errno.ENOTDIR, scope.attempt(open(file, READ, DIRECTORY)));
                    Files.createSymbolicLink(folder.resolve("link"), file);
                    assertFails(
                            Errno.ELOOP,
                            scope.attempt(open(folder.resolve("link"), READ, NO_FOLLOW)));
                });
    }

    @Test
    @Shows(Open.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void temporaryFileShouldHaveNoName() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(folder, READ_WRITE, TEMPORARY));
                    scope.await(write(fd, text(scope, "gone soon")));
                    assertThat(scope.await(status(fd)).links()).isZero();
                    assertThat(folder).isEmptyDirectory();
                });
    }

    @Test
    @Shows(Open.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "the JDK has no rules for paths")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void resolveRulesShouldHoldAPathToItsDirectory() throws Exception {
        var inside = Files.createDirectory(folder.resolve("inside"));
        Files.writeString(inside.resolve("here"), "");
        Files.writeString(folder.resolve("there"), "");
        Files.createSymbolicLink(inside.resolve("up"), Path.of("../there"));
        Files.createSymbolicLink(inside.resolve("beside"), Path.of("here"));
        Files.createSymbolicLink(inside.resolve("rooted"), Path.of("/here"));
        Scope.run(
                proactor(),
                scope -> {
                    var directory = scope.await(open(inside, READ, DIRECTORY));
                    var here = open(Path.of("here"), READ).in(directory);
                    var up = open(Path.of("up"), READ).in(directory);
                    var beside = open(Path.of("beside"), READ).in(directory);
                    var rooted = open(Path.of("rooted"), READ).in(directory);
                    var self = open(Path.of("/proc/self/fd/" + directory.number()), READ);

                    scope.await(here.resolve(Resolve.BENEATH));
                    scope.await(up);
                    assertFails(Errno.EXDEV, scope.attempt(up.resolve(Resolve.BENEATH)));
                    assertFails(Errno.ENOENT, scope.attempt(rooted));
                    var found = scope.await(rooted.resolve(Resolve.IN_ROOT));
                    assertThat(descriptorLink(found.number()).getFileName())
                            .isEqualTo(Path.of("here"));
                    scope.await(beside);
                    assertFails(Errno.ELOOP, scope.attempt(beside.resolve(Resolve.NO_SYMLINKS)));
                    scope.await(self);
                    assertFails(Errno.ELOOP, scope.attempt(self.resolve(Resolve.NO_MAGICLINKS)));
                    var elsewhere = open(Path.of("/proc/self/status"), READ);
                    scope.await(elsewhere);
                    assertFails(Errno.EXDEV, scope.attempt(elsewhere.resolve(Resolve.NO_XDEV)));
                });
    }

    @Test
    @Shows(Close.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "looks into the process's table of descriptors")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void closeShouldTakeTheNumberOutOfTheTable() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "text");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ));
                    var entry = Path.of("/proc/self/fd/" + fd.number());
                    assertThat(Files.exists(entry, LinkOption.NOFOLLOW_LINKS)).isTrue();
                    scope.await(close(fd));
                    assertThat(Files.exists(entry, LinkOption.NOFOLLOW_LINKS)).isFalse();
                    assertThat(fd.isOpen()).isFalse();
                    assertFails(Errno.EBADF, scope.attempt(read(fd, scope.lease(8))));
                    assertFails(Errno.EBADF, scope.attempt(close(fd)));
                });
    }

    // ---------------------------------------------------------------- bytes

    @Test
    @Shows(Read.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void readShouldTakeBytesFromItsPlaceAndZeroAtTheEnd() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "0123456789");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ));
                    var buffer = scope.lease(4);
                    assertThat(scope.await(read(fd, buffer).at(6))).isEqualTo(4);
                    assertThat(buffer.toArray()).isEqualTo("6789".getBytes(US_ASCII));
                    assertThat(scope.await(read(fd, buffer).at(8))).isEqualTo(2);
                    assertThat(scope.await(read(fd, buffer).at(10))).isZero();

                    // the current position moves with reads that have no place of their own
                    assertThat(scope.await(read(fd, buffer))).isEqualTo(4);
                    assertThat(buffer.toArray()).isEqualTo("0123".getBytes(US_ASCII));
                    assertThat(scope.await(read(fd, buffer.first(2)))).isEqualTo(2);
                    assertThat(buffer.toArray()).isEqualTo("4523".getBytes(US_ASCII));
                    assertFails(Errno.EBADF, scope.attempt(write(fd, buffer)));
                });
    }

    @Test
    @Shows(Write.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void writeShouldPutBytesAtItsPlace() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "0123456789");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ_WRITE));
                    assertThat(scope.await(write(fd, text(scope, "abc")).at(8))).isEqualTo(3);
                    assertThat(Files.readString(file)).isEqualTo("01234567abc");
                    scope.await(write(fd, text(scope, "x")));
                    scope.await(write(fd, text(scope, "yz")));
                    assertThat(Files.readString(file)).isEqualTo("xyz34567abc");
                    scope.await(write(fd, text(scope, "!")).at(5_000_000_000L));
                    assertThat(Files.size(file)).isEqualTo(5_000_000_001L);
                });
    }

    @Test
    @Shows({ReadVector.class, WriteVector.class})
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void vectoredTransfersShouldUseTheirRegionsInOrder() throws Exception {
        var file = folder.resolve("file");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ_WRITE, CREATE));
                    var parts = List.of(text(scope, "one,"), text(scope, "two,"), text(scope, "3"));
                    assertThat(scope.await(write(fd, parts))).isEqualTo(9);
                    assertThat(scope.await(write(fd, parts).at(9))).isEqualTo(9);
                    assertThat(Files.readString(file)).isEqualTo("one,two,3one,two,3");

                    var whole = scope.lease(16).fill((byte) '.');
                    var regions = List.of(whole.slice(8, 3), whole.slice(0, 1), whole.slice(4, 2));
                    assertThat(scope.await(read(fd, regions).at(4))).isEqualTo(6);
                    assertThat(new String(whole.toArray(), US_ASCII)).isEqualTo(",...3o..two.....");
                    assertThat(scope.await(read(fd, regions).at(13))).isEqualTo(5);
                    assertThat(new String(whole.toArray(), US_ASCII)).isEqualTo(",...3o..two.....");
                });
    }

    @Test
    @Shows({ReadVector.class, WriteVector.class})
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void vectorOfAThousandRegionsShouldBeMovedWhole() throws Exception {
        var file = folder.resolve("file");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ_WRITE, CREATE));
                    var block = scope.lease(1024);
                    for (int i = 0; i < 1024; i++) {
                        block.set(i, (byte) i);
                    }
                    var regions = new Buffer[1024];
                    Arrays.setAll(regions, i -> block.slice(1023 - i, 1));
                    var backwards = List.of(regions);
                    assertThat(scope.await(write(fd, backwards).at(0))).isEqualTo(1024);
                    assertThat(Files.readAllBytes(file)[0]).isEqualTo((byte) 1023);
                    var copy = block.toArray();
                    block.fill((byte) 0);
                    assertThat(scope.await(read(fd, backwards).at(0))).isEqualTo(1024);
                    assertThat(block.toArray()).isEqualTo(copy);
                });
    }

    @Test
    @Shows(Fsync.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void syncsShouldBeTakenByAFileAndRefusedByAPipe() throws Exception {
        var file = folder.resolve("file");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, WRITE, CREATE));
                    scope.await(link(write(fd, text(scope, "kept")).at(0), fsync(fd)));
                    scope.await(link(write(fd, text(scope, "too")).at(4), dataSync(fd)));
                    assertThat(Files.readString(file)).isEqualTo("kepttoo");
                    // the kernel does look at the descriptor, so it is a sync and not a no-op
                    var pipe = scope.await(dev.catena.ops.Ops.pipe());
                    assertFails(Errno.EINVAL, scope.attempt(fsync(pipe.writing())));
                    assertFails(Errno.EINVAL, scope.attempt(dataSync(pipe.writing())));
                });
    }

    // ---------------------------------------------------------------- space

    @Test
    @Shows(Fallocate.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "the JDK does not reserve ranges of files")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void fallocateShouldReserveKeepPunchAndZero() throws Exception {
        var file = folder.resolve("file");
        int block = 65536;
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ_WRITE, CREATE));
                    scope.await(fallocate(fd, Fallocate.How.ALLOCATE, 0, 2L * block));
                    var reserved = scope.await(status(fd));
                    assertThat(reserved.size()).isEqualTo(2L * block);
                    assertThat(reserved.blocks() * 512).isGreaterThanOrEqualTo(2L * block);

                    scope.await(fallocate(fd, Fallocate.How.KEEP_SIZE, 2L * block, block));
                    var kept = scope.await(status(fd));
                    assertThat(kept.size()).as("KEEP_SIZE").isEqualTo(2L * block);
                    assertThat(kept.blocks()).isGreaterThan(reserved.blocks());

                    scope.await(write(fd, scope.lease(block).fill((byte) 7)).at(0));
                    scope.await(write(fd, scope.lease(block).fill((byte) 7)).at(block));
                    scope.await(fsync(fd));
                    scope.await(fallocate(fd, Fallocate.How.PUNCH_HOLE, 0, block));
                    var punched = scope.await(status(fd));
                    assertThat(punched.size()).as("PUNCH_HOLE").isEqualTo(2L * block);
                    assertThat(punched.blocks()).isLessThan(kept.blocks());
                    assertThat(bytes(file, 0, block)).containsOnly(0);
                    assertThat(bytes(file, block, block)).containsOnly(7);

                    var zeroed =
                            scope.attempt(fallocate(fd, Fallocate.How.ZERO, block, 3L * block));
                    if (Said.of(zeroed).equals("EOPNOTSUPP")) {
                        return; // tmpfs has no FALLOC_FL_ZERO_RANGE
                    }
                    assertThat(Said.of(zeroed)).isEqualTo("completed");
                    assertThat(Files.size(file)).as("ZERO").isEqualTo(4L * block);
                    assertThat(bytes(file, block, block)).containsOnly(0);
                });
    }

    @Test
    @Shows(Truncate.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void truncateShouldGiveAFileItsSize() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "0123456789");
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ_WRITE));
                    scope.await(truncate(fd, 4));
                    assertThat(Files.readString(file)).isEqualTo("0123");
                    scope.await(truncate(fd, 6));
                    assertThat(Files.readAllBytes(file))
                            .isEqualTo(new byte[] {'0', '1', '2', '3', 0, 0});
                    var reader = scope.await(open(file, READ));
                    assertFails(Errno.EINVAL, scope.attempt(truncate(reader, 1)));
                });
    }

    @Test
    @Shows(Advise.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void everyAdviceShouldBeTakenByAFileAndRefusedByAPipe() throws Exception {
        var file = Files.write(folder.resolve("file"), new byte[1 << 20]);
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ));
                    var pipe = scope.await(dev.catena.ops.Ops.pipe());
                    for (var advice : Advise.Advice.values()) {
                        scope.await(advise(fd, advice, 0, 0));
                        scope.await(advise(fd, advice, 4096, 8192));
                        assertFails(
                                Errno.ESPIPE, scope.attempt(advise(pipe.reading(), advice, 0, 1)));
                    }
                });
    }

    // ---------------------------------------------------------------- status

    @Test
    @Shows(Status.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void statusShouldSayWhatJavaSays() throws Exception {
        var file = Files.write(folder.resolve("file"), new byte[12_345]);
        Files.setAttribute(file, "unix:mode", 0604);
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z")));
        Files.createLink(folder.resolve("again"), file);
        var symbolic = Files.createSymbolicLink(folder.resolve("symbolic"), file);
        Scope.run(
                proactor(),
                scope -> {
                    var fd = scope.await(open(file, READ));
                    assertSameAsJava(scope.await(status(file)), file);
                    assertSameAsJava(scope.await(status(fd)), file);
                    assertSameAsJava(scope.await(status(symbolic)), file);
                    assertSameAsJava(scope.await(status(symbolic).noFollow()), symbolic);
                    assertSameAsJava(scope.await(status(folder)), folder);
                    var directory = scope.await(open(folder, READ, DIRECTORY));
                    var within = new Status(directory, Path.of("symbolic"), false);
                    assertSameAsJava(scope.await(within), symbolic);
                    assertFails(Errno.ENOENT, scope.attempt(status(folder.resolve("nobody"))));
                });
    }

    @Test
    @Shows(Status.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void statusShouldTellTheKindsOfFilesApart() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pipe = scope.await(dev.catena.ops.Ops.pipe());
                    assertThat(scope.await(status(pipe.reading())).type())
                            .isEqualTo(FileStatus.Type.PIPE);
                    var socket =
                            scope.await(
                                    dev.catena.ops.Ops.socket(
                                            dev.catena.ops.AddressFamily.UNIX,
                                            dev.catena.ops.SocketType.STREAM));
                    assertThat(scope.await(status(socket)).type())
                            .isEqualTo(FileStatus.Type.SOCKET);
                    assertThat(scope.await(status(Path.of("/dev/null"))).type())
                            .isEqualTo(FileStatus.Type.CHARACTER_DEVICE);
                    assertThat(scope.await(status(Path.of("/"))).type())
                            .isEqualTo(FileStatus.Type.DIRECTORY);
                });
    }

    private static void assertSameAsJava(FileStatus status, Path file) throws IOException {
        var java = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) java.get("mode");
        assertThat(status.mode()).isEqualTo(mode & 07777);
        assertThat(status.type())
                .isEqualTo(
                        Files.isSymbolicLink(file)
                                ? FileStatus.Type.SYMBOLIC_LINK
                                : Files.isDirectory(file)
                                        ? FileStatus.Type.DIRECTORY
                                        : FileStatus.Type.FILE);
        assertThat(status.size()).isEqualTo(java.get("size"));
        assertThat(status.links()).isEqualTo(java.get("nlink"));
        assertThat(status.userId()).isEqualTo(java.get("uid"));
        assertThat(status.groupId()).isEqualTo(java.get("gid"));
        assertThat(status.inode()).isEqualTo(java.get("ino"));
        assertThat(status.device()).isEqualTo(java.get("dev"));
        assertThat(status.modified())
                .isEqualTo(((FileTime) java.get("lastModifiedTime")).toInstant());
        assertThat(status.changed()).isEqualTo(((FileTime) java.get("ctime")).toInstant());
        assertThat(status.accessed())
                .isEqualTo(((FileTime) java.get("lastAccessTime")).toInstant());
    }

    // ---------------------------------------------------------------- looking from outside

    static Buffer text(Scope scope, String text) {
        var bytes = text.getBytes(US_ASCII);
        return scope.lease(bytes.length).put(0, bytes);
    }

    private static byte[] bytes(Path file, long from, int length) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var buffer = java.nio.ByteBuffer.allocate(length);
            channel.read(buffer, from);
            return buffer.array();
        }
    }

    private static Path descriptorLink(int number) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + number));
    }

    private static int descriptorFlags(int number) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + number)).stream()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> Integer.parseInt(line.substring(6).strip(), 8))
                .findFirst()
                .orElseThrow();
    }
}
