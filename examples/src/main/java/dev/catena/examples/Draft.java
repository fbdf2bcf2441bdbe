package dev.catena.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// A file that is written under a name of its own until it is whole. Closing this deletes it, unless it has been renamed;
/// that is done without the ring, since it must be done whatever became of the ring.
///
/// @param path the name that it has until then
record Draft(Path path) implements AutoCloseable {

    /// A draft in the folder of `target`, from where it can be renamed; no file is made yet.
    static Draft beside(Path target) {
        var random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return new Draft(target.resolveSibling(".catena-cp-" + random));
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
