package dev.catena.examples.program;

/// A program could not do what it was asked to, for a reason that its user can understand and mend: the message is the one
/// line that is printed.
public final class ProgramException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param message what was asked, what was found, what to do
    public ProgramException(String message) {
        super(message);
    }
}
