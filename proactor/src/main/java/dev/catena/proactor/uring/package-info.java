/// The io_uring driver: raw system calls through the foreign function API, one ring, its memory and its encodings.
@NullMarked
package dev.catena.proactor.uring;

import org.jspecify.annotations.NullMarked;
