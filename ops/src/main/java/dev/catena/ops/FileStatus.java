package dev.catena.ops;

import java.time.Instant;

/// What a file is (`statx(2)`).
///
/// @param type its kind
/// @param mode its permission bits, 0 to 07777 octal
/// @param size its size in bytes
/// @param links how many names it has
/// @param userId its owner's number
/// @param groupId its group's number
/// @param device the number of the device that holds it
/// @param inode its number there
/// @param blocks the space it takes, in units of 512 bytes
/// @param blockSize the size of transfers that suits it, in bytes
/// @param accessed when it was last read
/// @param modified when its contents last changed
/// @param changed when its contents or metadata last changed
public record FileStatus(
        Type type,
        int mode,
        long size,
        int links,
        int userId,
        int groupId,
        long device,
        long inode,
        long blocks,
        int blockSize,
        Instant accessed,
        Instant modified,
        Instant changed) {
    /// Kinds of files.
    public enum Type {
        /// A regular file.
        FILE,
        /// A directory.
        DIRECTORY,
        /// A symbolic link.
        SYMBOLIC_LINK,
        /// A named or unnamed pipe.
        PIPE,
        /// A socket.
        SOCKET,
        /// A character device.
        CHARACTER_DEVICE,
        /// A block device.
        BLOCK_DEVICE,
        /// Anything else, such as an eventfd.
        OTHER
    }
}
