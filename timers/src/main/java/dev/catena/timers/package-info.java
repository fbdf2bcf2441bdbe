/// When: [dev.catena.timers.Timers] sleeps, ticks, and bounds work with deadlines.
@NullMarked
package dev.catena.timers;

import org.jspecify.annotations.NullMarked;
