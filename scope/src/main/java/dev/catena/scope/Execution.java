package dev.catena.scope;

/// Where the thread of a fork runs.
public enum Execution {
    /// On the loop of its scope: what it shares with others there needs no lock, and operations cost least. The default. (Where the
    /// JVM does not let threads run on a loop, which the log says once, it is like [#STEALING], and needs locks.)
    PINNED,
    /// On the JDK's own scheduler, which runs it on any processor and moves it to one that is free: for work that computes, or that
    /// should go on while the loop is busy. Each operation of it is handed over to the loop, and what it shares with others is
    /// shared between threads that run at the same time. Threads that it starts run there too.
    STEALING
}
