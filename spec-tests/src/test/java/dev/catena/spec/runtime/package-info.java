/// The runtime (DESIGN.md, section 3): the scheduler of a loop, its settings, blocking work, stalls, groups, and how loops end.
@NullMarked
package dev.catena.spec.runtime;

import org.jspecify.annotations.NullMarked;
