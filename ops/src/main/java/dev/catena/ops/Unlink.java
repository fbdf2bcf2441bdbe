package dev.catena.ops;

import io.vavr.Tuple0;
import java.nio.file.Path;

/// Takes a name away, and the file with its last name (`unlink(2)`, `rmdir(2)`).
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param path the name
/// @param directory whether it is an empty directory's
public record Unlink(Path path, boolean directory) implements Op<Tuple0> {
    /// Checks the path.
    public Unlink {
        Limits.path(path);
    }

    @Override
    public String opcode() {
        return "UNLINKAT";
    }

    @Override
    public String toString() {
        return (directory ? "removeDirectory(" : "unlink(") + path + ")";
    }
}
