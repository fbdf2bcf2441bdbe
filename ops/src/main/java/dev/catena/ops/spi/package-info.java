/// What drivers and scopes see of the values that users hold: the state behind a [dev.catena.ops.Buffer] and a
/// [dev.catena.ops.Fd]. Exported only to `dev.catena.proactor` and `dev.catena.scope`.
@NullMarked
package dev.catena.ops.spi;

import org.jspecify.annotations.NullMarked;
