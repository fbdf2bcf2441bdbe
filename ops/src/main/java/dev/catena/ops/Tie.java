package dev.catena.ops;

/// How a link of a chain is tied to the one behind it.
public enum Tie {
    /// The next link runs only if this one succeeds; otherwise it is skipped (`IOSQE_IO_LINK`).
    SOFT,
    /// The next link runs when this one has ended, however it ended (`IOSQE_IO_HARDLINK`).
    HARD
}
