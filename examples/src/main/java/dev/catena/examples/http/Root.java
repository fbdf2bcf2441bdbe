package dev.catena.examples.http;

import dev.catena.examples.program.ProgramException;
import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Fd;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.Open;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Ops;
import dev.catena.ops.Resolve;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/// The folder that is served. What it opens is in it, wherever the path seems to lead.
abstract sealed class Root {
    // a pipe that nobody writes keeps whoever opens it waiting
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /// The root for a driver: with rules for the kernel, where it can be given some.
    static Root of(Scope scope, Path folder) throws IOException, ProgramException {
        try {
            var opened = scope.await(Ops.open(folder, OpenFlag.READ, OpenFlag.DIRECTORY));
            var beneath = new Beneath(opened);
            try {
                scope.await(Ops.close(beneath.open(scope, "")));
                return beneath;
            } catch (UnsupportedOperationException noRules) {
                scope.await(Ops.close(opened));
                return new Checked(scope.blocking(folder::toRealPath));
            }
        } catch (OperationFailedException e) {
            throw new ProgramException("cannot serve " + folder + ": " + e.errno().sentence());
        } catch (Problem refused) {
            throw new ProgramException("cannot serve " + folder + ": it cannot be read");
        }
    }

    /// Opens what a path names.
    ///
    /// @param scope whose the descriptor is
    /// @param path relative; empty for the root itself
    /// @throws Problem if there is nothing there that may be served
    final Fd open(Scope scope, String path) throws IOException, Problem {
        try {
            return scope.await(way(scope, path).within(LIMIT));
        } catch (OperationFailedException e) {
            throw new Problem(
                    switch (e.errno()) {
                        case ENOENT, ENOTDIR, ENAMETOOLONG, EXDEV, ELOOP, ENXIO ->
                                Problem.NOT_FOUND;
                        case EACCES, EPERM -> Problem.FORBIDDEN;
                        case EMFILE, ENFILE, ENOMEM, EAGAIN -> Problem.UNAVAILABLE;
                        default -> throw e;
                    });
        } catch (AccessDeniedException denied) {
            throw new Problem(Problem.FORBIDDEN);
        } catch (FileSystemException
                | InvalidPathException
                | InvalidValueException
                | DeadlineExceededException none) {
            throw new Problem(Problem.NOT_FOUND);
        }
    }

    /// What opens it.
    abstract Open way(Scope scope, String path) throws IOException, Problem;

    /// Where the JDK finds the names of what is in a directory.
    abstract Path listable(Fd directory, String path);

    /// The kernel sees to it that no path leaves the folder: neither by `..`, nor by an absolute path, nor by a link, whatever is
    /// renamed meanwhile (`openat2(2)`, `RESOLVE_BENEATH`).
    private static final class Beneath extends Root {
        private final Fd folder;

        Beneath(Fd folder) {
            this.folder = folder;
        }

        @Override
        Open way(Scope scope, String path) {
            return Ops.open(Path.of(path.isEmpty() ? "." : path), OpenFlag.READ)
                    .in(folder)
                    .resolve(Resolve.BENEATH, Resolve.NO_MAGICLINKS);
        }

        @Override
        Path listable(Fd directory, String path) {
            return Path.of("/proc/self/fd/" + directory.number());
        }
    }

    /// The real path is looked at before it is opened. Whoever renames and links in the folder at that moment can get between;
    /// this is for drivers that cannot tell the kernel more.
    private static final class Checked extends Root {
        private final Path folder;

        Checked(Path folder) {
            this.folder = folder;
        }

        @Override
        Open way(Scope scope, String path) throws IOException, Problem {
            var real = scope.blocking(() -> folder.resolve(path).toRealPath());
            if (!real.startsWith(folder)) {
                throw new Problem(Problem.NOT_FOUND);
            }
            return Ops.open(real, OpenFlag.READ);
        }

        @Override
        Path listable(Fd directory, String path) {
            return folder.resolve(path);
        }
    }
}
