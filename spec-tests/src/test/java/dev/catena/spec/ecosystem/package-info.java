/// Code that knows nothing of Catena, unmodified, in the virtual threads of a loop beside ring operations: real servers on the
/// loopback, whose programs come from Maven artifacts.
@NullMarked
package dev.catena.spec.ecosystem;

import org.jspecify.annotations.NullMarked;
