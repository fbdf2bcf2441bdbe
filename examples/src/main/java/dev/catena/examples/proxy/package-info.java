/// `examples/run proxy`: TCP connections handed on to somebody else, their bytes moved inside the kernel.
///
/// A [Relay] is two [Direction]s, each a thread that splices from one socket into a pipe and from there into the other. [Upstream]s
/// are asked now and then whether they are there.
@NullMarked
package dev.catena.examples.proxy;

import org.jspecify.annotations.NullMarked;
