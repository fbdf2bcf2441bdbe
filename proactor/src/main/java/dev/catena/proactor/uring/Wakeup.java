package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.IoUring.IORING_OP_MSG_RING;
import static dev.catena.proactor.uring.IoUring.IORING_REGISTER_SEND_MSG_RING;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.catena.ops.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Wakes a loop that waits in the kernel, from any thread.
///
/// Where the kernel can post a completion to a ring for a thread that has none (`IORING_REGISTER_SEND_MSG_RING`, Linux
/// 6.13), that is the wake-up: one system call, and nothing stands in the ring. Elsewhere a read of an eventfd stands
/// in it, which a write ends.
final class Wakeup implements AutoCloseable {
    /// The token of completions that only wake; no operation has it, since generations are positive.
    static final long TOKEN = -1;

    /// The token of a wake-up that another ring has sent: as [#TOKEN], but it says nothing of the read of the eventfd.
    static final long OF_OTHER = -2;

    private final int ring;

    // guarded by this, with the error number of its calls
    private final Syscalls syscalls = new Syscalls();
    private final MemorySegment message = Arena.ofAuto().allocate(Ring.SQE_BYTES, 8);
    private boolean closed;

    private final boolean sendsMessages;
    private final int eventFd;
    private final MemorySegment counter = Arena.ofAuto().allocate(Long.BYTES, 8);

    /// For the ring with this descriptor.
    Wakeup(int ring) {
        this.ring = ring;
        message.set(JAVA_BYTE, 0, (byte) IORING_OP_MSG_RING);
        message.set(JAVA_INT, 4, ring);
        message.set(JAVA_LONG, 8, TOKEN);
        sendsMessages = send() == 0;
        eventFd = sendsMessages ? -1 : syscalls.eventfd();
        if (!sendsMessages && eventFd < 0) {
            throw RingAdvice.explain("eventfd", Errno.of(eventFd));
        }
    }

    /// Whether a read of [#eventFd] must stand in the ring.
    boolean needsRead() {
        return !sendsMessages;
    }

    int eventFd() {
        return eventFd;
    }

    /// Where that read puts its 8 bytes.
    MemorySegment counter() {
        return counter;
    }

    /// Wakes the loop. From any thread; does nothing after [#close].
    synchronized void wake() {
        if (closed) {
            return;
        }
        long result = sendsMessages ? send() : syscalls.write(eventFd, one());
        if (result < 0) {
            throw new IllegalStateException(
                    "the loop of ring " + ring + " could not be woken: " + Errno.of((int) result));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (eventFd >= 0) {
            syscalls.close(eventFd);
        }
    }

    private int send() {
        return syscalls.register(-1, IORING_REGISTER_SEND_MSG_RING, message, 1);
    }

    private MemorySegment one() {
        message.set(JAVA_LONG, 0, 1L);
        return message.asSlice(0, Long.BYTES);
    }
}
