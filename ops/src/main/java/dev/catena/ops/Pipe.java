package dev.catena.ops;

/// Makes a pipe (`pipe2(2)`; through the ring since Linux 6.16). Both ends belong to the scope and are closed on exec.
public record Pipe() implements Op<Pipe.Ends> {
    /// The ends of a pipe.
    ///
    /// @param reading where bytes come out
    /// @param writing where they are put in
    public record Ends(Fd reading, Fd writing) {}

    @Override
    public String opcode() {
        return "PIPE";
    }

    @Override
    public String toString() {
        return "pipe()";
    }
}
