/// The event loop and what it owns: the table of operations in flight, tasks, timers, memory. For `dev.catena.scope`.
///
/// All state here has one writer, the loop's thread; the few methods for other threads say so.
@NullMarked
package dev.catena.proactor.loop;

import org.jspecify.annotations.NullMarked;
