package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.IoUring.IORING_OP_SEND_ZC;
import static dev.catena.proactor.uring.IoUring.IORING_OP_SOCKET;
import static dev.catena.proactor.uring.IoUring.IORING_OP_TEE;

import dev.catena.proactor.FastPath;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which fast paths a ring takes: those that its kernel has and that are not switched off. Loop thread only.
final class FastPaths {
    private final Supported supported;
    private final Set<FastPath> off;

    FastPaths(Supported supported, Set<FastPath> off) {
        this.supported = supported;
        this.off = off.isEmpty() ? EnumSet.noneOf(FastPath.class) : EnumSet.copyOf(off);
    }

    boolean isOff(FastPath path) {
        return off.contains(path);
    }

    /// What keeps a path from being taken as far as operations tell, or null. Tables and buffers are tried when they are needed.
    @Nullable String lacks(FastPath path) {
        if (isOff(path)) {
            return path.words() + " is switched off (ProactorBuilder.without)";
        }
        return switch (path) {
            case MULTISHOT_ACCEPT -> supported.unless(IORING_OP_SOCKET, path.kernel());
            case MULTISHOT_RECEIVE -> {
                var rings = lacks(FastPath.BUFFER_RINGS);
                yield rings == null ? supported.unless(IORING_OP_SEND_ZC, path.kernel()) : rings;
            }
            case ZERO_COPY_SEND -> supported.unless(IORING_OP_SEND_ZC, path.kernel());
            case SPLICE -> supported.unless(IORING_OP_TEE, "5.8");
            case BUFFER_RINGS, INCREMENTAL_BUFFERS, REGISTERED_FILES, REGISTERED_BUFFERS -> null;
        };
    }
}
