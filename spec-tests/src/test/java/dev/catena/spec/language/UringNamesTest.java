package dev.catena.spec.language;

import static dev.catena.ops.Ops.hardLink;
import static dev.catena.ops.Ops.makeDirectory;
import static dev.catena.ops.Ops.removeDirectory;
import static dev.catena.ops.Ops.rename;
import static dev.catena.ops.Ops.symbolicLink;
import static dev.catena.ops.Ops.unlink;
import static dev.catena.spec.language.Failing.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Errno;
import dev.catena.ops.HardLink;
import dev.catena.ops.MakeDirectory;
import dev.catena.ops.Rename;
import dev.catena.ops.Step;
import dev.catena.ops.SymbolicLink;
import dev.catena.ops.Unlink;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.UringSpec;
import io.vavr.Tuple0;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operations on names do, seen with `java.nio`.
class UringNamesTest extends UringSpec {
    @TempDir private Path folder;

    @Test
    @Shows(Rename.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "the JDK does not exchange two names")
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void renameShouldReplaceKeepOrExchange() throws Exception {
        var one = Files.writeString(folder.resolve("one"), "one");
        var two = Files.writeString(folder.resolve("two"), "two");
        Scope.run(
                proactor(),
                scope -> {
                    assertFails(Errno.EEXIST, scope.attempt(rename(one, two, Rename.How.KEEP)));
                    assertThat(Files.readString(one)).isEqualTo("one");
                    scope.await(rename(one, two, Rename.How.EXCHANGE));
                    assertThat(Files.readString(one)).isEqualTo("two");
                    assertThat(Files.readString(two)).isEqualTo("one");
                    scope.await(rename(one, two));
                    assertThat(one).doesNotExist();
                    assertThat(Files.readString(two)).isEqualTo("two");
                    scope.await(rename(two, one, Rename.How.KEEP));
                    assertThat(Files.readString(one)).isEqualTo("two");
                    assertFails(Errno.ENOENT, scope.attempt(rename(two, one)));
                });
    }

    @Test
    @Shows({Unlink.class, MakeDirectory.class})
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void directoriesShouldBeMadeAndRemovedAndFilesUnlinked() throws Exception {
        var directory = folder.resolve("directory");
        var file = directory.resolve("file");
        Scope.run(
                proactor(),
                scope -> {
                    scope.await(new MakeDirectory(directory, 0710));
                    assertThat((int) Files.getAttribute(directory, "unix:mode") & 07777)
                            .isEqualTo(0710);
                    assertFails(Errno.EEXIST, scope.attempt(makeDirectory(directory)));
                    Files.writeString(file, "text");
                    assertFails(Errno.ENOTEMPTY, scope.attempt(removeDirectory(directory)));
                    assertFails(Errno.EISDIR, scope.attempt(unlink(directory)));
                    assertFails(Errno.ENOTDIR, scope.attempt(removeDirectory(file)));
                    scope.await(unlink(file));
                    assertThat(directory).isEmptyDirectory();
                    scope.await(removeDirectory(directory));
                    assertThat(directory).doesNotExist();
                });
    }

    @Test
    @Shows(HardLink.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void hardLinkShouldNameTheSameFile() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "text");
        var again = folder.resolve("again");
        Scope.run(
                proactor(),
                scope -> {
                    scope.await(hardLink(file, again));
                    assertThat(Files.isSameFile(file, again)).isTrue();
                    assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(2);
                    assertFails(Errno.EEXIST, scope.attempt(hardLink(file, again)));
                });
    }

    @Test
    @Shows(SymbolicLink.class)
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void symbolicLinkShouldHoldItsTargetAsWritten() throws Exception {
        var added = folder.resolve("added");
        var nowhere = Path.of("../no/such/file");
        Scope.run(
                proactor(),
                scope -> {
                    scope.await(symbolicLink(nowhere, added));
                    assertThat(Files.readSymbolicLink(added)).isEqualTo(nowhere);
                    assertFails(Errno.EEXIST, scope.attempt(symbolicLink(nowhere, added)));
                });
    }

    @Test
    @Shows({Rename.class, SymbolicLink.class})
    @NotOn(value = DriverOfTests.SIM, why = "it does not see the files of this machine")
    void pathsOfOneChainShouldNotDisturbEachOther() throws Exception {
        var letters = "abcdefghijklmnopqrstuvwxyz";
        Scope.run(
                proactor(),
                scope -> {
                    var links = new java.util.ArrayList<Step<Tuple0>>();
                    for (int i = 0; i < letters.length(); i++) {
                        var name = letters.substring(0, i + 1);
                        links.add(symbolicLink(Path.of("to-" + name), folder.resolve(name)).hard());
                    }
                    scope.await(dev.catena.ops.Ops.linkAll(links));
                });
        for (int i = 0; i < letters.length(); i++) {
            var name = letters.substring(0, i + 1);
            assertThat(Files.readSymbolicLink(folder.resolve(name)))
                    .isEqualTo(Path.of("to-" + name));
        }
    }
}
