/// Who does it: a [dev.catena.proactor.Proactor] is one event loop over one driver.
@NullMarked
package dev.catena.proactor;

import org.jspecify.annotations.NullMarked;
