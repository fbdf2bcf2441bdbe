package dev.catena.proactor.loop;

/// Something that lives on a loop and must end before the loop does: a scope. Those without a parent are [entered][EventLoop#enter].
/// Loop thread only, but for the name.
public interface Resident {
    /// Asks it to end: to cancel what it runs, to drain, and to [leave][EventLoop#leave]. Called at most once.
    void shutDown(String reason);

    /// Its name, for people.
    String name();

    /// Its number among those of its loop, from 1.
    long id();

    /// Writes what it is and what is in it, line by line, for people.
    void describe(StringBuilder text);

    /// Whether a thread in it has called `System.exit`, and so does not come back.
    boolean hasCalledExit();
}
