/// Timers on the simulated clock, case by case, and what only the real one can show.
@NullMarked
package dev.catena.spec.timers;

import org.jspecify.annotations.NullMarked;
