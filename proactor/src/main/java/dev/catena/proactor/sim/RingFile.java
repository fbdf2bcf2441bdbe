package dev.catena.proactor.sim;

import dev.catena.ops.Errno;
import dev.catena.ops.FileStatus;

/// The descriptor of a ring, to which others post messages.
final class RingFile extends Description {
    private final SimulatedDriver ring;

    RingFile(SimulatedDriver ring) {
        this.ring = ring;
    }

    SimulatedDriver ring() {
        return ring;
    }

    @Override
    String kind() {
        return "ring";
    }

    @Override
    int read(Bytes into, long offset) {
        return no(Errno.EINVAL);
    }

    @Override
    int write(Bytes from, long offset) {
        return no(Errno.EINVAL);
    }

    @Override
    int ready() {
        return POLLOUT;
    }

    @Override
    FileStatus status() {
        return Inode.anonymous(FileStatus.Type.OTHER, 0600);
    }

    @Override
    void ended() {}
}
