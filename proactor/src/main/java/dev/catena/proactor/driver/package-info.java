/// The contract of a driver, which is io_uring's own: chains of submissions in, completions out.
@NullMarked
package dev.catena.proactor.driver;

import org.jspecify.annotations.NullMarked;
