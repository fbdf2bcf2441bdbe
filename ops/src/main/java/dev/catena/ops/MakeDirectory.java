package dev.catena.ops;

import io.vavr.Tuple0;
import java.nio.file.Path;

/// Makes a directory (`mkdir(2)`).
///
/// Its failure does not end a chain: nothing can be tied softly behind it ([Chain]).
///
/// @param path its name
/// @param mode its permission bits, 0 to 07777 octal; the process's umask is taken off
public record MakeDirectory(Path path, int mode) implements Op<Tuple0> {
    /// The mode unless another is given: everything for everyone, less the umask.
    public static final int DEFAULT_MODE = 0777;

    /// Checks path and mode.
    public MakeDirectory {
        Limits.path(path);
        Limits.mode(mode);
    }

    /// The same with other permission bits.
    public MakeDirectory mode(int bits) {
        return new MakeDirectory(path, bits);
    }

    @Override
    public String opcode() {
        return "MKDIRAT";
    }

    @Override
    public String toString() {
        return "makeDirectory("
                + path
                + ")"
                + (mode == DEFAULT_MODE ? "" : ".mode(0" + Integer.toOctalString(mode) + ")");
    }
}
