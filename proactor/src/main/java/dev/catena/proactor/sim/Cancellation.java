package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.Cancel;
import dev.catena.ops.Errno;
import dev.catena.ops.Timeout;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a cancel finds, and what it says (`io_uring_prep_cancel(3)`). Guarded by the kernel's lock.
final class Cancellation {
    private final SimulatedDriver ring;

    Cancellation(SimulatedDriver ring) {
        this.ring = ring;
    }

    /// One, by its token: 0, `ENOENT` or `EALREADY`.
    int one(long token) {
        var request = ring.live().find(token);
        return request == null ? no(Errno.ENOENT) : ring.execution().cancel(request);
    }

    /// All on a file: how many were found. Timeouts are on none.
    int on(@Nullable Description file) {
        return file == null
                ? no(Errno.EBADF)
                : all(request -> request.file == file && !(request.op instanceof Timeout));
    }

    /// Everything on the ring: how many were found.
    int everything() {
        return all(request -> !(request.op instanceof Cancel));
    }

    private int all(Predicate<Request> isMeant) {
        int found = 0;
        for (var request : ring.live().list()) {
            if (isMeant.test(request) && ring.execution().cancel(request) == 0) {
                found++;
            }
        }
        return found;
    }
}
