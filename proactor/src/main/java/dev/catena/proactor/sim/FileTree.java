package dev.catena.proactor.sim;

import dev.catena.ops.Errno;
import dev.catena.ops.FileStatus;
import dev.catena.ops.Open;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Rename;
import dev.catena.ops.Resolve;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names of files: one tree, in which everybody may do everything. Paths that do not begin with `/` begin at the
/// root.
///
/// What fails is thrown as [Refused]. Guarded by the kernel's lock.
final class FileTree {
    private static final int MOST_LINKS = 40;
    private static final int UMASK = 022;

    /// Why something cannot be done.
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Errno errno;

        Refused(Errno errno) {
            super(errno.name(), null, false, false);
            this.errno = errno;
        }

        int result() {
            return -errno.number();
        }
    }

    /// Where a path ends: an entry of a directory, which may not be there yet. The name is "." where the path ends at a
    /// directory without naming it.
    record Place(Inode.Directory directory, String name, @Nullable Inode inode) {
        /// What is there.
        Inode existing() {
            if (inode == null) {
                throw new Refused(Errno.ENOENT);
            }
            return inode;
        }

        /// Checks that nothing is there, and that something can be.
        Place vacant() {
            if (inode != null) {
                throw new Refused(Errno.EEXIST);
            }
            return this;
        }

        boolean isNamed() {
            return !name.equals(".");
        }
    }

    private final Machine machine;
    private final Inode.Directory root;

    FileTree(Machine machine) {
        this.machine = machine;
        root = Inode.Directory.root(machine);
        root.put("tmp", Inode.Directory.in(root, machine, 0777));
    }

    Inode.Directory root() {
        return root;
    }

    /// Follows a path.
    ///
    /// @param follows whether a symbolic link at its end is followed
    Place find(String path, boolean follows) {
        return find(root, path, follows, Set.of());
    }

    private Place find(Inode.Directory from, String path, boolean follows, Set<Resolve> rules) {
        boolean beneath = rules.contains(Resolve.BENEATH);
        var top = rules.contains(Resolve.IN_ROOT) ? from : root;
        var at = start(from, top, path, beneath);
        var rest = new ArrayDeque<>(parts(path));
        int links = 0;
        for (var name = rest.poll(); name != null; name = rest.poll()) {
            if (name.equals("..")) {
                if (beneath && at == from) {
                    throw new Refused(Errno.EXDEV);
                }
                at = at == top ? at : at.parent();
                continue;
            }
            var child = at.get(name);
            if (child instanceof Inode.Link link && (follows || !rest.isEmpty())) {
                if (rules.contains(Resolve.NO_SYMLINKS) || ++links > MOST_LINKS) {
                    throw new Refused(Errno.ELOOP);
                }
                at = start(at, top, link.target(), beneath);
                var target = parts(link.target());
                for (int i = target.size() - 1; i >= 0; i--) {
                    rest.push(target.get(i));
                }
                continue;
            }
            if (rest.isEmpty()) {
                return new Place(at, name, child);
            }
            if (child == null) {
                throw new Refused(Errno.ENOENT);
            }
            if (!(child instanceof Inode.Directory directory)) {
                throw new Refused(Errno.ENOTDIR);
            }
            at = directory;
        }
        return new Place(at.parent(), ".", at);
    }

    private static Inode.Directory start(
            Inode.Directory from, Inode.Directory top, String path, boolean beneath) {
        if (!path.startsWith("/")) {
            return from;
        }
        if (beneath) {
            throw new Refused(Errno.EXDEV);
        }
        return top;
    }

    private static List<String> parts(String path) {
        return List.of(path.split("/", -1)).stream()
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
    }

    /// Opens a file.
    ///
    /// @param directory where relative paths begin, or null for the root
    OpenFile open(Open open, @Nullable Description directory) {
        var flags = open.flags();
        var path = open.path().toString();
        var from = directoryOf(directory, path);
        boolean creates = flags.contains(OpenFlag.CREATE);
        boolean exclusive = creates && flags.contains(OpenFlag.EXCLUSIVE);
        boolean writes = !flags.contains(OpenFlag.READ);
        if (creates && flags.contains(OpenFlag.DIRECTORY)) {
            throw new Refused(Errno.EINVAL);
        }
        boolean follows = !exclusive && !flags.contains(OpenFlag.NO_FOLLOW);
        var place = find(from, path, follows, open.resolve());
        if (flags.contains(OpenFlag.TEMPORARY)) {
            if (!writes) {
                throw new Refused(Errno.EINVAL);
            }
            if (!(place.existing() instanceof Inode.Directory)) {
                throw new Refused(Errno.ENOTDIR);
            }
            return new OpenFile(newFile(open.mode()), path + "/(unnamed)", flags);
        }
        var inode = place.inode();
        if (inode == null) {
            if (!creates) {
                throw new Refused(Errno.ENOENT);
            }
            inode = newFile(open.mode());
            place.directory().put(place.name(), inode);
            return new OpenFile(inode, path, flags);
        }
        if (exclusive) {
            throw new Refused(Errno.EEXIST);
        }
        return openExisting(inode, path, flags, writes || creates);
    }

    private static OpenFile openExisting(
            Inode inode, String path, Set<OpenFlag> flags, boolean changes) {
        switch (inode) {
            case Inode.Link _ -> throw new Refused(Errno.ELOOP);
            case Inode.Name _ -> throw new Refused(Errno.ENXIO);
            case Inode.Directory _ -> {
                if (changes) {
                    throw new Refused(Errno.EISDIR);
                }
            }
            case Inode.File file -> {
                if (flags.contains(OpenFlag.DIRECTORY)) {
                    throw new Refused(Errno.ENOTDIR);
                }
                if (flags.contains(OpenFlag.TRUNCATE)) {
                    file.pages().resize(0);
                    file.written();
                }
            }
        }
        return new OpenFile(inode, path, flags);
    }

    private Inode.File newFile(int mode) {
        return new Inode.File(machine, mode & ~UMASK);
    }

    private Inode.Directory directoryOf(@Nullable Description description, String path) {
        if (description == null || path.startsWith("/")) {
            if (description instanceof OpenFile file
                    && file.inode() instanceof Inode.Directory open) {
                return open; // for the rules of openat2
            }
            return root;
        }
        if (description instanceof OpenFile file
                && file.inode() instanceof Inode.Directory directory) {
            return directory;
        }
        throw new Refused(Errno.ENOTDIR);
    }

    /// What a file is.
    FileStatus status(@Nullable Description directory, String path, boolean follows) {
        return find(directoryOf(directory, path), path, follows, Set.of()).existing().status();
    }

    void makeDirectory(String path, int mode) {
        var place = find(path, false).vacant();
        place.directory()
                .put(place.name(), Inode.Directory.in(place.directory(), machine, mode & ~UMASK));
    }

    void symbolicLink(String target, String path) {
        var place = find(path, false).vacant();
        place.directory().put(place.name(), new Inode.Link(machine, target));
    }

    void hardLink(String existing, String path) {
        var inode = find(existing, false).existing();
        var place = find(path, false).vacant();
        if (inode instanceof Inode.Directory) {
            throw new Refused(Errno.EPERM);
        }
        place.directory().put(place.name(), inode);
    }

    /// Makes the name of a unix socket.
    Inode.Name bind(String path, SimulatedSocket socket) {
        var place = find(path, false);
        if (place.inode() != null) {
            throw new Refused(Errno.EADDRINUSE);
        }
        var name = new Inode.Name(machine, socket);
        place.directory().put(place.name(), name);
        return name;
    }

    void unlink(String path, boolean directory) {
        var place = find(path, false);
        var inode = place.existing();
        if (directory) {
            if (!(inode instanceof Inode.Directory removed)) {
                throw new Refused(Errno.ENOTDIR);
            }
            if (!place.isNamed()) {
                throw new Refused(removed == root ? Errno.EBUSY : Errno.EINVAL);
            }
            if (!removed.entries().isEmpty()) {
                throw new Refused(Errno.ENOTEMPTY);
            }
        } else if (inode instanceof Inode.Directory) {
            throw new Refused(Errno.EISDIR);
        }
        place.directory().remove(place.name());
    }

    void rename(String from, String to, Rename.How how) {
        var source = find(from, false);
        var target = find(to, false);
        var moved = source.existing();
        var replaced = target.inode();
        if (!source.isNamed() || !target.isNamed()) {
            throw new Refused(Errno.EBUSY);
        }
        if (how == Rename.How.KEEP && replaced != null) {
            throw new Refused(Errno.EEXIST);
        }
        if (moved instanceof Inode.Directory directory && target.directory().isWithin(directory)) {
            throw new Refused(Errno.EINVAL);
        }
        if (how == Rename.How.EXCHANGE) {
            var other = target.existing();
            if (other instanceof Inode.Directory directory
                    && source.directory().isWithin(directory)) {
                throw new Refused(Errno.EINVAL);
            }
            source.directory().put(source.name(), other);
            target.directory().put(target.name(), moved);
            return;
        }
        if (moved == replaced) {
            return;
        }
        if (replaced != null) {
            checkReplaceable(moved, replaced);
            target.directory().remove(target.name());
        }
        source.directory().remove(source.name());
        target.directory().put(target.name(), moved);
    }

    private static void checkReplaceable(Inode moved, Inode replaced) {
        if (replaced instanceof Inode.Directory directory) {
            if (!(moved instanceof Inode.Directory)) {
                throw new Refused(Errno.EISDIR);
            }
            if (!directory.entries().isEmpty()) {
                throw new Refused(Errno.ENOTEMPTY);
            }
        } else if (moved instanceof Inode.Directory) {
            throw new Refused(Errno.ENOTDIR);
        }
    }

    /// The file at a path, made with the directories above it if it is not there: for presets.
    Inode.File preset(String path) {
        var at = root;
        var parts = parts(path);
        for (var name : parts.subList(0, Math.max(0, parts.size() - 1))) {
            var child = at.get(name);
            if (child == null) {
                var made = Inode.Directory.in(at, machine, 0755);
                at.put(name, made);
                child = made;
            }
            if (!(child instanceof Inode.Directory directory)) {
                throw new Refused(Errno.ENOTDIR);
            }
            at = directory;
        }
        var place = find(path, true);
        if (place.inode() == null) {
            var file = newFile(0666);
            place.directory().put(place.name(), file);
            return file;
        }
        if (place.inode() instanceof Inode.File file) {
            return file;
        }
        throw new Refused(Errno.EISDIR);
    }
}
