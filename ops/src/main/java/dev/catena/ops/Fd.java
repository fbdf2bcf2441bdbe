package dev.catena.ops;

import dev.catena.ops.spi.Descriptor;

/// An open file description as an object with an identity: a file, a socket, a pipe's end.
///
/// Descriptors are made by operations (`open`, `accept`, `socket`, …) and belong to the scope that ran them, which
/// closes what is still open when it ends. A closed `Fd` stays closed: operations on it are refused with
/// [Errno#EBADF] before they reach the kernel, so a descriptor number that was given out again is never hit.
public sealed interface Fd permits Descriptor {

    /// The number in the driver's descriptor table, as `/proc/self/fd` shows it for the io_uring driver. For messages;
    /// after the close it may belong to something else.
    int number();

    /// Whether operations on it are accepted: neither closed nor about to be.
    boolean isOpen();

    /// Whether it is a fixed file slot of a ring instead of an entry of the process's table: usable only in operations on
    /// that ring, and before anything has been opened into it.
    boolean isSlot();
}
