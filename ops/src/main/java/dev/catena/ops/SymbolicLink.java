package dev.catena.ops;

import io.vavr.Tuple0;
import java.nio.file.Path;

/// Makes a name that stands for another (`symlink(2)`).
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param target what it stands for, which need not exist
/// @param added the name; fails with [Errno#EEXIST] if there is one
public record SymbolicLink(Path target, Path added) implements Op<Tuple0> {
    /// Checks the paths.
    public SymbolicLink {
        Limits.path(target);
        Limits.path(added);
    }

    @Override
    public String opcode() {
        return "SYMLINKAT";
    }

    @Override
    public String toString() {
        return "symbolicLink(" + target + ", " + added + ")";
    }
}
