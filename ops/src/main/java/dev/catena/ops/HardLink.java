package dev.catena.ops;

import io.vavr.Tuple0;
import java.nio.file.Path;

/// Gives a file one more name (`link(2)`).
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param existing a name it has
/// @param added the name it gets; fails with [Errno#EEXIST] if there is one
public record HardLink(Path existing, Path added) implements Op<Tuple0> {
    /// Checks the paths.
    public HardLink {
        Limits.path(existing);
        Limits.path(added);
    }

    @Override
    public String opcode() {
        return "LINKAT";
    }

    @Override
    public String toString() {
        return "hardLink(" + existing + ", " + added + ")";
    }
}
