/// Looking at what runs: dumps, recordings, traces.
@NullMarked
package dev.catena.spec.observing;

import org.jspecify.annotations.NullMarked;
