package dev.catena.scope;

/// What the end of one task means for the scope that forked it.
public enum Joining {
    /// A task that fails cancels the scope; the scope throws its failure.
    FAIL_FAST,
    /// All tasks run to their end; if some failed the scope throws the first failure, with the others suppressed.
    COLLECT_ALL,
    /// The first task that succeeds ends the others, and failures do not count; if all failed the scope throws the first
    /// failure, with the others suppressed.
    FIRST_SUCCESS
}
