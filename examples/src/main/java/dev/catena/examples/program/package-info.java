/// What the programs have in common: how they end, what they say, where they listen.
@NullMarked
package dev.catena.examples.program;

import org.jspecify.annotations.NullMarked;
