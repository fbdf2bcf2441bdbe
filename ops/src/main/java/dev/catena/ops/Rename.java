package dev.catena.ops;

import io.vavr.Tuple0;
import java.nio.file.Path;

/// Gives a file another name on the same file system, in one step (`renameat2(2)`).
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param from the name it has
/// @param to the name it gets
/// @param how what happens to a file of that name
public record Rename(Path from, Path to, How how) implements Op<Tuple0> {
    /// What happens to a file that has the new name already.
    public enum How {
        /// It is replaced.
        REPLACE,
        /// The rename fails with [Errno#EEXIST] (`RENAME_NOREPLACE`).
        KEEP,
        /// It gets the old name (`RENAME_EXCHANGE`).
        EXCHANGE
    }

    /// Checks the paths.
    public Rename {
        Limits.path(from);
        Limits.path(to);
    }

    @Override
    public String opcode() {
        return "RENAMEAT";
    }

    @Override
    public String toString() {
        return "rename(" + from + ", " + to + (how == How.REPLACE ? "" : ", " + how) + ")";
    }
}
