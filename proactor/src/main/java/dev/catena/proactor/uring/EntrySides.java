package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.Abi.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.catena.ops.Bound;
import dev.catena.ops.Open;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/// The memory beside each entry of the submission queue, for what the kernel copies as it takes the entry: times,
/// addresses, paths.
///
/// It belongs to the entry's place in the queue. The kernel has copied it when it takes the entry
/// (`IORING_FEAT_SUBMIT_STABLE`), and the place is used again only after that, so it holds its value for long enough by
/// construction. Loop thread only.
final class EntrySides {
    static final int OPEN_HOW_BYTES = 24;

    private static final int SIDE_BYTES = 128;
    private static final int PATH_BYTES = 4096;
    private static final int PATHS = 2;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final MemorySegment sides;

    // apart from the rest, so that times and addresses lie close together; touched by few programs
    private final MemorySegment paths;

    EntrySides(long entries) {
        sides = Arena.ofAuto().allocate(entries * SIDE_BYTES, 64);
        paths = Arena.ofAuto().allocate(entries * PATHS * PATH_BYTES, 64);
    }

    /// The address of what was written beside an entry.
    long at(int index) {
        return sides.address() + (long) index * SIDE_BYTES;
    }

    /// Writes a socket address and gives its length.
    int address(int index, SocketAddress address) {
        return SocketAddresses.write(address, sides, (long) index * SIDE_BYTES);
    }

    /// Writes a number and gives its address.
    long number(int index, int value) {
        sides.set(JAVA_INT, (long) index * SIDE_BYTES, value);
        return at(index);
    }

    /// Writes a `struct __kernel_timespec` and gives its address.
    long time(int index, Bound bound, long nowNanos) {
        long instant = bound.from(bound instanceof Bound.After ? 0 : nowNanos).nanos();
        // before the clock's origin is past, too, but the kernel takes no negative time
        long nanos = Math.max(0, instant);
        long at = (long) index * SIDE_BYTES;
        sides.set(JAVA_LONG, at, nanos / NANOS_PER_SECOND);
        sides.set(JAVA_LONG, at + 8, nanos % NANOS_PER_SECOND);
        return at(index);
    }

    /// Writes a path, the first or second of the entry, and gives its address.
    long path(int index, int which, String path) {
        var bytes = path.getBytes(StandardCharsets.UTF_8);
        long at = ((long) index * PATHS + which) * PATH_BYTES;
        MemorySegment.copy(bytes, 0, paths, JAVA_BYTE, at, bytes.length);
        paths.set(JAVA_BYTE, at + bytes.length, (byte) 0);
        return paths.address() + at;
    }

    /// Writes a `struct open_how` (`openat2(2)`) and gives its address.
    long openHow(int index, Open open, int moreFlags) {
        long at = (long) index * SIDE_BYTES;
        boolean creates = Numbers.creates(open.flags());
        sides.set(JAVA_LONG, at, Integer.toUnsignedLong(Numbers.ofFlags(open.flags()) | moreFlags));
        sides.set(
                JAVA_LONG,
                at + 8,
                creates ? open.mode() : 0L); // the kernel refuses a mode without a creation
        sides.set(JAVA_LONG, at + 16, Integer.toUnsignedLong(Numbers.ofResolve(open.resolve())));
        return at(index);
    }
}
