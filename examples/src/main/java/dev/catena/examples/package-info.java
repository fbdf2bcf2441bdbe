/// Programs that people would run, in one executable jar: `examples/run NAME [options]`.
@NullMarked
package dev.catena.examples;

import org.jspecify.annotations.NullMarked;
