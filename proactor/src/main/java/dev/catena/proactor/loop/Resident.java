package dev.catena.proactor.loop;

/// Something that lives on a loop and must end before the loop does: a scope without a parent. Loop thread only.
public interface Resident {
    /// Asks it to end: to cancel what it runs, to drain, and to [leave][EventLoop#leave]. Called at most once.
    void shutDown(String reason);

    /// Whether a thread in it has called `System.exit`, and so does not come back.
    boolean hasCalledExit();
}
