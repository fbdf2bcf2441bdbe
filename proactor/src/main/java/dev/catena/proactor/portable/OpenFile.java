package dev.catena.proactor.portable;

import dev.catena.ops.FileStatus;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// What a descriptor stands for.
sealed interface OpenFile permits OpenFile.Disk, Endpoint {

    /// A file or directory.
    ///
    /// @param channel to it
    /// @param path the name it was opened by, absolute
    /// @param atOpening what it was as it was opened
    record Disk(FileChannel channel, Path path, FileStatus atOpening) implements OpenFile {}
}
