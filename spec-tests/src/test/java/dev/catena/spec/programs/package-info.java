/// The programs of `examples`, as processes of their own, met by clients that no one here wrote.
@NullMarked
package dev.catena.spec.programs;

import org.jspecify.annotations.NullMarked;
