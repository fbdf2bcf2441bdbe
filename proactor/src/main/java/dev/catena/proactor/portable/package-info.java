/// The driver for where there is no ring: io_uring's contract, kept by the JDK's own channels.
///
/// A [dev.catena.proactor.portable.PortableDriver] plays the kernel's part with a selector for what can wait, a bounded pool of
/// threads for files, and a queue of timers. [Chains][dev.catena.proactor.portable.Chains] holds the rules of links,
/// [Starter][dev.catena.proactor.portable.Starter] says what each operation does, and `docs/portable.md` what none can.
@NullMarked
package dev.catena.proactor.portable;

import org.jspecify.annotations.NullMarked;
