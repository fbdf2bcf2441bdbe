package dev.catena.timers;

import dev.catena.ops.Deadline;

/// A tick of an interval.
///
/// @param number counts from 0; ticks that were left out are counted, too
/// @param due when it was due, on the proactor's clock
public record Tick(long number, Deadline due) {}
