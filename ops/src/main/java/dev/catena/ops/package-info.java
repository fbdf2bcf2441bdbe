/// The language of Catena: immutable descriptions of I/O.
///
/// Everything here is a value that can be stored, compared, printed and run any number of times; nothing in this
/// package does I/O, starts a thread or reads a clock. [dev.catena.ops.Ops] is the place to start: its static methods
/// make operations, link them into [chains][dev.catena.ops.Chain] and end them in
/// [pipelines][dev.catena.ops.Pipeline]. What became of a value that was run is an [dev.catena.ops.Outcome].
@NullMarked
package dev.catena.ops;

import org.jspecify.annotations.NullMarked;
