package dev.catena.proactor.sim;

import dev.catena.ops.Errno;
import dev.catena.ops.FileStatus;
import dev.catena.ops.PollEvent;

/// An open file description (`open(2)`): what descriptors, fixed file slots, messages under way and operations in flight
/// refer to. It ends when nothing refers to it any more.
///
/// Methods give what system calls give: 0 or more, a negative error number, or [#WAIT]. Guarded by the kernel's lock.
abstract sealed class Description permits OpenFile, PipeEnd, SimulatedSocket, RingFile {
    /// It would have to wait for a change.
    static final int WAIT = Integer.MIN_VALUE;

    static final int POLLIN = PollEvent.READABLE.bit();
    static final int POLLOUT = PollEvent.WRITABLE.bit();
    static final int POLLERR = PollEvent.ERROR.bit();
    static final int POLLHUP = PollEvent.HANG_UP.bit();
    static final int POLLRDHUP = PollEvent.PEER_CLOSED.bit();
    static final int ANY = -1;

    /// What a poll tells whether it was asked for or not (`IO_POLL_UNMASK` in `io_uring/poll.c`, but for an invalid request).
    static final int UNASKED = POLLERR | POLLHUP | POLLRDHUP;

    private final Waiters waiters = new Waiters();
    private int references;

    /// The negative number of an error.
    static int no(Errno errno) {
        return -errno.number();
    }

    /// What it is, in a word or two.
    abstract String kind();

    /// Reads, without waiting.
    ///
    /// @param offset -1 for the current position
    abstract int read(Bytes into, long offset);

    /// Writes, without waiting.
    ///
    /// @param offset -1 for the current position
    abstract int write(Bytes from, long offset);

    /// What it is ready for: the bits of `poll.h`.
    abstract int ready();

    /// What `statx` says.
    abstract FileStatus status();

    /// Nothing refers to it any more.
    abstract void ended();

    /// Whether transfers are the work of a disk: they do not wait, and cannot be interrupted.
    boolean isDisk() {
        return false;
    }

    /// Who waits for it to change.
    Waiters waiters() {
        return waiters;
    }

    /// It has changed.
    ///
    /// @param events what it may be ready for by now, in the bits of `poll.h`
    void stir(int events) {
        waiters.stir(events);
    }

    /// Something refers to it from here on.
    void refer() {
        references++;
    }

    /// Something refers to it no more.
    void release() {
        if (--references == 0) {
            ended();
        }
    }
}
