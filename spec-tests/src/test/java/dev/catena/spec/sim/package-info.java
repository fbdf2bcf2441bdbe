/// The simulated kernel: what it promises to those who test with it, that it does what the real one does, and what holds
/// over the whole stack whatever a kernel may do.
@NullMarked
package dev.catena.spec.sim;

import org.jspecify.annotations.NullMarked;
