/// Programs that measure; each is a [dev.catena.benchmarks.Benchmark] that [dev.catena.benchmarks.Main] knows.
@NullMarked
package dev.catena.benchmarks;

import org.jspecify.annotations.NullMarked;
