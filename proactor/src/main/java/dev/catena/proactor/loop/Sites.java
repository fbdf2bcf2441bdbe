package dev.catena.proactor.loop;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where operations are submitted, if that is recorded: the stack of the caller, or, of work that was handed over to the loop, of
/// who has handed it over, whom the loop's own stack does not show.
final class Sites {
    private final boolean captured;

    // loop-owned: of the work that is being done
    private @Nullable Throwable handedOver;

    Sites(boolean captured) {
        this.captured = captured;
    }

    /// Where the caller is.
    @Nullable Throwable here(boolean isOnLoop) {
        if (!captured) {
            return null;
        }
        return isOnLoop && handedOver != null ? handedOver : caller();
    }

    /// Work that is about to be handed over.
    <T extends @Nullable Object> Supplier<T> from(Supplier<T> work) {
        if (!captured) {
            return work;
        }
        var site = caller();
        return () -> {
            handedOver = site;
            try {
                return work.get();
            } finally {
                handedOver = null;
            }
        };
    }

    private static Throwable caller() {
        return new Throwable("submitted here");
    }
}
