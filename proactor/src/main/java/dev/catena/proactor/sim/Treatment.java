package dev.catena.proactor.sim;

import dev.catena.ops.Errno;
import org.jspecify.annotations.Nullable;

/// What fault rules and the schedule do to one operation.
///
/// @param failure the error it ends with instead of being tried, or null
/// @param most how many bytes it moves at most
/// @param delayNanos how long it takes to begin
/// @param hangs whether it never ends by itself
/// @param deaf whether cancels do not end it
/// @param resets whether the peer of its socket resets the connection first
record Treatment(
        @Nullable Errno failure,
        int most,
        long delayNanos,
        boolean hangs,
        boolean deaf,
        boolean resets) {
    static final Treatment NONE = new Treatment(null, Integer.MAX_VALUE, 0, false, false, false);

    Treatment fail(Errno errno) {
        return new Treatment(errno, most, delayNanos, hangs, deaf, resets);
    }

    Treatment most(int bytes) {
        return new Treatment(failure, bytes, delayNanos, hangs, deaf, resets);
    }

    Treatment delay(long nanos) {
        return new Treatment(failure, most, nanos, hangs, deaf, resets);
    }

    Treatment hang() {
        return new Treatment(failure, most, delayNanos, true, deaf, resets);
    }

    Treatment ignoreCancel() {
        return new Treatment(failure, most, delayNanos, hangs, true, resets);
    }

    Treatment reset() {
        return new Treatment(failure, most, delayNanos, hangs, deaf, true);
    }
}
