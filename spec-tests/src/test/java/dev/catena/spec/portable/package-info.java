/// What every driver does alike, tried on each of them, and what the portable one does where there is no ring.
@NullMarked
package dev.catena.spec.portable;

import org.jspecify.annotations.NullMarked;
