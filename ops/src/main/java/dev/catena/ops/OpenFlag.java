package dev.catena.ops;

/// How to open a file: the flags of `open(2)`.
public enum OpenFlag {
    /// For reading (`O_RDONLY`).
    READ,
    /// For writing (`O_WRONLY`).
    WRITE,
    /// For both (`O_RDWR`).
    READ_WRITE,
    /// Makes the file if there is none (`O_CREAT`).
    CREATE,
    /// With `CREATE`: fails with `EEXIST` if there is one (`O_EXCL`).
    EXCLUSIVE,
    /// Cuts the file to no bytes (`O_TRUNC`).
    TRUNCATE,
    /// Every write goes to the end (`O_APPEND`).
    APPEND,
    /// Past the page cache; buffer, offset and length must be multiples of the device's block (`O_DIRECT`).
    DIRECT,
    /// A write returns when its data is on the device (`O_DSYNC`).
    DATA_SYNC,
    /// Fails with `ENOTDIR` unless it is a directory (`O_DIRECTORY`).
    DIRECTORY,
    /// Fails with `ELOOP` if the last part is a symbolic link (`O_NOFOLLOW`).
    NO_FOLLOW,
    /// A file without a name in the given directory, gone with its descriptor (`O_TMPFILE`).
    TEMPORARY;

    /// Whether it is one of the three that say reading or writing.
    public boolean isAccess() {
        return this == READ || this == WRITE || this == READ_WRITE;
    }
}
