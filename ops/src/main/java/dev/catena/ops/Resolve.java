package dev.catena.ops;

/// Rules for what a path may lead through as it is opened (`openat2(2)`).
public enum Resolve {
    /// Nothing above the directory it begins at: no `..` out of it, no absolute path, no link out of it
    /// (`RESOLVE_BENEATH`). Needs [Open#in].
    BENEATH,
    /// The directory it begins at is taken for the root (`RESOLVE_IN_ROOT`).
    IN_ROOT,
    /// No symbolic links at all (`RESOLVE_NO_SYMLINKS`).
    NO_SYMLINKS,
    /// No links as in `/proc/self/fd` (`RESOLVE_NO_MAGICLINKS`).
    NO_MAGICLINKS,
    /// No other file system (`RESOLVE_NO_XDEV`).
    NO_XDEV
}
