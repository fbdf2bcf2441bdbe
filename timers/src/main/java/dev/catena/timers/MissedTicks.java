package dev.catena.timers;

/// What an interval does when its user was too slow for one or more of its ticks.
public enum MissedTicks {
    /// Gives all that were missed at once, until it has caught up; the rhythm is kept.
    BURST,
    /// Gives one at once and counts on from there; the rhythm is shifted. A tick counts as missed when it comes 5 ms late, or a
    /// period if that is shorter.
    DELAY,
    /// Gives one at once and leaves out the rest; the rhythm is kept.
    SKIP
}
