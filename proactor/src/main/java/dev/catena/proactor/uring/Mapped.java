package dev.catena.proactor.uring;

import java.lang.foreign.MemorySegment;

/// The memory that the kernel and the process share, by address.
///
/// A constant segment over the whole address space: the compiler knows its bounds and that it is always alive, so that an access
/// costs what it costs in C. Whoever uses it answers for the address, which is why it stays in this package and is used for
/// what the [Ring] has mapped, and the time, only.
final class Mapped {
    static final MemorySegment MEMORY = everything();

    private Mapped() {}

    @SuppressWarnings("restricted") // see above
    private static MemorySegment everything() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }
}
