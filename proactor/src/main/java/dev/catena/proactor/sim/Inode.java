package dev.catena.proactor.sim;

import dev.catena.ops.FileStatus;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A file apart from its names. Guarded by the kernel's lock.
abstract sealed class Inode {
    private static final int BLOCK_BYTES = 4096;
    private static final long DEVICE = 1;

    private final Machine machine;
    private final long number;
    private final int mode;
    private int links;
    private Instant accessed;
    private Instant modified;
    private Instant changed;

    Inode(Machine machine, int mode) {
        this.machine = machine;
        this.mode = mode;
        number = machine.nextInode();
        accessed = machine.wallTime();
        modified = accessed;
        changed = accessed;
    }

    /// A regular file.
    static final class File extends Inode {
        private final Pages pages = new Pages();

        File(Machine machine, int mode) {
            super(machine, mode);
        }

        Pages pages() {
            return pages;
        }

        @Override
        FileStatus.Type type() {
            return FileStatus.Type.FILE;
        }

        @Override
        long size() {
            return pages.size();
        }

        @Override
        long blocks() {
            return pages.count() * (BLOCK_BYTES / 512);
        }
    }

    /// A directory.
    static final class Directory extends Inode {
        private final TreeMap<String, Inode> entries = new TreeMap<>();

        // itself, of the root
        private Directory parent;

        @SuppressWarnings("NullAway.Init")
        private Directory(Machine machine, int mode) {
            super(machine, mode);
        }

        static Directory root(Machine machine) {
            var root = new Directory(machine, 0755);
            root.parent = root;
            return root;
        }

        static Directory in(Directory parent, Machine machine, int mode) {
            var directory = new Directory(machine, mode);
            directory.parent = parent;
            return directory;
        }

        Directory parent() {
            return parent;
        }

        @Nullable Inode get(String name) {
            return entries.get(name);
        }

        void put(String name, Inode inode) {
            var before = entries.put(name, inode);
            inode.links(1);
            if (before != null) {
                before.links(-1);
            }
            if (inode instanceof Directory directory) {
                directory.parent = this;
            }
            written();
        }

        void remove(String name) {
            var removed = entries.remove(name);
            if (removed != null) {
                removed.links(-1);
            }
            written();
        }

        Map<String, Inode> entries() {
            return entries;
        }

        boolean isWithin(Directory other) {
            for (var at = this; ; at = at.parent) {
                if (at == other) {
                    return true;
                }
                if (at.parent == at) {
                    return false;
                }
            }
        }

        @Override
        FileStatus.Type type() {
            return FileStatus.Type.DIRECTORY;
        }

        @Override
        long size() {
            return BLOCK_BYTES;
        }
    }

    /// A symbolic link.
    static final class Link extends Inode {
        private final String target;

        Link(Machine machine, String target) {
            super(machine, 0777);
            this.target = target;
        }

        String target() {
            return target;
        }

        @Override
        FileStatus.Type type() {
            return FileStatus.Type.SYMBOLIC_LINK;
        }

        @Override
        long size() {
            return target.length();
        }
    }

    /// The name of a unix socket.
    static final class Name extends Inode {
        private @Nullable SimulatedSocket socket;

        Name(Machine machine, SimulatedSocket socket) {
            super(machine, 0755);
            this.socket = socket;
        }

        /// The socket that is bound to it, or null if that is closed.
        @Nullable SimulatedSocket socket() {
            return socket;
        }

        void unbound() {
            socket = null;
        }

        @Override
        FileStatus.Type type() {
            return FileStatus.Type.SOCKET;
        }
    }

    abstract FileStatus.Type type();

    long size() {
        return 0;
    }

    long blocks() {
        return 0;
    }

    void read() {
        accessed = machine.wallTime();
    }

    void written() {
        modified = machine.wallTime();
        changed = modified;
    }

    private void links(int more) {
        links += more;
        changed = machine.wallTime();
    }

    FileStatus status() {
        int names = this instanceof Directory directory ? 2 + subdirectories(directory) : links;
        return new FileStatus(
                type(),
                mode,
                size(),
                names,
                0,
                0,
                DEVICE,
                number,
                blocks(),
                BLOCK_BYTES,
                accessed,
                modified,
                changed);
    }

    private static int subdirectories(Directory directory) {
        return (int)
                directory.entries.values().stream().filter(Directory.class::isInstance).count();
    }

    /// What is said of pipes, sockets and the like, which are on no disk.
    static FileStatus anonymous(FileStatus.Type type, int mode) {
        var never = Instant.EPOCH;
        return new FileStatus(type, mode, 0, 1, 0, 0, 0, 0, 0, BLOCK_BYTES, never, never, never);
    }
}
