package dev.catena.proactor.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The system calls the driver makes, through libc's `syscall(2)` and a few named functions.
///
/// Each gives the kernel's result or, as the kernel itself does, a negative error number. None but the clock, which enters no
/// kernel (vDSO), is linked as *critical*: a critical call that blocks would hold up every safepoint of the JVM. The error number lands in a segment that the
/// caller gives, so calls from several threads do not share one.
@SuppressWarnings("restricted") // calling the kernel is what this class is for
final class Syscalls {
    static final int EINTR = 4;

    // the same numbers on every architecture: asm-generic/unistd.h and syscall_64.tbl agree on
    // these
    private static final long IO_URING_SETUP = 425;
    private static final long IO_URING_ENTER = 426;
    private static final long IO_URING_REGISTER = 427;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle SYSCALL =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle MMAP =
            libc(
                    "mmap",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                            JAVA_LONG));
    private static final MethodHandle MUNMAP =
            libc("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE =
            libc("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD =
            libc("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle WRITE =
            libc("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle GETSOCKNAME =
            libc("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle GETPEERNAME =
            libc("getpeername", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_SHARED_POPULATE = 1 | 0x8000;
    private static final int EFD_CLOEXEC = 0x80000;

    // where the error number of the last call through this object is found
    private final MemorySegment state = Arena.ofAuto().allocate(STATE);

    private static MethodHandle libc(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                type,
                Linker.Option.captureCallState("errno"));
    }

    int setup(int entries, MemorySegment params) {
        return (int) syscall(IO_URING_SETUP, entries, params.address(), 0, 0, 0, 0);
    }

    int enter(int ring, int toSubmit, int minComplete, int flags, long argument, long size) {
        return (int) syscall(IO_URING_ENTER, ring, toSubmit, minComplete, flags, argument, size);
    }

    int register(int ring, int what, MemorySegment argument, int count) {
        return (int) syscall(IO_URING_REGISTER, ring, what, argument.address(), count, 0, 0);
    }

    /// Maps a part of the ring; a negative error number if that fails.
    long map(long sizeBytes, int ring, long offset) {
        try {
            return result(
                    (long)
                            MMAP.invokeExact(
                                    state,
                                    0L,
                                    sizeBytes,
                                    PROT_READ_WRITE,
                                    MAP_SHARED_POPULATE,
                                    ring,
                                    offset));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int unmap(long address, long sizeBytes) {
        try {
            return (int) result((int) MUNMAP.invokeExact(state, address, sizeBytes));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int close(int fd) {
        try {
            return (int) result((int) CLOSE.invokeExact(state, fd));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int eventfd() {
        try {
            return (int) result((int) EVENTFD.invokeExact(state, 0, EFD_CLOEXEC));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long write(int fd, MemorySegment bytes) {
        try {
            return result((long) WRITE.invokeExact(state, fd, bytes, bytes.byteSize()));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /// The name of a socket's end into `address`; `length` holds the room, and then the length, as an `int`.
    int socketName(boolean peer, int fd, MemorySegment address, MemorySegment length) {
        try {
            return (int)
                    result(
                            peer
                                    ? (int) GETPEERNAME.invokeExact(state, fd, address, length)
                                    : (int) GETSOCKNAME.invokeExact(state, fd, address, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private long syscall(long number, long a, long b, long c, long d, long e, long f) {
        try {
            return result((long) SYSCALL.invokeExact(state, number, a, b, c, d, e, f));
        } catch (Throwable thrown) {
            throw broken(thrown);
        }
    }

    private long result(long value) {
        return value == -1 ? -(int) ERRNO.get(state, 0L) : value;
    }

    private static IllegalStateException broken(Throwable e) {
        return new IllegalStateException("a system call could not be made", e);
    }
}
