package dev.catena.proactor.sim;

/// Something that waits for a change: an operation in flight, or the script of a peer.
interface Waiter {
    /// Nobody.
    Waiter NOBODY =
            new Waiter() {
                @Override
                public void stirred(int events) {}

                @Override
                public boolean waits() {
                    return false;
                }
            };

    /// What it waits for has changed, perhaps so that it can go on.
    ///
    /// @param events what that may be ready for by now, in the bits of `poll.h`
    void stirred(int events);

    /// Whether it still waits; if not, it is forgotten.
    boolean waits();
}
