package dev.catena.ops;

/// What is to be done when a transfer moves fewer bytes than asked for.
public enum ShortTransfer {
    /// The kernel's way: the transfer has completed with that many bytes, and a soft link behind it is skipped.
    BREAK,
    /// The remainder is transferred, in as many submissions as it takes, before what follows is run. The end of the file
    /// or stream ends that: the transfer then is an [Outcome.Short].
    RETRY,
    /// It is an [Outcome.Short], also where the kernel would let it pass.
    EXACT
}
