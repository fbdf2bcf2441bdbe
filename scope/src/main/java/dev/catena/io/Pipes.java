package dev.catena.io;

import dev.catena.ops.Ops;
import dev.catena.scope.Scope;
import java.io.IOException;

/// Pipes of this process: bytes that are put in at one end come out at the other. Both ends belong to a scope.
///
/// ```java
/// var pipe = Pipes.open(scope);
/// scope.fork(() -> { pipe.writing().writeAll("line\n"); pipe.writing().close(); });
/// var line = pipe.reading().readUntil("\n", 1024);
/// ```
public final class Pipes {
    private Pipes() {}

    /// The ends of a pipe.
    ///
    /// @param reading where bytes come out
    /// @param writing where they are put in
    public record Pair(PipeReader reading, PipeWriter writing) {}

    /// Makes a pipe.
    ///
    /// @throws UnsupportedOperationException if the kernel's rings make none; Linux 6.16 does, and so does the portable driver
    public static Pair open(Scope scope) throws IOException {
        var ends = scope.await(Ops.pipe());
        return new Pair(
                PipeReader.owned(scope, ends.reading()), PipeWriter.owned(scope, ends.writing()));
    }
}
