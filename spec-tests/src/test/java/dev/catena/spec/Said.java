package dev.catena.spec;

import dev.catena.ops.Outcome;

/// Outcomes in few words, without their operations: `completed`, `short 5`, `EBADF`, `timed out`, `cancelled`,
/// `skipped (EBADF)`.
public final class Said {
    private Said() {}

    public static String of(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Completed<?> _ -> "completed";
            case Outcome.Short<?>(int moved, _, _) -> "short " + moved;
            case Outcome.Failed<?>(var errno, _, _) -> errno.name();
            case Outcome.TimedOut<?> _ -> "timed out";
            case Outcome.Cancelled<?> _ -> "cancelled";
            case Outcome.Skipped<?>(_, var cause) -> "skipped (" + of(cause) + ")";
        };
    }
}
