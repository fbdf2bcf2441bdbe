/// A kernel in memory, with a clock of its own: for tests that are fast, exact and can be repeated.
/// [dev.catena.proactor.sim.SimulatedKernel] is where to begin.
@NullMarked
package dev.catena.proactor.sim;

import org.jspecify.annotations.NullMarked;
